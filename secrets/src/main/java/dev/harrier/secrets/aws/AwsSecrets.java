package dev.harrier.secrets.aws;

import static java.util.Objects.requireNonNull;

import dev.harrier.secrets.FlatName;
import dev.harrier.secrets.SecretService;
import dev.harrier.secrets.ServiceUnavailableException;
import dev.harrier.spi.SecretId;
import dev.harrier.spi.SecretValue;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueRequest;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.InvalidRequestException;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;
import software.amazon.awssdk.services.secretsmanager.model.SecretsManagerException;

/**
 * Secrets of AWS Secrets Manager: {@code place/group/key} is the name of one, the version a stage
 * such as {@code AWSPREVIOUS}, or an id of AWS's own. Credentials and region are found as AWS's
 * programs find them: variables, profiles, a service account, the machine.
 */
public final class AwsSecrets implements SecretService {
  /** With all that the SDK tries again. */
  private static final Duration CALL_MAX = Duration.ofSeconds(10);

  private static final Duration TRY_MAX = Duration.ofSeconds(4);
  private static final String PLAIN = "/_+=.@ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  private static final int VERSION_ID_LENGTH_MIN = 32;

  private final Optional<String> region;
  private final Optional<URI> endpoint;
  private volatile @Nullable SecretsManagerClient client;

  /**
   * @param region if it is another than AWS's programs find
   * @param endpoint if it is another than the region's, such as one within a private network
   */
  public AwsSecrets(Optional<String> region, Optional<URI> endpoint) {
    this.region = requireNonNull(region, "region");
    this.endpoint = requireNonNull(endpoint, "endpoint");
  }

  @Override
  public Optional<String> read(String place, SecretId id) throws ServiceUnavailableException {
    var name = name(place, id);
    var request = GetSecretValueRequest.builder().secretId(name);
    id.version()
        .ifPresent(
            version -> {
              if (version.length() >= VERSION_ID_LENGTH_MIN) {
                request.versionId(version);
              } else {
                request.versionStage(version);
              }
            });
    try {
      return Optional.of(text(client().getSecretValue(request.build())));
    } catch (ResourceNotFoundException absent) {
      return Optional.empty();
    } catch (InvalidRequestException deleted) {
      // It waits for its deletion, and gives no value meanwhile.
      return Optional.empty();
    } catch (SecretsManagerException refused) {
      throw new ServiceUnavailableException(why(refused, name));
    } catch (SdkException lost) {
      // Without its message: it tells where it looked for credentials, and may quote what it sent.
      throw new ServiceUnavailableException(
          "could not be asked (%s): is there a region, are there credentials, and is AWS reached?"
              .formatted(lost.getClass().getSimpleName()));
    }
  }

  /** The name of a secret in Secrets Manager. */
  static String name(String place, SecretId id) {
    return place
        + "/"
        + FlatName.of(PLAIN, Stream.of(id.group()))
        + "/"
        + FlatName.of(PLAIN, Stream.of(id.key()));
  }

  private static String text(GetSecretValueResponse found) throws ServiceUnavailableException {
    if (found.secretString() != null) {
      return found.secretString();
    }
    if (found.secretBinary() != null) {
      return SecretValue.ofUtf8(found.secretBinary().asByteArray()).reveal();
    }
    throw new ServiceUnavailableException("answered without a value");
  }

  private static String why(SecretsManagerException refused, String name) {
    if (refused.isThrottlingException()) {
      return "wants fewer calls (throttled)";
    }
    return switch (refused.statusCode()) {
      case 400, 401, 403 ->
          "does not let this server get '%s' (status %s): its credentials lack secretsmanager:GetSecretValue or have ended"
              .formatted(name, refused.statusCode());
      default -> "answered status %s".formatted(refused.statusCode());
    };
  }

  private SecretsManagerClient client() {
    var made = client;
    if (made != null) {
      return made;
    }
    synchronized (this) {
      made = client;
      if (made == null) {
        var builder =
            SecretsManagerClient.builder()
                .httpClientBuilder(
                    UrlConnectionHttpClient.builder()
                        .connectionTimeout(TRY_MAX)
                        .socketTimeout(TRY_MAX))
                .overrideConfiguration(
                    settings -> settings.apiCallTimeout(CALL_MAX).apiCallAttemptTimeout(TRY_MAX));
        region.map(Region::of).ifPresent(builder::region);
        endpoint.ifPresent(builder::endpointOverride);
        made = builder.build();
        client = made;
      }
      return made;
    }
  }

  @Override
  public void close() {
    var made = client;
    if (made != null) {
      made.close();
    }
  }
}

package dev.harrier.secrets.aws;

import dev.harrier.secrets.FirstUse;
import dev.harrier.secrets.FlatName;
import dev.harrier.secrets.SecretService;
import dev.harrier.secrets.ServiceUnavailableException;
import dev.harrier.spi.SecretId;
import dev.harrier.spi.SecretValue;
import java.net.URI;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueRequest;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.InvalidRequestException;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;
import software.amazon.awssdk.services.secretsmanager.model.SecretsManagerException;

/**
 * Secrets of AWS Secrets Manager: {@code place/group/key} is the name of one, the version a stage
 * such as {@code AWSPREVIOUS}, or an id of AWS's own.
 */
public final class AwsSecrets implements SecretService {
  private static final String PLAIN = "/_+=.@ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  private static final int VERSION_ID_LENGTH_MIN = 32;

  private final FirstUse<SecretsManagerClient> client;

  /**
   * @param region if it is another than AWS's programs find
   * @param endpoint if it is another than the region's, such as one within a private network
   */
  public AwsSecrets(Optional<String> region, Optional<URI> endpoint) {
    this.client = new AwsAccess(region, endpoint).client(SecretsManagerClient::builder);
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
      return Optional.of(text(client.get().getSecretValue(request.build())));
    } catch (ResourceNotFoundException absent) {
      return Optional.empty();
    } catch (InvalidRequestException deleted) {
      // It waits for its deletion, and gives no value meanwhile.
      return Optional.empty();
    } catch (SecretsManagerException refused) {
      throw AwsAccess.refused(refused, "get '%s'".formatted(name), "secretsmanager:GetSecretValue");
    } catch (SdkException lost) {
      throw AwsAccess.lost(lost);
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

  @Override
  public void close() {
    client.close();
  }
}

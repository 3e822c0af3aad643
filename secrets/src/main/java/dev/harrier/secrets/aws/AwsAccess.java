package dev.harrier.secrets.aws;

import static java.util.Objects.requireNonNull;

import dev.harrier.secrets.FirstUse;
import dev.harrier.secrets.ServiceUnavailableException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;

/**
 * How AWS's services are called. Credentials are found as AWS's programs find them: variables,
 * profiles, a service account, the machine.
 *
 * @param region if it is another than AWS's programs find
 * @param endpoint if it is another than the region's, such as one within a private network
 */
record AwsAccess(Optional<String> region, Optional<URI> endpoint) {
  /** With all that the SDK tries again. */
  private static final Duration CALL_MAX = Duration.ofSeconds(10);

  private static final Duration TRY_MAX = Duration.ofSeconds(4);

  AwsAccess {
    requireNonNull(region, "region");
    requireNonNull(endpoint, "endpoint");
  }

  /** A client of one service. */
  <C extends SdkClient, B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>>
      FirstUse<C> client(Supplier<B> builder) {
    return new FirstUse<>(() -> made(builder.get()), SdkClient::close);
  }

  private <C extends SdkClient, B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>>
      C made(B builder) throws ServiceUnavailableException {
    builder
        .httpClientBuilder(
            UrlConnectionHttpClient.builder().connectionTimeout(TRY_MAX).socketTimeout(TRY_MAX))
        .overrideConfiguration(
            settings -> settings.apiCallTimeout(CALL_MAX).apiCallAttemptTimeout(TRY_MAX));
    region.map(Region::of).ifPresent(builder::region);
    endpoint.ifPresent(builder::endpointOverride);
    try {
      return builder.build();
    } catch (SdkException wrong) {
      throw lost(wrong);
    }
  }

  /**
   * What AWS means by a refusal, in words of ours.
   *
   * @param what the server was not let do
   * @param permission that lets it
   */
  static ServiceUnavailableException refused(
      AwsServiceException refused, String what, String permission) {
    if (refused.isThrottlingException()) {
      return new ServiceUnavailableException("wants fewer calls (throttled)");
    }
    return new ServiceUnavailableException(
        switch (refused.statusCode()) {
          case 400, 401, 403 ->
              "does not let this server %s (status %s): its credentials lack %s or have ended"
                  .formatted(what, refused.statusCode(), permission);
          default -> "answered status %s".formatted(refused.statusCode());
        });
  }

  /** A call that got no answer, or was not made. */
  static ServiceUnavailableException lost(SdkException lost) {
    // Without its message: it tells where it looked for credentials, and may quote what it sent.
    return new ServiceUnavailableException(
        "could not be asked (%s): is there a region, are there credentials, and is AWS reached?"
            .formatted(lost.getClass().getSimpleName()));
  }
}

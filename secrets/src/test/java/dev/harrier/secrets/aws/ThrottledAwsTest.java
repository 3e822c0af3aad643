package dev.harrier.secrets.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.secrets.FakeService;
import dev.harrier.secrets.FakeService.Answer;
import dev.harrier.secrets.OutsideSecrets;
import dev.harrier.secrets.Places;
import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.SecretId;
import dev.harrier.spi.SecretSource;
import dev.harrier.spi.SecretValue;
import dev.harrier.spi.StoreUnavailableException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** AWS wants fewer calls: the SDK tries again, and then the source says so. */
final class ThrottledAwsTest {
  private static final ProjectDomain PLACE = new ProjectDomain("flytesnacks", "development");
  private static final SecretId ID = SecretId.of("warehouse", "password");
  private static final Answer THROTTLED =
      new Answer(
          400, "{\"__type\": \"ThrottlingException\", \"message\": \"hunter2: rate exceeded\"}");

  private static SecretSource source(URI address) {
    TestMoto.logIn();
    return new OutsideSecrets(
        "aws",
        new Places(List.of(), "{project}/{domain}"),
        new AwsSecrets(Optional.of("eu-central-1"), Optional.of(address)));
  }

  @Test
  void twice_is_tried_again() {
    var calls = new AtomicInteger();
    try (var aws =
        new FakeService(
            request ->
                calls.incrementAndGet() < 3
                    ? THROTTLED
                    : new Answer(200, "{\"Name\": \"n\", \"SecretString\": \"found\"}"))) {
      assertThat(source(aws.address()).find(ID, PLACE).map(SecretValue::reveal)).contains("found");
      assertThat(calls).hasValue(3);
    }
  }

  @Test
  void always_is_temporary_and_named() {
    var calls = new AtomicInteger();
    try (var aws =
        new FakeService(
            request -> {
              calls.incrementAndGet();
              return THROTTLED;
            })) {
      assertThatThrownBy(() -> source(aws.address()).find(ID, PLACE))
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessage(
              "The secret 'warehouse/password' cannot be had now: its source 'aws' wants fewer"
                  + " calls (throttled).");
      assertThat(calls).hasValueGreaterThan(1);
    }
  }

  @Test
  void calls_are_signed_with_the_credentials_that_were_found() {
    var header = new java.util.concurrent.atomic.AtomicReference<>("");
    try (var aws =
        new FakeService(
            request -> {
              header.set(request.authorization().orElse(""));
              return new Answer(200, "{\"Name\": \"n\", \"SecretString\": \"found\"}");
            })) {
      assertThat(source(aws.address()).find(ID, PLACE)).isPresent();
      assertThat(header.get())
          .startsWith("AWS4-HMAC-SHA256 Credential=of-the-tests/")
          .contains("/eu-central-1/secretsmanager/aws4_request");
    }
  }
}

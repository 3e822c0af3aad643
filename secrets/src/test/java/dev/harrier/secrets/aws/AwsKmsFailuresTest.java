package dev.harrier.secrets.aws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import dev.harrier.secrets.FakeService;
import dev.harrier.secrets.FakeService.Answer;
import dev.harrier.secrets.FakeService.Request;
import dev.harrier.security.secret.MasterKeys.Wrapped;
import dev.harrier.spi.StoreUnavailableException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What KMS answers that moto never does. */
final class AwsKmsFailuresTest {
  private static final byte[] DATA_KEY = "0123456789abcdef0123456789abcdef".getBytes(UTF_8);
  private static final String DATA_KEY_SENT = Base64.getEncoder().encodeToString(DATA_KEY);
  private static final byte[] CONTEXT = "harrier secret 1".getBytes(UTF_8);
  private static final String ARN = "arn:aws:kms:eu-central-1:123456789012:key/1234-5678";
  private static final Wrapped WRAPPED =
      new Wrapped("aws-kms:" + ARN, ByteString.copyFromUtf8("sealed"));
  private static final Answer DESCRIBED =
      new Answer(200, "{\"KeyMetadata\": {\"KeyId\": \"1234-5678\", \"Arn\": \"" + ARN + "\"}}");
  private static final Answer SEALED =
      new Answer(200, "{\"KeyId\": \"" + ARN + "\", \"CiphertextBlob\": \"c2VhbGVk\"}");

  @BeforeAll
  static void logIn() {
    TestMoto.logIn();
  }

  private static AwsKmsMasterKeys keys(FakeService aws) {
    return new AwsKmsMasterKeys(ARN, Optional.of("eu-central-1"), Optional.of(aws.address()));
  }

  private static Answer refusal(String type) {
    return new Answer(
        400, "{\"__type\": \"" + type + "\", \"message\": \"" + DATA_KEY_SENT + "\"}");
  }

  /** Tells about the key, and answers all else so. */
  private static FakeService answering(Answer answer) {
    return new FakeService(
        request -> request.headers().contains("TrentService.DescribeKey") ? DESCRIBED : answer);
  }

  @Test
  void twice_throttled_it_is_tried_again_with_what_binds_the_key_and_not_with_names() {
    var calls = new AtomicInteger();
    var sent = new ArrayList<Request>();
    try (var aws =
            new FakeService(
                request -> {
                  sent.add(request);
                  return calls.incrementAndGet() < 3 ? refusal("ThrottlingException") : SEALED;
                });
        var keys = keys(aws)) {
      var wrapped = keys.wrap(DATA_KEY, CONTEXT);

      assertThat(wrapped).isEqualTo(WRAPPED);
      assertThat(calls).hasValue(3);
      var request = sent.getLast();
      assertThat(request.authorization().orElse(""))
          .startsWith("AWS4-HMAC-SHA256 Credential=of-the-tests/")
          .contains("/eu-central-1/kms/aws4_request");
      var bound =
          JsonParser.parseString(request.body())
              .getAsJsonObject()
              .getAsJsonObject("EncryptionContext");
      assertThat(bound.keySet()).containsExactlyInAnyOrder("application", "secret");
      assertThat(bound.get("application").getAsString()).isEqualTo("harrier");
      assertThat(bound.get("secret").getAsString()).matches("[0-9a-f]{64}");
    }
  }

  @Test
  void what_cannot_be_had_now_is_temporary_and_says_why() {
    var sentences =
        Map.of(
            "ThrottlingException", "AWS KMS wants fewer calls (throttled).",
            "DisabledException", "has the key '" + ARN + "' disabled, or about to be deleted",
            "KMSInvalidStateException", "has the key '" + ARN + "' disabled, or about",
            "InvalidKeyUsageException", "for another use: expected a symmetric one",
            "AccessDeniedException",
                "the key '" + ARN + "' (status 400): its credentials lack kms:");

    sentences.forEach(
        (type, sentence) -> {
          try (var aws = answering(refusal(type));
              var keys = keys(aws)) {
            for (var refused :
                List.of(
                    catchThrowable(() -> keys.wrap(DATA_KEY, CONTEXT)),
                    catchThrowable(() -> keys.unwrap(WRAPPED, CONTEXT)))) {
              assertThat(refused)
                  .as(type)
                  .isInstanceOf(StoreUnavailableException.class)
                  .hasMessageContaining("The master key of the secrets cannot be had now: AWS KMS ")
                  .hasMessageContaining(sentence);
            }
          }
        });
  }

  @Test
  void an_answer_that_is_none_gives_no_key_and_is_not_repeated() {
    for (var answer :
        List.of(
            new Answer(200, "{}"),
            new Answer(200, "{\"Plaintext\": 1 " + DATA_KEY_SENT),
            new Answer(200, "{\"KeyId\": \"" + DATA_KEY_SENT + "\", \"CiphertextBlob\": \"c2U=\"}"),
            new Answer(302, DATA_KEY_SENT),
            new Answer(418, DATA_KEY_SENT),
            new Answer(500, DATA_KEY_SENT),
            refusal("InvalidCiphertextException"),
            refusal(DATA_KEY_SENT))) {
      try (var aws = answering(answer);
          var keys = keys(aws)) {
        for (var refused :
            List.of(
                catchThrowable(() -> keys.wrap(DATA_KEY, CONTEXT)),
                catchThrowable(() -> keys.unwrap(WRAPPED, CONTEXT)))) {
          var text = new StringWriter();
          refused.printStackTrace(new PrintWriter(text));
          assertThat(text.toString()).as(answer.toString()).doesNotContain(DATA_KEY_SENT);
        }
      }
    }
  }

  @Test
  void closed_it_asks_nobody() {
    var calls = new AtomicInteger();
    try (var aws =
        new FakeService(
            request -> {
              calls.incrementAndGet();
              return SEALED;
            })) {
      var keys = keys(aws);
      keys.close();

      assertThatThrownBy(() -> keys.wrap(DATA_KEY, CONTEXT))
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessageContaining("this server stops");
      assertThat(calls).hasValue(0);
    }
  }
}

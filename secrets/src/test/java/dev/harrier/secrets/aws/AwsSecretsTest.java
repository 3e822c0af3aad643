package dev.harrier.secrets.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.secrets.OutsideSecrets;
import dev.harrier.secrets.Places;
import dev.harrier.secrets.Programs;
import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.SecretId;
import dev.harrier.spi.SecretSource;
import dev.harrier.spi.SecretValue;
import dev.harrier.testkit.SecretSourceContract;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.ResourceExistsException;

/** With AWS Secrets Manager as moto plays it. */
@Tag("moto")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AwsSecretsTest extends SecretSourceContract {
  private static final ProjectDomain PLACE = new ProjectDomain("flytesnacks", "development");
  private static final SecretId ID = SecretId.of("warehouse", "password");

  private final Process moto;
  private final URI address;
  private final SecretsManagerClient administrator;
  private String prefix = "";

  AwsSecretsTest() throws IOException {
    // As AWS's programs find them; moto takes any.
    System.setProperty("aws.accessKeyId", "of-the-tests");
    System.setProperty("aws.secretAccessKey", "of-the-tests");
    var project = Programs.project();
    var python =
        Programs.lastLine(
            List.of(
                "python3",
                project
                    .resolve(
                        "server/src/main/resources/dev/harrier/server/python/make_environment.py")
                    .toString(),
                project.resolve("secrets/src/test/python/moto/requirements.txt").toString(),
                Path.of(System.getProperty("user.home"), ".cache", "harrier").toString()));
    moto =
        new ProcessBuilder(python, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0")
            .redirectErrorStream(true)
            .start();
    address = listening();
    administrator =
        SecretsManagerClient.builder()
            .region(Region.EU_CENTRAL_1)
            .endpointOverride(address)
            .build();
  }

  private URI listening() throws IOException {
    var output =
        new BufferedReader(new InputStreamReader(moto.getInputStream(), StandardCharsets.UTF_8));
    for (var line = output.readLine(); line != null; line = output.readLine()) {
      var at = line.indexOf("http://127.0.0.1:");
      if (at >= 0) {
        // Somebody must read on, or moto would wait.
        Thread.ofVirtual().start(() -> output.lines().forEach(read -> {}));
        return URI.create(line.substring(at).strip());
      }
    }
    throw new AssertionError("moto ended before it listened");
  }

  @BeforeEach
  void keepApart() {
    prefix = "flyte-" + UUID.randomUUID();
  }

  @AfterAll
  void stop() {
    administrator.close();
    Programs.end(moto);
  }

  @Override
  protected SecretSource open() {
    return new OutsideSecrets(
        "aws",
        new Places(List.of(), prefix + "/{project}/{domain}"),
        new AwsSecrets(Optional.of("eu-central-1"), Optional.of(address)));
  }

  @Override
  protected void put(ProjectDomain place, SecretId id, String text) {
    var name = AwsSecrets.name(prefix + "/" + place, id);
    try {
      var unused = administrator.createSecret(one -> one.name(name).secretString(text));
    } catch (ResourceExistsException known) {
      var unused = administrator.putSecretValue(one -> one.secretId(name).secretString(text));
    }
  }

  @Test
  void the_value_before_is_a_stage_of_its_own() {
    put(PLACE, ID, "first");
    put(PLACE, ID, "second");

    var before =
        open().find(new SecretId("warehouse", "password", Optional.of("AWSPREVIOUS")), PLACE);

    assertThat(before.map(SecretValue::reveal)).contains("first");
  }

  @Test
  void one_that_waits_for_its_deletion_is_absent() {
    put(PLACE, ID, "hunter2");
    var unused =
        administrator.deleteSecret(one -> one.secretId(AwsSecrets.name(prefix + "/" + PLACE, ID)));

    assertThat(open().find(ID, PLACE)).isEmpty();
  }
}

package dev.harrier.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.conformance.SharedHarrier.World;
import dev.harrier.secrets.aws.TestMoto;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.services.kms.KmsClient;

/** The master key moves from a file to AWS KMS, as moto plays it, under a server that serves. */
@Tag("moto")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AwsKmsTest {
  private static final String CANARY = "canary-" + UUID.randomUUID();
  private static final String ALIAS = "alias/harrier";

  private final TestMoto moto;
  private final KmsClient administrator;
  private final World world;

  AwsKmsTest() throws Exception {
    moto = TestMoto.start();
    administrator = moto.administrator(KmsClient.builder());
    var folder = World.newFolder();
    world =
        World.of(
            folder,
            Harrier.startWithin(
                folder,
                List.of(
                    "env",
                    "AWS_ACCESS_KEY_ID=of-the-tests",
                    "AWS_SECRET_ACCESS_KEY=of-the-tests",
                    "AWS_REGION=" + TestMoto.REGION)));
  }

  @AfterAll
  void stop() {
    world.close();
    administrator.close();
    moto.close();
  }

  @Test
  void secrets_open_before_and_after_the_move_and_not_without_kms() throws Exception {
    put(CANARY);
    assertThat(found()).isEqualTo(SecretsTest.digest(CANARY));
    var unused = administrator.createAlias(one -> one.aliasName(ALIAS).targetKeyId(newKey()));

    restart("secrets: {masterKeyAwsKms: %s}".formatted(kms()));

    assertThat(found()).isEqualTo(SecretsTest.digest(CANARY));
    assertThat(rotate()).contains("1 secrets have a new master key");
    Files.delete(world.harrier().home().resolve("security/secret-master-key.json"));
    assertThat(found()).isEqualTo(SecretsTest.digest(CANARY));

    var another = newKey();
    var moved = administrator.updateAlias(one -> one.aliasName(ALIAS).targetKeyId(another));
    assertThat(moved.sdkHttpResponse().isSuccessful()).isTrue();
    assertThat(rotate()).contains("1 secrets have a new master key");
    put(CANARY + "-2");
    assertThat(found()).isEqualTo(SecretsTest.digest(CANARY + "-2"));

    restart("secrets: {masterKeyPlace: file, masterKeyAwsKms: %s}".formatted(kms()));
    assertThat(found()).isEqualTo(SecretsTest.digest(CANARY + "-2"));
    assertThat(rotate()).contains("1 secrets have a new master key");
    restart("");
    assertThat(found()).isEqualTo(SecretsTest.digest(CANARY + "-2"));

    restart("secrets: {masterKeyAwsKms: %s}".formatted(kms()));
    assertThat(rotate()).contains("1 secrets have a new master key");
    moto.close();
    var end = start().awaitEnd();
    assertThat(end.code()).isEqualTo("RetriesExhausted|SecretsUnavailable");
    assertThat(end.message())
        .contains("'warehouse/password' cannot be had now: this installation cannot use the master")
        .doesNotContain("AWS")
        .doesNotContain(CANARY);
    assertThat(world.harrier().output())
        .contains("The master key of the secrets cannot be had now: AWS KMS could not be asked")
        .doesNotContain(CANARY);
  }

  private String newKey() {
    return administrator.createKey().keyMetadata().keyId();
  }

  private String kms() {
    return "{key: %s, endpoint: '%s'}".formatted(ALIAS, moto.address());
  }

  private void restart(String config) throws Exception {
    world.harrier().stop();
    Files.writeString(world.harrier().home().resolve("config.yaml"), config + "\n");
    world.harrier().restart();
  }

  private void put(String value) throws IOException {
    var file = Files.writeString(world.folder().resolve("value"), value);
    var words = List.of("put", "warehouse", "password", "--file", file.toString(), "--project");
    assertThat(secret(words, World.PROJECT)).contains("is kept");
  }

  private String rotate() {
    return secret(List.of("rotate-master-key"));
  }

  private String secret(List<String> words, String... more) {
    var line = new ArrayList<>(words);
    line.addAll(List.of(more));
    return world.harrier().secret(line).succeeded().output();
  }

  private Run start() {
    return world.executions().start("workflows.secrets.digest_it", Map.of());
  }

  private String found() {
    return start().succeeded().string("o0");
  }
}

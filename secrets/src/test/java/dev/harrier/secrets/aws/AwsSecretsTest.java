package dev.harrier.secrets.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.secrets.OutsideSecrets;
import dev.harrier.secrets.Places;
import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.SecretId;
import dev.harrier.spi.SecretSource;
import dev.harrier.spi.SecretValue;
import dev.harrier.testkit.SecretSourceContract;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.ResourceExistsException;

/** With AWS Secrets Manager as moto plays it. */
@Tag("moto")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AwsSecretsTest extends SecretSourceContract {
  private static final ProjectDomain PLACE = new ProjectDomain("flytesnacks", "development");
  private static final SecretId ID = SecretId.of("warehouse", "password");

  private final TestMoto moto;
  private final SecretsManagerClient administrator;
  private String prefix = "";

  AwsSecretsTest() throws IOException {
    moto = TestMoto.start();
    administrator = moto.administrator(SecretsManagerClient.builder());
  }

  @BeforeEach
  void keepApart() {
    prefix = "flyte-" + UUID.randomUUID();
  }

  @AfterAll
  void stop() {
    administrator.close();
    moto.close();
  }

  @Override
  protected SecretSource open() {
    return new OutsideSecrets(
        "aws",
        new Places(List.of(), prefix + "/{project}/{domain}"),
        new AwsSecrets(Optional.of(TestMoto.REGION), Optional.of(moto.address())));
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

package dev.harrier.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.conformance.SharedHarrier.World;
import dev.harrier.secrets.vault.TestVault;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A task of unmodified flytekit gets its secrets out of a real Vault. */
@Tag("vault")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class VaultTest {
  private static final String CANARY = "canary-" + UUID.randomUUID();
  private static final String PATH = "tasks/" + World.PROJECT + "/" + World.DOMAIN + "/warehouse";

  private final Path folder;
  private final TestVault vault;
  private final World world;

  VaultTest() throws Exception {
    folder = Files.createTempDirectory("hv");
    vault = TestVault.startWithTls(folder);
    vault.putSecond(PATH, "password", CANARY);
    var configuration =
        Files.writeString(
            folder.resolve("config.yaml"),
            """
            secrets:
              sources:
                - name: team-vault
                  kind: vault
                  place: "tasks/{project}/{domain}"
                  store: {mount: kv2, version: 2}
                  vault:
                    address: %s
                    caFile: %s
                    login: appRole
                    roleId: %s
                    secretIdFile: %s
                - kind: stored
            """
                .formatted(
                    vault.address(),
                    vault.authorityFile().orElseThrow(),
                    vault.roleId(),
                    vault.secretIdFile(folder.resolve("secret-id"))));
    world = World.open("--config", configuration.toString());
  }

  @AfterAll
  void stop() {
    world.close();
    vault.close();
    SharedHarrier.deleteAll(folder);
  }

  private Run start(String workflow) {
    return world.executions().start("workflows.secrets." + workflow, Map.of());
  }

  @Test
  void a_task_logs_in_with_it_and_prints_it_covered() throws Exception {
    var digested = start("digest_it").succeeded();
    var printed = start("print_it").succeeded();

    assertThat(digested.string("o0")).isEqualTo(SecretsTest.digest(CANARY));
    assertThat(log(printed)).contains("logging in with ***").doesNotContain(CANARY);
    assertThat(world.harrier().output()).doesNotContain(CANARY);
  }

  @Test
  void one_that_neither_vault_nor_harrier_has_fails_the_task_before_it_runs() {
    var end = start("ask_for_a_missing_one").awaitEnd();

    assertThat(end.code()).isEqualTo("SecretNotAvailable");
    assertThat(end.message()).contains("the secret 'nobody/kept.this': there is none");
  }

  @Test
  void a_sealed_vault_fails_the_task_by_its_name_and_the_next_one_succeeds() {
    vault.seal();
    try {
      var end = start("print_it").awaitEnd();

      assertThat(end.kind()).isEqualTo("SYSTEM");
      // Tried again before, as any failure of the system.
      assertThat(end.code()).isEqualTo("RetriesExhausted|SecretsUnavailable");
      assertThat(end.message())
          .contains("'warehouse/password' cannot be had now: its source 'team-vault' does not give")
          .doesNotContain("sealed")
          .doesNotContain(CANARY);
      assertThat(world.harrier().output()).contains("is a Vault that is sealed");
    } finally {
      vault.unseal();
    }
    start("print_it").succeeded();
  }

  private String log(Run run) {
    var links = Json.list(Json.at(run.attempts("n0").getFirst(), "closure"), "logs");
    var link = URI.create(Json.text(links.getFirst(), "uri"));
    var query = link.getRawQuery() == null ? "" : "?" + link.getRawQuery();
    return world.api().get(link.getRawPath() + query).text();
  }
}

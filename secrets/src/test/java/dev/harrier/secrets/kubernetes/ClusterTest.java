package dev.harrier.secrets.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.secrets.FlatName;
import dev.harrier.secrets.OutsideSecrets;
import dev.harrier.secrets.Places;
import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.SecretId;
import dev.harrier.spi.SecretSource;
import dev.harrier.spi.SecretValue;
import dev.harrier.spi.StoreUnavailableException;
import dev.harrier.testkit.SecretSourceContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Secrets of a real API of Kubernetes, by the token of a service account. */
@Tag("kube")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ClusterTest extends SecretSourceContract {
  private static final ProjectDomain PLACE = new ProjectDomain("flytesnacks", "development");
  private static final SecretId ID = SecretId.of("warehouse", "password");
  private static final String OWN = "harrier";

  private final Path folder;
  private final TestCluster cluster;
  private String prefix = "";

  ClusterTest(@TempDir Path folder) throws Exception {
    this.folder = folder;
    cluster = TestCluster.start(folder);
    cluster.account(OWN, "reads-all");
    cluster.letReadAll("reads-all", OWN);
  }

  @BeforeEach
  void keepApart() {
    prefix = "t" + UUID.randomUUID().toString().substring(0, 8);
  }

  @AfterAll
  void stop() {
    cluster.close();
  }

  private String namespace(ProjectDomain place) {
    return "%s-%s-%s".formatted(prefix, place.project(), place.domain());
  }

  private SecretSource source(Path tokenFile) {
    return new OutsideSecrets(
        "cluster",
        new Places(List.of(), prefix + "-{project}-{domain}"),
        new KubernetesSecrets(cluster.address(), Optional.of(cluster.authorityFile()), tokenFile));
  }

  private Path tokenFile(String account) throws Exception {
    return Files.writeString(folder.resolve(account), cluster.token(OWN, account));
  }

  @Override
  protected SecretSource open() throws Exception {
    return source(tokenFile("reads-all"));
  }

  @Override
  protected void put(ProjectDomain place, SecretId id, String text) throws Exception {
    cluster.put(
        namespace(place),
        FlatName.of(".", Stream.of(id.group())),
        FlatName.of("._ABCDEFGHIJKLMNOPQRSTUVWXYZ", Stream.of(id.key())),
        text);
  }

  @Test
  void a_service_account_reads_where_it_has_a_role_and_nowhere_else() throws Exception {
    put(PLACE, ID, "hunter2");
    var other = new ProjectDomain("flyteother", "development");
    put(other, ID, "not-theirs");
    cluster.account(OWN, prefix);
    cluster.letRead(namespace(PLACE), prefix, OWN);
    var source = source(tokenFile(prefix));

    assertThat(source.find(ID, PLACE).map(SecretValue::reveal)).contains("hunter2");
    assertThat(source.find(SecretId.of("nobodys", "password"), PLACE)).isEmpty();
    assertThatThrownBy(() -> source.find(ID, other))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("in the namespace '%s' (status 403)".formatted(namespace(other)))
        .hasMessageNotContaining("not-theirs");
  }

  @Test
  void a_token_that_is_no_longer_good_is_told_and_the_next_one_in_the_file_is_taken()
      throws Exception {
    put(PLACE, ID, "hunter2");
    cluster.account("others", "reads-all");
    var foreign = cluster.token("others", "reads-all");
    var file = tokenFile("reads-all");
    var source = source(file);
    assertThat(source.find(ID, PLACE)).isPresent();

    // Of an account that is gone by the time it is used.
    cluster.delete("/api/v1/namespaces/others/serviceaccounts/reads-all");
    Files.writeString(file, foreign);
    assertThatThrownBy(() -> source.find(ID, PLACE))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("does not know this server's service account (status 401)")
        .hasMessageNotContaining(foreign);
    Files.writeString(file, cluster.token(OWN, "reads-all"));

    assertThat(source.find(ID, PLACE)).isPresent();
  }

  @Test
  void a_secret_that_was_deleted_is_absent() throws Exception {
    put(PLACE, ID, "hunter2");
    var source = open();
    assertThat(source.find(ID, PLACE)).isPresent();

    cluster.delete("/api/v1/namespaces/%s/secrets/warehouse".formatted(namespace(PLACE)));

    assertThat(source.find(ID, PLACE)).isEmpty();
  }

  @Test
  void an_api_that_is_not_trusted_is_temporary() throws Exception {
    put(PLACE, ID, "hunter2");
    var untrusting =
        new OutsideSecrets(
            "cluster",
            new Places(List.of(), prefix + "-{project}-{domain}"),
            new KubernetesSecrets(cluster.address(), Optional.empty(), tokenFile("reads-all")));

    assertThatThrownBy(() -> untrusting.find(ID, PLACE))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("SSLHandshakeException");
  }
}

package dev.harrier.security.secret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.database.Database;
import dev.harrier.database.TestDatabase;
import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.SecretId;
import dev.harrier.spi.SecretSource;
import dev.harrier.spi.SecretValue;
import dev.harrier.spi.StoreUnavailableException;
import dev.harrier.testkit.SecretSourceContract;
import java.time.Clock;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestDatabase.class)
final class StoredSecretsTest extends SecretSourceContract {
  private static final SecretId ID = SecretId.of("warehouse", "password");
  private static final SecretLevel PROJECT = new SecretLevel("flytesnacks", "");
  private static final SecretLevel DOMAIN = new SecretLevel("flytesnacks", "development");
  private static final SecretLevel OTHER = new SecretLevel("flyteother", "");
  private static final ProjectDomain PLACE = new ProjectDomain("flytesnacks", "development");

  private final Database database;
  private final StoredSecrets secrets;
  private final SecretGrants grants;

  StoredSecretsTest(Database database) {
    this.database = database;
    this.secrets = new StoredSecrets(database, GivenMasterKeys.generate(), Clock.systemUTC());
    this.grants = new SecretGrants(database, Clock.systemUTC());
    sql("DELETE FROM secret");
  }

  @Override
  protected SecretSource open() {
    return secrets;
  }

  @Override
  protected void put(ProjectDomain place, SecretId id, String text) {
    put(new SecretLevel(place.project(), place.domain()), id, text);
  }

  private void put(SecretLevel level, SecretId id, String text) {
    secrets.put(level, id, new SecretValue(text), "user:ada");
  }

  private Optional<String> found(ProjectDomain place) {
    return secrets.find(ID, place).map(SecretValue::reveal);
  }

  @Test
  void the_closest_one_wins() {
    put(SecretLevel.INSTALLATION, ID, "installation");
    assertThat(found(PLACE)).contains("installation");

    put(OTHER, ID, "granted to the project");
    grants.grant(OTHER, ID, PROJECT, "user:ada");
    assertThat(found(PLACE)).contains("granted to the project");

    put(new SecretLevel("flytethird", ""), ID, "granted to the domain");
    grants.grant(new SecretLevel("flytethird", ""), ID, DOMAIN, "user:ada");
    assertThat(found(PLACE)).contains("granted to the domain");

    put(PROJECT, ID, "project");
    assertThat(found(PLACE)).contains("project");

    put(DOMAIN, ID, "domain");
    assertThat(found(PLACE)).contains("domain");
    assertThat(found(new ProjectDomain("flytesnacks", "production"))).contains("project");
    assertThat(found(new ProjectDomain("elsewhere", "production"))).contains("installation");
  }

  @Test
  void a_version_is_another_secret() {
    put(PROJECT, ID, "of no version");
    put(PROJECT, new SecretId("warehouse", "password", Optional.of("v2")), "of version 2");

    assertThat(found(PLACE)).contains("of no version");
    assertThat(secrets.find(new SecretId("warehouse", "password", Optional.of("v1")), PLACE))
        .isEmpty();
  }

  @Test
  void a_grant_opens_one_place_and_is_taken_back() {
    put(OTHER, ID, "lent");

    grants.grant(OTHER, ID, DOMAIN, "user:ada");
    grants.grant(OTHER, ID, DOMAIN, "user:ada");

    assertThat(found(PLACE)).contains("lent");
    assertThat(found(new ProjectDomain("flytesnacks", "production"))).isEmpty();
    assertThat(grants.list(OTHER, 0).getFirst().grantedTo()).containsExactly(DOMAIN);
    assertThat(grants.revoke(OTHER, ID, DOMAIN)).isTrue();
    assertThat(grants.revoke(OTHER, ID, DOMAIN)).isFalse();
    assertThat(found(PLACE)).isEmpty();
  }

  @Test
  void a_place_is_granted_one_secret_of_a_name() {
    put(OTHER, ID, "one");
    put(new SecretLevel("flytethird", ""), ID, "two");
    grants.grant(OTHER, ID, DOMAIN, "user:ada");

    assertThatThrownBy(
            () -> grants.grant(new SecretLevel("flytethird", ""), ID, DOMAIN, "user:ada"))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("granted to project 'flytesnacks', domain 'development' already");
    assertThat(found(PLACE)).contains("one");
  }

  @Test
  void what_is_not_there_cannot_be_granted_and_removing_ends_grants() {
    assertThatThrownBy(() -> grants.grant(OTHER, ID, DOMAIN, "user:ada"))
        .hasMessage("There is no secret 'warehouse/password' of project 'flyteother'.");
    put(OTHER, ID, "lent");
    grants.grant(OTHER, ID, DOMAIN, "user:ada");

    assertThat(secrets.remove(OTHER, ID)).isTrue();

    assertThat(secrets.remove(OTHER, ID)).isFalse();
    assertThat(found(PLACE)).isEmpty();
  }

  @Test
  void a_row_that_was_put_elsewhere_does_not_open() {
    put(OTHER, ID, "hunter2");
    sql("UPDATE secret SET project = 'flytesnacks'");

    assertThatThrownBy(() -> found(PLACE))
        .isInstanceOf(UnreadableSecretException.class)
        .hasMessageContaining("'warehouse/password' of project 'flytesnacks' does not open")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void parts_of_another_row_do_not_open_either() {
    put(PROJECT, ID, "mine");
    put(OTHER, ID, "hunter2");
    for (var columns : new String[] {"sealed", "data_key"}) {
      sql(
          "UPDATE secret m SET %1$s = o.%1$s FROM secret o WHERE m.project = 'flytesnacks' AND o.project = 'flyteother'"
              .formatted(columns));

      assertThatThrownBy(() -> found(PLACE)).isInstanceOf(UnreadableSecretException.class);
      put(PROJECT, ID, "mine");
    }
    assertThat(found(PLACE)).contains("mine");
  }

  @Test
  void any_changed_byte_is_noticed() {
    put(PROJECT, ID, "hunter2");
    for (var column : new String[] {"sealed", "data_key"}) {
      sql("UPDATE secret SET %1$s = set_byte(%1$s, 9, get_byte(%1$s, 9) # 1)".formatted(column));

      assertThatThrownBy(() -> found(PLACE)).isInstanceOf(UnreadableSecretException.class);
      put(PROJECT, ID, "hunter2");
    }
  }

  @Test
  void another_installations_key_opens_nothing() {
    put(PROJECT, ID, "hunter2");
    var stranger = new StoredSecrets(database, GivenMasterKeys.generate(), Clock.systemUTC());

    assertThatThrownBy(() -> stranger.find(ID, PLACE))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("expected the master key");
  }

  @Test
  void the_database_never_sees_a_value() {
    put(PROJECT, ID, "hunter2-is-the-canary");

    var row =
        database
            .api()
            .run(
                "read all of the row",
                connection -> {
                  try (var statement =
                          connection.prepareStatement(
                              "SELECT s::text, sealed, data_key FROM secret s");
                      var rows = statement.executeQuery()) {
                    rows.next();
                    return rows.getString(1)
                        + new String(rows.getBytes(2), UTF_8)
                        + new String(rows.getBytes(3), UTF_8);
                  }
                });

    assertThat(row).contains("warehouse").doesNotContain("canary");
  }

  @Test
  void a_list_tells_names_and_who_put_them_in_pages() {
    put(PROJECT, ID, "one");
    put(DOMAIN, ID, "two");
    put(OTHER, ID, "three");

    var all = grants.list(SecretLevel.INSTALLATION, 0);

    assertThat(all).extracting(KeptSecret::level).containsExactly(PROJECT, DOMAIN, OTHER);
    assertThat(all.getFirst().changedBy()).isEqualTo("user:ada");
    assertThat(all.toString()).doesNotContain("one").doesNotContain("two");
    assertThat(grants.list(PROJECT, 0))
        .extracting(KeptSecret::level)
        .containsExactly(PROJECT, DOMAIN);
    assertThat(grants.list(DOMAIN, 0)).extracting(KeptSecret::level).containsExactly(DOMAIN);
    assertThat(grants.list(SecretLevel.INSTALLATION, all.get(1).number()))
        .extracting(KeptSecret::level)
        .containsExactly(OTHER);
  }

  private void sql(String text) {
    var unused =
        database
            .api()
            .run(
                "spoil the table",
                connection -> {
                  try (var statement = connection.createStatement()) {
                    return statement.executeUpdate(text);
                  }
                });
  }
}

package dev.harrier.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DatabaseSettingsTest {

  @Test
  void a_url_as_people_write_it_is_taken_apart() {
    var settings =
        DatabaseSettings.parse("postgresql://me:p%40ss@db.example:6543/flyte?sslmode=require");

    assertThat(settings.jdbcUrl()).isEqualTo("jdbc:postgresql://db.example:6543/flyte");
    assertThat(settings.user()).isEqualTo("me");
    assertThat(settings.password()).isEqualTo("p@ss");
    assertThat(settings.properties()).containsEntry("sslmode", "require");
  }

  @Test
  void away_from_this_machine_the_server_must_prove_its_name() {
    assertThat(DatabaseSettings.parse("postgres://db.example/flyte").properties())
        .containsEntry("sslmode", "verify-full");
    assertThat(DatabaseSettings.parse("jdbc:postgresql://localhost/flyte?user=u").properties())
        .doesNotContainKey("sslmode");
    assertThat(DatabaseSettings.parse("jdbc:postgresql://127.0.0.1/flyte?user=u").user())
        .isEqualTo("u");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "flyte",
        "mysql://u:secret@h/d",
        "postgresql:///d",
        "postgresql://u:secret@h",
        "postgresql://u:secret @h/d"
      })
  void what_is_no_such_url_is_refused_and_never_shown_with_its_password(String url) {
    assertThatThrownBy(() -> DatabaseSettings.parse(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("postgresql://user:password@host:port/database")
        .hasMessageNotContaining("secret");
  }

  @Test
  void the_password_is_not_shown() {
    assertThat(DatabaseSettings.parse("postgres://u:secret@h/d").toString())
        .doesNotContain("secret");
  }
}

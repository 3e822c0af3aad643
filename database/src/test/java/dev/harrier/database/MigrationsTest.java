package dev.harrier.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MigrationsTest {
  /** Unpacked once for all tests and builds. */
  private static final Path PROGRAMS = Path.of("target", "postgres-programs");

  private static final Path FILES = Path.of("src/main/resources/dev/harrier/database/migrations");
  private static final Pattern NAME = Pattern.compile("V([1-9][0-9]*)__[a-z_]+\\.sql");

  @Test
  void every_file_is_in_the_list_and_their_numbers_have_no_gap() throws IOException {
    var known = Migrations.known();

    try (var files = Files.list(FILES)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsOnlyOnceElementsOf(known)
          .filteredOn(name -> name.endsWith(".sql"))
          .hasSameSizeAs(known);
    }
    for (var i = 0; i < known.size(); i++) {
      var matcher = NAME.matcher(known.get(i));
      assertThat(matcher.matches()).as(known.get(i)).isTrue();
      assertThat(matcher.group(1)).isEqualTo(String.valueOf(i + 1));
    }
  }

  @Test
  void all_of_them_apply_and_a_second_start_finds_nothing_to_do(@TempDir Path folder) {
    try (var postgres = EmbeddedPostgres.start(folder.resolve("database"), PROGRAMS)) {
      Database.open(postgres.settings()).close();

      try (var database = Database.open(postgres.settings())) {
        var applied =
            database
                .api()
                .run(
                    "count the migrations",
                    connection -> {
                      try (var statement = connection.createStatement();
                          var row =
                              statement.executeQuery(
                                  "SELECT count(*) FROM flyway_schema_history WHERE success")) {
                        row.next();
                        return row.getInt(1);
                      }
                    });

        assertThat(applied).isEqualTo(Migrations.known().size());
      }
    }
  }
}

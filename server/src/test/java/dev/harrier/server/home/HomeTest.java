package dev.harrier.server.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.database.Database;
import dev.harrier.database.TestDatabase;
import dev.harrier.security.Secret;
import dev.harrier.security.client.Clients;
import dev.harrier.security.token.AccountStatus;
import dev.harrier.server.config.ConfigurationException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(TestDatabase.class)
final class HomeTest {
  private final Path folder;

  HomeTest(@TempDir Path temporary) {
    folder = temporary.resolve("home");
  }

  @Test
  void a_user_without_a_folder_of_its_own_is_asked_for_a_home() {
    var own = System.getProperty("user.home");
    try {
      // What Java says where no account has the user's number and no variable names a folder.
      System.setProperty("user.home", "?");

      assertThatThrownBy(Home::defaultFolder)
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("--home: expected a folder");
    } finally {
      System.setProperty("user.home", own);
    }
  }

  @Test
  void a_second_server_on_the_same_home_is_refused_with_the_process_that_has_it()
      throws IOException {
    try (var first = Home.open(folder)) {
      assertThatThrownBy(() -> Home.open(folder))
          .isInstanceOf(HomeInUseException.class)
          .hasMessageContaining(first.folder().toString())
          .hasMessageContaining("process " + ProcessHandle.current().pid());
    }
    Home.open(folder).close();
  }

  @Test
  void a_home_of_a_newer_version_is_refused_and_not_changed() throws IOException {
    Home.open(folder).close();
    Files.writeString(folder.resolve("version"), "2\n");

    assertThatThrownBy(() -> Home.open(folder))
        .isInstanceOf(NewerHomeException.class)
        .hasMessageContaining("version 2");

    assertThat(folder.resolve("version")).hasContent("2");
  }

  @Test
  void clients_get_a_configuration_and_a_secret_that_stays_good(Database database)
      throws IOException {
    try (var home = Home.open(folder)) {
      var clients = clients(database);
      var files = new ClientFiles(home, clients);

      files.write(URI.create("http://localhost:30080"), Optional.empty());
      var secret = Files.readString(home.clientSecretFile());
      files.write(URI.create("http://localhost:30081"), Optional.empty());

      assertThat(home.clientFile())
          .content()
          .contains("endpoint: dns:///localhost:30081", "authType: ClientSecret")
          .contains("clientSecretLocation: '" + home.clientSecretFile() + "'")
          .doesNotContain(secret);
      assertThat(home.clientSecretFile()).hasContent(secret);
      assertThat(clients.proves(ClientFiles.CLIENT_ID, new Secret(secret))).isTrue();
      assertThat(mode(home.clientFile())).isEqualTo("rw-------");
      assertThat(mode(home.clientSecretFile())).isEqualTo("rw-------");
      assertThat(mode(folder)).isEqualTo("rwx------");
    }
  }

  @Test
  void a_lost_secret_is_replaced(Database database) throws IOException {
    try (var home = Home.open(folder)) {
      var clients = clients(database);
      var files = new ClientFiles(home, clients);
      files.write(URI.create("http://localhost:30080"), Optional.empty());
      Files.delete(home.clientSecretFile());

      files.write(URI.create("http://localhost:30080"), Optional.empty());

      var secret = new Secret(Files.readString(home.clientSecretFile()));
      assertThat(clients.proves(ClientFiles.CLIENT_ID, secret)).isTrue();
    }
  }

  private static Clients clients(Database database) {
    var clock = Clock.systemUTC();
    return new Clients(database, new AccountStatus(database, clock), clock);
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}

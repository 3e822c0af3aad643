package dev.harrier.server.command;

import com.google.gson.JsonObject;
import dev.harrier.server.page.SecretPages;
import dev.harrier.spi.SecretValue;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The secrets that tasks of the server that runs on a home may ask for. */
@Command(
    name = "secret",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Keeps, lists, removes and grants what tasks ask for with Secret(group=…, key=…).",
      "Of several by one name a task gets the one closest to it: its domain's, its project's, one that was",
      "granted to it, the installation's. A value is read from the standard input or a file, and never shown.",
      "",
      "  harrier secret put warehouse password --project team-a < password.txt"
    })
public final class SecretCommand {
  /** Which secret, and where it is kept. */
  static final class SecretOptions {
    @Mixin private final LevelOptions level = new LevelOptions();

    @Parameters(index = "0", paramLabel = "GROUP", description = "A-Z a-z 0-9 . _ - : /")
    private String group = "";

    @Parameters(index = "1", paramLabel = "KEY", description = "A-Z a-z 0-9 . _ - : /")
    private String key = "";

    @Option(
        names = "--group-version",
        paramLabel = "VERSION",
        description = "The group_version that tasks name. Default: none.")
    private String version = "";

    JsonObject asked() {
      var asked = level.asked();
      asked.addProperty("group", group);
      asked.addProperty("key", key);
      asked.addProperty("version", version);
      return asked;
    }

    @Override
    public String toString() {
      return "'%s/%s'".formatted(group, key);
    }
  }

  /** Where secrets are kept. */
  static final class LevelOptions {
    @Option(
        names = "--project",
        paramLabel = "ID",
        description = "Default: the whole installation.")
    private String project = "";

    @Option(
        names = "--domain",
        paramLabel = "ID",
        description = "Default: all domains of the project.")
    private String domain = "";

    JsonObject asked() {
      var asked = new JsonObject();
      asked.addProperty("project", project);
      asked.addProperty("domain", domain);
      return asked;
    }
  }

  /** Who else may use it. */
  static final class GranteeOptions {
    @Option(names = "--to-project", required = true, paramLabel = "ID")
    private String project = "";

    @Option(
        names = "--to-domain",
        paramLabel = "ID",
        description = "Default: all domains of that project.")
    private String domain = "";

    JsonObject askedOf(SecretOptions secret) {
      var asked = secret.asked();
      asked.addProperty("to_project", project);
      asked.addProperty("to_domain", domain);
      return asked;
    }

    @Override
    public String toString() {
      return place(project, domain);
    }
  }

  /** Keeps a secret. */
  @Command(
      name = "put",
      mixinStandardHelpOptions = true,
      description =
          "Keeps a secret, over the one that was there. Reads the value from the standard input, without the newline at its end, or all of a file.")
  void put(
      @Mixin HomeOption home,
      @Mixin SecretOptions secret,
      @Option(names = "--file", paramLabel = "FILE", description = "Default: the standard input.")
          @Nullable Path file)
      throws IOException, InterruptedException {
    var asked = secret.asked();
    asked.addProperty("value", value(file));
    var unused = ask(home, "put", asked);
    System.out.println("%s is kept.".formatted(secret));
  }

  /** Prints a line for each secret. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Lists the names of all secrets, of a project's, or of a domain's.")
  void list(@Mixin HomeOption home, @Mixin LevelOptions level)
      throws IOException, InterruptedException {
    var asked = level.asked();
    JsonObject page;
    do {
      page = ask(home, "list", asked);
      for (var one : page.getAsJsonArray("secrets")) {
        System.out.println(line(one.getAsJsonObject()));
      }
      asked.add("after", page.get("after"));
    } while (page.has("after"));
  }

  /** Removes a secret. */
  @Command(
      name = "rm",
      mixinStandardHelpOptions = true,
      description = "Removes a secret with all grants of it; tasks that run keep what they have.")
  void remove(@Mixin HomeOption home, @Mixin SecretOptions secret)
      throws IOException, InterruptedException {
    var unused = ask(home, "remove", secret.asked());
    System.out.println("%s is removed.".formatted(secret));
  }

  /** Lets another project use a secret. */
  @Command(
      name = "grant",
      mixinStandardHelpOptions = true,
      description = "Lets another project, or one domain of it, use a project's secret.")
  void grant(@Mixin HomeOption home, @Mixin SecretOptions secret, @Mixin GranteeOptions to)
      throws IOException, InterruptedException {
    var unused = ask(home, "grant", to.askedOf(secret));
    System.out.println("%s is granted to %s.".formatted(secret, to));
  }

  /** Takes a grant back. */
  @Command(
      name = "revoke",
      mixinStandardHelpOptions = true,
      description = "Takes a grant back; tasks that run keep what they have.")
  void revoke(@Mixin HomeOption home, @Mixin SecretOptions secret, @Mixin GranteeOptions to)
      throws IOException, InterruptedException {
    var unused = ask(home, "revoke", to.askedOf(secret));
    System.out.println("%s is no longer granted to %s.".formatted(secret, to));
  }

  /** Gives all secrets a new master key. */
  @Command(
      name = "rotate-master-key",
      mixinStandardHelpOptions = true,
      description =
          "Wraps all secrets with a new master key, while the server serves. Where the key is in a file, it is made first: keep a copy of the file with each backup of the database. Else nothing is made: run it until it says that 0 secrets have a new one.")
  void rotate(@Mixin HomeOption home) throws IOException, InterruptedException {
    var answer = ask(home, "rotate-master-key", new JsonObject());
    System.out.println(
        "%s secrets have a new master key.".formatted(answer.get("rewrapped").getAsLong()));
    if (answer.get("unreadable").getAsLong() > 0) {
      System.out.println(
          "%s could not be opened and keep their old one; the server's log names them."
              .formatted(answer.get("unreadable").getAsLong()));
    }
  }

  private static String value(@Nullable Path file) throws IOException {
    if (file != null) {
      try (var stream = Files.newInputStream(file)) {
        return SecretValue.ofUtf8(limited(stream)).reveal();
      }
    }
    var console = Optional.ofNullable(System.console()).filter(Console::isTerminal);
    if (console.isPresent()) {
      var typed = console.get().readPassword("Value (not shown): ");
      return new SecretValue(typed == null ? "" : new String(typed)).reveal();
    }
    var text = SecretValue.ofUtf8(limited(System.in)).reveal();
    return new SecretValue(text.replaceFirst("\r?\n$", "")).reveal();
  }

  // One more than fits, so that it is told how much is too much, and no more is read.
  private static byte[] limited(InputStream stream) throws IOException {
    return stream.readNBytes(SecretValue.BYTES_MAX + 1);
  }

  private static String line(JsonObject secret) {
    var version = text(secret, "version");
    var granted =
        StreamSupport.stream(secret.getAsJsonArray("granted_to").spliterator(), false)
            .map(
                to ->
                    place(
                        text(to.getAsJsonObject(), "project"),
                        text(to.getAsJsonObject(), "domain")))
            .collect(Collectors.joining(", "));
    return "%-24s %s%s  since %s by %s%s"
        .formatted(
            place(text(secret, "project"), text(secret, "domain")),
            text(secret, "group") + " " + text(secret, "key"),
            version.isEmpty() ? "" : " --group-version " + version,
            Instant.parse(text(secret, "changed_at")).truncatedTo(ChronoUnit.SECONDS),
            text(secret, "changed_by"),
            granted.isEmpty() ? "" : "  granted to " + granted);
  }

  private static String place(String project, String domain) {
    if (project.isEmpty()) {
      return "(installation)";
    }
    return domain.isEmpty() ? project : project + "/" + domain;
  }

  private static String text(JsonObject object, String name) {
    return object.get(name).getAsString();
  }

  private static JsonObject ask(HomeOption home, String what, JsonObject asked)
      throws IOException, InterruptedException {
    return home.server().ask("POST", SecretPages.FOLDER + what, Optional.of(asked));
  }
}

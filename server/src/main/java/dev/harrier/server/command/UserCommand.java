package dev.harrier.server.command;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The users of the server that runs on a home. */
@Command(
    name = "user",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Adds, lists, disables and enables users of the server that runs on the home.",
      "Who logged in by an outside provider is listed as user:ISSUER|SUBJECT.",
      "A user chooses the password: 'add' and 'reset-link' print a link, good once, for a day."
    })
public final class UserCommand {

  /** Adds a user and prints the link for the password. */
  @Command(name = "add", mixinStandardHelpOptions = true, description = "Adds a user.")
  void add(
      @Mixin HomeOption home,
      @Option(names = "--admin", description = "Lets the user do everything.")
          boolean administrator,
      @Parameters(paramLabel = "NAME", description = "a-z 0-9 . _ @ + -") String name)
      throws IOException, InterruptedException {
    var asked = ServerAccounts.about("name", name);
    asked.addProperty("administrator", administrator);
    System.out.println(home.accounts().ask("add-user", asked).get("link").getAsString());
  }

  /** Prints a line for each user. */
  @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the users.")
  void list(@Mixin HomeOption home) throws IOException, InterruptedException {
    for (var one : home.accounts().ask("list-users", new JsonObject()).getAsJsonArray("users")) {
      var user = one.getAsJsonObject();
      var day = Instant.parse(user.get("created_at").getAsString()).truncatedTo(ChronoUnit.SECONDS);
      System.out.println(
          "%-24s %-13s %-12s since %s"
              .formatted(
                  user.get("name").getAsString(),
                  user.get("administrator").getAsBoolean() ? "administrator" : "user",
                  state(user),
                  day));
    }
  }

  /** Disables a user; all of their tokens end. */
  @Command(
      name = "disable",
      mixinStandardHelpOptions = true,
      description = "Lets a user log in no more, and ends all of their tokens.")
  void disable(@Mixin HomeOption home, @Parameters(paramLabel = "NAME") String name)
      throws IOException, InterruptedException {
    var unused = home.accounts().ask("disable-user", "name", name);
    System.out.println("'%s' is disabled.".formatted(name));
  }

  /** Lets a disabled user log in again. */
  @Command(
      name = "enable",
      mixinStandardHelpOptions = true,
      description = "Lets a disabled user log in again.")
  void enable(@Mixin HomeOption home, @Parameters(paramLabel = "NAME") String name)
      throws IOException, InterruptedException {
    var unused = home.accounts().ask("enable-user", "name", name);
    System.out.println("'%s' may log in.".formatted(name));
  }

  /** Prints a link with which a user chooses another password. */
  @Command(
      name = "reset-link",
      mixinStandardHelpOptions = true,
      description = "Prints a link with which a user chooses another password.")
  void resetLink(@Mixin HomeOption home, @Parameters(paramLabel = "NAME") String name)
      throws IOException, InterruptedException {
    System.out.println(home.accounts().ask("reset-link", "name", name).get("link").getAsString());
  }

  private static String state(JsonObject user) {
    if (user.get("disabled").getAsBoolean()) {
      return "disabled";
    }
    if (user.has("known_as")) {
      return "outside";
    }
    return user.get("has_password").getAsBoolean() ? "active" : "no password";
  }
}

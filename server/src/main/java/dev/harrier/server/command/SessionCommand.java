package dev.harrier.server.command;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The sessions of browsers at the server that runs on a home. */
@Command(
    name = "session",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Lists and ends the sessions of browsers at the server that runs on the home.",
      "What a program got by a session ends with it. A NAME is that of 'harrier user list'."
    })
public final class SessionCommand {

  /** Prints a line for each session, the last one opened first. */
  @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the sessions.")
  void list(
      @Mixin HomeOption home,
      @Option(names = "--of", paramLabel = "NAME", description = "Those of one user.") String name)
      throws IOException, InterruptedException {
    var asked = new JsonObject();
    if (name != null) {
      asked.addProperty("name", name);
    }
    for (var one : home.accounts().ask("list-sessions", asked).getAsJsonArray("sessions")) {
      var session = one.getAsJsonObject();
      System.out.println(
          "%s %s since %s used %s from %s %s"
              .formatted(
                  session.get("id").getAsString(),
                  session.get("user").getAsString(),
                  seconds(session, "created_at"),
                  seconds(session, "used_at"),
                  session.get("address").getAsString(),
                  session.get("agent").getAsString()));
    }
  }

  /** Which sessions to end: some, or all of somebody. */
  static final class Which {
    @Option(
        names = "--of",
        required = true,
        paramLabel = "NAME",
        description = "All sessions of one user, and all that they let programs do.")
    private String name = "";

    @Parameters(arity = "1..*", paramLabel = "ID", description = "As 'harrier session list' says.")
    private List<String> ids = List.of();
  }

  /** Ends sessions with all that came of them. */
  @Command(
      name = "kill",
      mixinStandardHelpOptions = true,
      description = "Ends sessions, with all that programs got by them.")
  void kill(@Mixin HomeOption home, @ArgGroup(multiplicity = "1") Which which)
      throws IOException, InterruptedException {
    if (!which.name.isEmpty()) {
      var unused = home.accounts().ask("end-sessions-of", "name", which.name);
      System.out.println("All sessions of '%s' are over.".formatted(which.name));
    }
    for (var id : which.ids) {
      var unused = home.accounts().ask("end-session", "id", id);
      System.out.println("The session %s is over.".formatted(id));
    }
  }

  private static Instant seconds(JsonObject session, String name) {
    return Instant.parse(session.get(name).getAsString()).truncatedTo(ChronoUnit.SECONDS);
  }
}

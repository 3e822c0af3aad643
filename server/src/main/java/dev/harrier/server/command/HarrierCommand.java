package dev.harrier.server.command;

import dev.harrier.server.ProgramVersion;
import picocli.CommandLine.Command;

/** The command above all commands: by itself it only explains. */
@Command(
    name = "harrier",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Flyte 1 in one process: the API, the engine, the database and the tasks.",
      "",
      "  harrier demo     serves, runs the examples, and shows their progress",
      "  harrier start    serves until Ctrl-C",
      "  harrier token    prints a token for curl",
      "  harrier access   checks an access policy and asks it why",
      "  harrier user     adds, lists and disables users",
      "  harrier session  lists and ends logins",
      "  harrier secret   keeps, lists, grants and removes what tasks ask for with Secret(…)",
      "  harrier client   adds, lists and disables programs, and replaces their secrets",
      "  harrier key      renews the key that signs tokens",
      "  harrier audit    says whether the audit log is what was written",
      "  harrier tls      makes a certificate, and says why a client would refuse one"
    },
    subcommands = {
      DemoCommand.class,
      StartCommand.class,
      TokenCommand.class,
      AccessCommand.class,
      UserCommand.class,
      SessionCommand.class,
      ClientCommand.class,
      KeyCommand.class,
      SecretCommand.class,
      TlsCommand.class,
      AuditCommand.class,
      RehearseCommand.class
    })
public final class HarrierCommand {}

package dev.harrier.server.command;

import com.google.gson.JsonObject;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The keys that sign the tokens of the server that runs on a home. */
@Command(
    name = "key",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "The keys that sign tokens. The server makes a new one each month by itself.")
public final class KeyCommand {

  /** Lets a new key sign. */
  @Command(
      name = "rotate",
      mixinStandardHelpOptions = true,
      description = "Makes a new key; the old one verifies until the last of its tokens has ended.")
  void rotate(
      @Mixin HomeOption home,
      @Option(
              names = "--compromised",
              description =
                  "Somebody else may have the key: whatever former keys signed ends now, the tokens of running tasks too. Programs refresh theirs, or log in again.")
          boolean compromised)
      throws IOException, InterruptedException {
    var asked = new JsonObject();
    asked.addProperty("compromised", compromised);
    var unused = home.accounts().ask("rotate-key", asked);
    System.out.println(
        compromised
            ? "A new key signs from now on, and no other is known any more."
            : "A new key signs from now on.");
  }
}

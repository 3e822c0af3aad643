package dev.harrier.server.command;

import com.google.gson.JsonObject;
import dev.harrier.server.home.Home;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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
  void rotate(@Mixin HomeOption home) throws IOException, InterruptedException {
    var unused =
        new ServerAccounts(Home.clientFile(home.folder())).ask("rotate-key", new JsonObject());
    System.out.println("A new key signs from now on.");
  }
}

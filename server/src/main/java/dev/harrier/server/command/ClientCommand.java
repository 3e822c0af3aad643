package dev.harrier.server.command;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.harrier.server.config.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The programs with credentials of their own, of the server that runs on a home. */
@Command(
    name = "client",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description =
        "Adds, lists, renews and disables programs that log in with credentials of their own.")
public final class ClientCommand {

  /** Adds a client and prints its secret. */
  @Command(
      name = "add",
      mixinStandardHelpOptions = true,
      description =
          "Adds a client, and prints the secret that was made for it: nobody sees it again.")
  void add(
      @Mixin HomeOption home,
      @Option(names = "--admin", description = "Lets the client do everything.")
          boolean administrator,
      @Option(
              names = "--redirect",
              paramLabel = "URI",
              description = "Where browsers may be sent back to; may be given several times.")
          @Nullable List<String> redirects,
      @Option(
              names = "--jwks",
              paramLabel = "FILE",
              description = "Public keys of a client that signs rather than shows a secret.")
          @Nullable Path keys,
      @Option(
              names = "--certificate",
              paramLabel = "NAME",
              description =
                  "dns:<host> or uri:<URI>: a name in the certificate of a client that shows one rather than a secret. Needs server.security.ssl.clientCaFile.")
          @Nullable String certificate,
      @Parameters(paramLabel = "ID") String id)
      throws IOException, InterruptedException {
    var asked = ServerAccounts.about("id", id);
    asked.addProperty("administrator", administrator);
    var uris = new JsonArray();
    (redirects == null ? List.<String>of() : redirects).forEach(uris::add);
    asked.add("redirect_uris", uris);
    if (keys != null && certificate != null) {
      throw new ConfigurationException(
          "--jwks, --certificate: expected one proof of the client, found two");
    }
    if (certificate != null) {
      asked.addProperty("certificate", certificate);
    }
    if (keys != null) {
      asked.addProperty("jwks", Files.readString(keys));
    }
    var answer = home.accounts().ask("add-client", asked);
    System.out.println(
        answer.has("secret") ? answer.get("secret").getAsString() : "'%s' is added.".formatted(id));
  }

  /** Prints a new secret of a client that has one. */
  @Command(
      name = "replace-secret",
      mixinStandardHelpOptions = true,
      description =
          "Makes a new secret for a client and prints it; the older one is refused from then on.")
  void replaceSecret(@Mixin HomeOption home, @Parameters(paramLabel = "ID") String id)
      throws IOException, InterruptedException {
    System.out.println(home.accounts().ask("replace-secret", "id", id).get("secret").getAsString());
  }

  /** Prints a line for each client. */
  @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the clients.")
  void list(@Mixin HomeOption home) throws IOException, InterruptedException {
    for (var one :
        home.accounts().ask("list-clients", new JsonObject()).getAsJsonArray("clients")) {
      var client = one.getAsJsonObject();
      System.out.println(
          "%-24s %-13s %s"
              .formatted(
                  client.get("id").getAsString(),
                  client.get("administrator").getAsBoolean() ? "administrator" : "client",
                  client.get("proof").getAsString()));
    }
  }

  /** Disables a client for good. */
  @Command(
      name = "disable",
      mixinStandardHelpOptions = true,
      description = "Ends a client for good, with all of its tokens.")
  void disable(@Mixin HomeOption home, @Parameters(paramLabel = "ID") String id)
      throws IOException, InterruptedException {
    var unused = home.accounts().ask("disable-client", "id", id);
    System.out.println("'%s' is disabled.".formatted(id));
  }
}

package dev.harrier.server.command;

import dev.harrier.server.home.Home;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which home a command is about. */
public final class HomeOption {
  @Option(
      names = "--home",
      paramLabel = "DIR",
      description = "Where everything is kept. Default: $HARRIER_HOME, else ~/.harrier.")
  private @Nullable Path folder;

  /** The folder asked for. */
  public Path folder() {
    if (folder != null) {
      return folder;
    }
    return Optional.ofNullable(System.getenv("HARRIER_HOME"))
        .filter(text -> !text.isBlank())
        .map(Path::of)
        .orElseGet(Home::defaultFolder);
  }

  /** The server that runs on it, as its own client asks it. */
  RunningServer server() {
    return new RunningServer(Home.clientFile(folder()));
  }

  /** The accounts of that server. */
  ServerAccounts accounts() {
    return new ServerAccounts(server());
  }
}

package dev.harrier.runtime.process;

import dev.harrier.spi.AttemptId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Puts into a folder what a task calls the API with: a configuration that flytekit and flytectl
 * find, and a token that is renewed there for as long as the attempt runs. The folder is the
 * server's, and the task can only read it: in one of its own a link would lead the server astray.
 */
final class AttemptApi {
  /** How often tokens are renewed. */
  static final Duration RENEWED_EVERY = Duration.ofMinutes(20);

  /** Longer than a renewal may be late because the server is away for a while. */
  private static final Duration LIFETIME = Duration.ofHours(2);

  /** The variable in which flytekit and flytectl find their configuration. */
  static final String VARIABLE = "FLYTECTL_CONFIG";

  private static final String CONFIGURATION = "config.yaml";
  private static final String TOKEN = "token";
  private static final String AUTHORITY = "ca.pem";

  private final ApiForTasks api;
  private final AttemptFolders folders;

  AttemptApi(ApiForTasks api, AttemptFolders folders) {
    this.api = api;
    this.folders = folders;
  }

  /** Makes the folder of an attempt that is to start. */
  Path prepare(AttemptId attempt) throws IOException {
    var folder = folders.api(Names.of(attempt));
    Folders.createPrivate(folder);
    AttemptFolders.replace(folder.resolve(CONFIGURATION), configuration(folder));
    renew(attempt);
    return folder;
  }

  /** Gives an attempt that was prepared a token for the time to come. */
  void renew(AttemptId attempt) throws IOException {
    var folder = folders.api(Names.of(attempt));
    if (!Files.isDirectory(folder)) {
      return;
    }
    if (api.authorityFile().isPresent()) {
      AttemptFolders.replace(
          folder.resolve(AUTHORITY), Files.readString(api.authorityFile().get()));
    }
    AttemptFolders.replace(folder.resolve(TOKEN), api.tokens().of(attempt, LIFETIME));
  }

  /** The file that {@link #VARIABLE} names. */
  static Path configurationIn(Path folder) {
    return folder.resolve(CONFIGURATION);
  }

  private String configuration(Path folder) {
    return """
        admin:
          endpoint: dns:///%s
          insecure: %s
        %s  authType: ExternalCommand
          command: [cat, '%s']
        """
        .formatted(
            authority(),
            "http".equals(api.url().getScheme()),
            api.authorityFile().isPresent()
                ? "  caCertFilePath: '%s'\n".formatted(quoted(folder.resolve(AUTHORITY)))
                : "",
            quoted(folder.resolve(TOKEN)));
  }

  // A client of gRPC takes no port for granted.
  private String authority() {
    return api.url().getPort() < 0
        ? api.url().getHost() + ("https".equals(api.url().getScheme()) ? ":443" : ":80")
        : api.url().getAuthority();
  }

  private static String quoted(Path path) {
    return path.toString().replace("'", "''");
  }
}

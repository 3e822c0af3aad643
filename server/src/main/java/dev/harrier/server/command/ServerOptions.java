package dev.harrier.server.command;

import dev.harrier.server.config.ConfigReader;
import dev.harrier.server.config.ConfigurationException;
import dev.harrier.server.config.HarrierConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The settings that are worth a flag; all others are set in the file or the environment. */
public final class ServerOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Settings in YAML. Default: $HARRIER_CONFIG, else config.yaml in the home.")
  private @Nullable Path file;

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      description =
          "all, or one part of Harrier: admin (API and database), propeller (engine and tasks). Default: all.")
  private @Nullable String role;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "The API's port; 0 takes one that is free. Default: 30080.")
  private @Nullable String port;

  @Option(
      names = "--address",
      paramLabel = "ADDRESS",
      description =
          "Where to listen; 0.0.0.0 or :: is everywhere, and needs --tls and --url. Default: localhost.")
  private @Nullable String address;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description =
          "Under which clients reach the server, e.g. https://flyte.example.org. Default: address and port.")
  private @Nullable String url;

  @Option(
      names = "--tls",
      description =
          "Speak TLS, with the certificate that 'harrier tls init' made unless one is named.")
  private boolean tls;

  @Option(
      names = "--tls-certificate",
      paramLabel = "FILE",
      description = "The server's certificate and those above it, in PEM; says --tls too.")
  private @Nullable String tlsCertificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "The certificate's key in PEM, which nobody else may read.")
  private @Nullable String tlsKey;

  @Option(names = "--allow-root", description = "Run as root although others reach the server.")
  private boolean allowRoot;

  @Option(
      names = "--metrics-port",
      paramLabel = "N",
      description =
          "The port of metrics and readiness; 0 takes one that is free. Default: 10254, or a free one with --port 0.")
  private @Nullable String metricsPort;

  @Option(
      names = "--python",
      paramLabel = "PATH",
      description =
          "The interpreter that tasks run in; it must have flytekit. Default: an environment that Harrier makes.")
  private @Nullable String python;

  @Option(
      names = "--database-url",
      paramLabel = "URL",
      description =
          "A PostgreSQL of your own: postgresql://user:password@host/database. Default: one within the home.")
  private @Nullable String databaseUrl;

  @Option(
      names = "--cold-workers",
      description = "Start an interpreter for each attempt, rather than fork a warm one.")
  private boolean coldWorkers;

  @Option(
      names = "--log-format",
      paramLabel = "FORMAT",
      description = "text or json. Default: text.")
  private @Nullable String logFormat;

  @Option(
      names = "--log-level",
      paramLabel = "LEVEL",
      description = "error, warn, info or debug. Default: info.")
  private @Nullable String logLevel;

  /**
   * The configuration with these options.
   *
   * @throws ConfigurationException that says what is wrong
   */
  public HarrierConfig read(Path home, Map<String, String> environment) {
    return ConfigReader.read(file(home, environment), environment, flags());
  }

  private Optional<Path> file(Path home, Map<String, String> environment) {
    var named =
        Optional.ofNullable(file)
            .or(() -> Optional.ofNullable(environment.get("HARRIER_CONFIG")).map(Path::of));
    if (named.isPresent()) {
      if (!Files.isRegularFile(named.get())) {
        throw new ConfigurationException(
            "There is no configuration file %s.".formatted(named.get()));
      }
      return named;
    }
    return Optional.of(home.resolve("config.yaml")).filter(Files::isRegularFile);
  }

  private Map<String, String> flags() {
    var flags = new LinkedHashMap<String, String>();
    put(flags, "role", role);
    put(flags, "server.port", port);
    // Who takes any port is a test or a second server: 10254 would be taken, too.
    put(flags, "server.metricsPort", metricsPort == null && "0".equals(port) ? "0" : metricsPort);
    put(flags, "server.address", address);
    put(flags, "server.url", url);
    put(flags, "server.security.secure", tls || tlsCertificate != null ? "true" : null);
    put(flags, "server.security.ssl.certificateFile", tlsCertificate);
    put(flags, "server.security.ssl.keyFile", tlsKey);
    put(flags, "server.security.allowRoot", allowRoot ? "true" : null);
    put(flags, "tasks.python", python);
    put(flags, "database.url", databaseUrl);
    put(flags, "tasks.coldWorkers", coldWorkers ? "true" : null);
    put(flags, "log.format", logFormat);
    put(flags, "log.level", logLevel);
    return flags;
  }

  private static void put(Map<String, String> flags, String path, @Nullable String value) {
    if (value != null) {
      flags.put(path, value);
    }
  }
}

package dev.harrier.conformance;

import static java.util.Objects.requireNonNull;

import dev.harrier.spi.machine.MachineUser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The propeller of a server under test that is two processes: a program on a home of its own. */
final class Split implements AutoCloseable {
  /** Whether all tests are to run on two processes. */
  static final boolean ASKED = Boolean.getBoolean("harrier.split");

  static final String CLIENT = "flytepropeller";

  /** Another that may be one, of which no process is started. */
  static final String OTHER_CLIENT = "other-propeller";

  private static final String DOOR = "  propellers ";
  private static final String METRICS = "  metrics ";
  private static final String READY = "Harrier's propeller is ready";
  private static final Duration START_LIMIT = Duration.ofMinutes(5);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(40);
  private static final String POLICY =
      """
      apiVersion: authz/v1
      bindings:
        - {name: propeller, subjects: ["sa:%s", "sa:%s"], role: propeller, scope: {project: "*"}}
      """
          .formatted(CLIENT, OTHER_CLIENT);

  private final Path folder;
  private final List<String> around;
  private final List<String> options;
  private final Optional<MachineUser> owner;
  private int starts;
  private int internalPort;
  private List<Process> processes = List.of();

  /**
   * @param around a command line that replaces itself by what follows it
   * @param options of the server, of which those count that are about tasks
   * @param owner of the files that are made for both, if they run as another user than the tests
   */
  Split(Path folder, List<String> around, List<String> options, Optional<MachineUser> owner) {
    this.folder = requireNonNull(folder, "folder");
    this.around = List.copyOf(around);
    this.options = options.stream().filter("--cold-workers"::equals).toList();
    this.owner = requireNonNull(owner, "owner");
  }

  Path home() {
    return folder.resolve("propeller");
  }

  Path secretFile() {
    return folder.resolve("propeller-secret");
  }

  /** Lets the propeller be one, before admin starts. */
  void allow(Path adminHome) {
    try {
      var owner = PosixFilePermissions.fromString("rwx------");
      Files.createDirectories(adminHome, PosixFilePermissions.asFileAttribute(owner));
      Files.setPosixFilePermissions(adminHome, owner);
      var policy = adminHome.resolve("access.yaml");
      if (!Files.exists(policy)) {
        Files.writeString(policy, POLICY);
        Files.setPosixFilePermissions(policy, PosixFilePermissions.fromString("rw-------"));
        give(policy);
      }
      give(adminHome);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void give(Path file) throws IOException {
    if (owner.isPresent()) {
      owner.get().take(file);
    }
  }

  /** Variables of admin's process. */
  Map<String, String> ofAdmin() {
    return Map.of(
        "HARRIER_SERVER_INTERNAL_PORT",
        Integer.toString(internalPort),
        "HARRIER_TASKS_LOGS",
        home().resolve("process/logs").toString());
  }

  /** Starts it for the first time, with a client of its own. */
  void begin(Path adminHome, Supplier<String> adminOutput) {
    // Admin prints it some lines after the one that says that it is ready.
    Patience.awaitTrue(
        "admin's line '%s'".formatted(DOOR),
        START_LIMIT,
        () -> adminOutput.get().lines().anyMatch(line -> line.startsWith(DOOR)));
    internalPort = URI.create(value(adminOutput.get(), DOOR)).getPort();
    try {
      var line = new ArrayList<>(Places.server());
      line.addAll(List.of("client", "add", "--home", adminHome.toString(), CLIENT));
      var secret = Ran.of(folder, Map.of(), line).succeeded().output().strip();
      Files.writeString(secretFile(), secret);
      Files.setPosixFilePermissions(secretFile(), PosixFilePermissions.fromString("rw-------"));
      give(secretFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start();
    awaitReady();
  }

  /** Its settings. */
  Map<String, String> environment() {
    var all = new HashMap<String, String>();
    all.put("HARRIER_ADMIN_ENDPOINT", "dns:///localhost:" + internalPort);
    all.put("HARRIER_ADMIN_INSECURE", "true");
    all.put("HARRIER_ADMIN_CLIENT_ID", CLIENT);
    all.put("HARRIER_ADMIN_CLIENT_SECRET_LOCATION", secretFile().toString());
    all.put("HARRIER_STORAGE_FOLDER", folder.resolve("home/blobs").toString());
    return all;
  }

  /** Its command line. */
  List<String> line() {
    var line = new ArrayList<>(around);
    line.addAll(Places.server());
    line.addAll(List.of("start", "--role", "propeller", "--home", home().toString()));
    line.addAll(List.of("--metrics-port", "0", "--python", Places.python().toString()));
    line.addAll(options);
    return List.copyOf(line);
  }

  /** Starts it again, and does not wait. */
  void start() {
    starts++;
    try {
      var builder =
          new ProcessBuilder(line())
              .redirectErrorStream(true)
              .redirectOutput(outputFile().toFile());
      builder.environment().putAll(environment());
      processes = List.of(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException("The propeller could not be started", e);
    }
  }

  /** Waits until it works. */
  void awaitReady() {
    Patience.awaitTrue(
        "the propeller to be ready",
        START_LIMIT,
        () -> {
          if (!process().isAlive()) {
            throw new AssertionError("The propeller ended before it was ready:\n" + output());
          }
          return output().lines().anyMatch(READY::equals);
        });
  }

  Process process() {
    return processes.getFirst();
  }

  int internalPort() {
    return internalPort;
  }

  /** Where its metrics are. */
  URI metrics() {
    return URI.create(value(output(), METRICS));
  }

  /** Ends the process as {@code kill -9} does; what it started lives on. */
  void kill() {
    process().destroyForcibly();
    awaitEnd();
  }

  /** What its last start wrote. */
  String output() {
    try {
      return Files.exists(outputFile()) ? Files.readString(outputFile()) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (!processes.isEmpty() && process().isAlive()) {
      process().destroy();
      awaitEnd();
    }
  }

  private static String value(String output, String name) {
    return output
        .lines()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(name.length()).strip())
        .findFirst()
        .orElseThrow(() -> new AssertionError("no line '%s' in:%n%s".formatted(name, output)));
  }

  private Path outputFile() {
    return folder.resolve("propeller-output-%s.txt".formatted(starts));
  }

  private void awaitEnd() {
    try {
      if (!process().waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        process().destroyForcibly();
        throw new AssertionError(
            "The propeller did not end within %s:%n%s".formatted(STOP_LIMIT, output()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted while the propeller stops", e);
    }
  }
}

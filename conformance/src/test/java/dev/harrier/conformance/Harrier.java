package dev.harrier.conformance;

import static java.util.Objects.requireNonNull;

import dev.harrier.engine.OwnDatabases;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A server under test: a program of its own on a home of its own. */
final class Harrier implements AutoCloseable {
  private static final String READY = "Harrier is ready on ";
  private static final Duration START_LIMIT = Duration.ofMinutes(5);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(40);

  private final Path folder;
  private final List<String> around;
  private final List<String> options;
  private final Optional<Split> split;
  private final Optional<String> ownDatabase = OwnDatabases.create();
  private int port;
  private int starts;
  private Process process;
  private URI url;

  private Harrier(Path folder, List<String> around, List<String> options, Optional<Split> split) {
    this.folder = requireNonNull(folder, "folder");
    this.around = List.copyOf(around);
    this.options = List.copyOf(options);
    this.split = requireNonNull(split, "split");
    this.split.ifPresent(propeller -> propeller.allow(home()));
    this.process = launch();
    this.url = awaitReady();
    this.split.ifPresent(propeller -> propeller.begin(home(), this::lastOutput));
  }

  /**
   * Starts a server with the tests' Python on a free port of loopback, and waits until it is ready.
   *
   * @param folder of the test; the server's home and what it prints are in it
   */
  static Harrier start(Path folder) {
    return asked(folder, List.of(), List.of());
  }

  /** The same with options of its own. */
  static Harrier startWith(Path folder, String... options) {
    return asked(folder, List.of(), List.of(options));
  }

  /** The same over TLS, with a certificate that {@code harrier tls init} made before. */
  static Harrier startWithTls(Path folder, String... options) {
    makeCertificate(folder.resolve("home"));
    var all = new ArrayList<>(List.of("--tls"));
    all.addAll(List.of(options));
    return asked(folder, List.of(), all);
  }

  /** Makes a certificate for loopback, and an authority unless the home has one. */
  static void makeCertificate(Path home) {
    var line = new ArrayList<>(Places.server());
    line.addAll(List.of("tls", "init", "--home", home.toString()));
    Ran.of(Places.project(), Map.of(), line).succeeded();
  }

  /**
   * The same, started by another program.
   *
   * @param around a command line that replaces itself by what follows it
   */
  static Harrier startWithin(Path folder, List<String> around) {
    return asked(folder, around, List.of());
  }

  /** The same as two processes: admin, and a propeller on a home of its own. */
  static Harrier startSplit(Path folder, List<String> around) {
    return startSplit(folder, around, new Split(folder, around, List.of(), Optional.empty()));
  }

  /** The same with a propeller that is started in another way than admin. */
  static Harrier startSplit(Path folder, List<String> around, Split propeller) {
    return new Harrier(folder, around, List.of(), Optional.of(propeller));
  }

  /** As two processes if all tests are to run so. */
  private static Harrier asked(Path folder, List<String> around, List<String> options) {
    var split = new Split(folder, around, options, Optional.empty());
    return new Harrier(
        folder, around, options, Split.ASKED ? Optional.of(split) : Optional.empty());
  }

  /** The command line of a server. */
  static List<String> line(Path home, int port, Path python) {
    var line = new ArrayList<>(Places.server());
    line.addAll(List.of("start", "--home", home.toString(), "--port", Integer.toString(port)));
    // With a port of one's own the metrics would take their usual one, which another test may have.
    line.addAll(List.of("--metrics-port", "0", "--python", python.toString()));
    return List.copyOf(line);
  }

  Path folder() {
    return folder;
  }

  Path home() {
    return folder.resolve("home");
  }

  /** The home of whoever runs tasks. */
  Path engineHome() {
    return split.map(Split::home).orElseGet(this::home);
  }

  /** The propeller's process, if it is one of its own. */
  Split propeller() {
    return split.orElseThrow(() -> new AssertionError("The server under test is one process"));
  }

  URI url() {
    return url;
  }

  /** What the server gives to its clients. */
  Path clientFile() {
    return home().resolve("client.yaml");
  }

  /** Whom its clients are to trust, if it speaks TLS. */
  Path authorityFile() {
    return home().resolve("tls").resolve("ca.pem");
  }

  ProcessHandle process() {
    return process.toHandle();
  }

  Api api() {
    return new Api(this);
  }

  /** A new token, as its user would get one. */
  String token() {
    var line = new ArrayList<>(Places.server());
    line.addAll(List.of("token", "--home", home().toString()));
    return Ran.of(folder, Map.of(), line).succeeded().output().strip();
  }

  /** {@code harrier secret …} against this server. */
  Ran secret(List<String> words) {
    var line = new ArrayList<>(Places.server());
    line.addAll(List.of("secret", words.getFirst(), "--home", home().toString()));
    line.addAll(words.subList(1, words.size()));
    return Ran.of(folder, Map.of(), line);
  }

  /** Ends the process as {@code kill -9} does; what it started lives on. */
  void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /** Asks the process to end, and waits until it has. */
  int stop() {
    process.destroy();
    return awaitEnd();
  }

  /** Starts again on the same home and port. */
  void restart() {
    process = launch();
    url = awaitReady();
  }

  boolean alive() {
    return process.isAlive();
  }

  /** What all starts of this server wrote. */
  String output() {
    try {
      var all = new StringBuilder();
      for (int start = 1; start <= starts; start++) {
        all.append(Files.readString(outputFile(start)));
      }
      return all.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      stop();
    }
    split.ifPresent(Split::close);
    // They wait some minutes for the next server of their home, which never comes.
    Workers.of(engineHome()).end();
    postgres().ifPresent(ProcessHandle::destroyForcibly);
  }

  private Process launch() {
    starts++;
    var line = new ArrayList<>(around);
    line.addAll(line(home(), port, Places.python()));
    split.ifPresent(propeller -> line.addAll(List.of("--role", "admin")));
    line.addAll(options);
    try {
      var builder =
          new ProcessBuilder(line)
              .redirectErrorStream(true)
              .redirectOutput(outputFile(starts).toFile());
      // Not as a flag, which all of the machine can read.
      split.ifPresent(propeller -> builder.environment().putAll(propeller.ofAdmin()));
      ownDatabase.ifPresent(url -> builder.environment().put("HARRIER_DATABASE_URL", url));
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException("The server could not be started", e);
    }
  }

  private URI awaitReady() {
    var found =
        Patience.await(
            "the server to be ready; so far it wrote:\n" + lastOutput(),
            START_LIMIT,
            () -> {
              var ready = lastOutput().lines().filter(line -> line.startsWith(READY)).findFirst();
              if (ready.isEmpty() && !process.isAlive()) {
                throw new AssertionError(
                    "The server ended with exit code %s before it was ready:%n%s"
                        .formatted(process.exitValue(), lastOutput()));
              }
              return ready.map(line -> URI.create(line.substring(READY.length()).strip()));
            });
    port = found.getPort();
    return found;
  }

  String lastOutput() {
    try {
      return Files.exists(outputFile(starts)) ? Files.readString(outputFile(starts)) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // Beside the home, which belongs to the server alone.
  private Path outputFile(int start) {
    return folder.resolve("output-%s.txt".formatted(start));
  }

  private int awaitEnd() {
    try {
      if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(
            "The server did not end within %s:%n%s".formatted(STOP_LIMIT, lastOutput()));
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted while the server stops", e);
    }
  }

  /** The process of its PostgreSQL. */
  Optional<ProcessHandle> postgres() {
    if (!Files.isDirectory(home().resolve("database"))) {
      return Optional.empty();
    }
    try (var files = Files.walk(home().resolve("database"), 3)) {
      var file = files.filter(one -> one.endsWith("postmaster.pid")).findFirst();
      if (file.isEmpty()) {
        return Optional.empty();
      }
      var pid = Files.readAllLines(file.get()).getFirst().strip();
      return ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

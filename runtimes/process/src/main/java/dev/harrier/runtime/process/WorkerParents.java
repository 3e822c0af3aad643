package dev.harrier.runtime.process;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.harrier.runtime.process.folder.Folders;
import dev.harrier.runtime.process.folder.Names;
import dev.harrier.runtime.process.network.OwnNetwork;
import dev.harrier.runtime.process.python.PythonEnvironment;
import dev.harrier.runtime.process.python.Shim;
import dev.harrier.runtime.process.sandbox.Bubblewrap;
import dev.harrier.runtime.process.sandbox.SandboxReport;
import dev.harrier.runtime.process.sandbox.Walls;
import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.machine.MachineUser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The living parents: finds those that outlived a server, starts those that are missing. */
final class WorkerParents implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerParents.class);
  private static final Duration START_MAX = Duration.ofSeconds(60);
  private static final Duration LOOK_EVERY = Duration.ofMillis(5);
  // sockaddr_un holds 108 bytes with the final zero.
  private static final int SOCKET_PATH_MAX = 100;
  private static final String SOCKET = "s";
  private static final int LOG_BYTES_SHOWN = 2000;

  private final Path parents;
  private final Path tokens;
  private final Path logs;
  private final Shim shim;
  private final AttemptFolders folders;
  private final ProcessRuntimeSettings settings;
  private final Workplace workplace;
  private final SandboxReport sandbox;
  private final WorkerParent.Listener listener;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, WorkerParent> byKey = new ConcurrentHashMap<>();
  private final Map<String, ReentrantLock> starting = new ConcurrentHashMap<>();

  WorkerParents(
      ProcessRuntimeSettings settings, Workplace workplace, WorkerParent.Listener listener) {
    this.parents = workplace.process().resolve("parents");
    this.tokens = workplace.process().resolve("tokens");
    this.logs = workplace.process().resolve("parent-logs");
    this.shim = workplace.shim();
    this.folders = workplace.folders();
    this.settings = settings;
    this.workplace = workplace;
    this.sandbox = workplace.sandbox();
    this.listener = listener;
  }

  /** Connects to every parent that still lives; what runs in them is told to the listener. */
  void adopt() throws IOException {
    Folders.createPrivate(parents);
    Folders.createPrivate(tokens);
    Folders.createPrivate(logs);
    List<Path> known;
    try (var all = Files.list(parents)) {
      known = all.toList();
    }
    for (var folder : known) {
      var key = folder.getFileName().toString();
      try {
        byKey.put(key, WorkerParent.connect(socket(key), token(key), listener));
        LOG.info("Found the worker parent {} of an earlier server.", key);
      } catch (IOException gone) {
        // Nobody listens: it ended, and its attempts are answered for by their records.
        LOG.debug("No worker parent {}: {}", key, gone.getMessage());
      }
    }
  }

  /**
   * The parent for an environment and a scope, started if there is none.
   *
   * @param data the scope's folder of the blob store; empty if blobs are not in folders
   */
  WorkerParent get(ProjectDomain scope, PythonEnvironment python, List<Path> data)
      throws IOException {
    var network = workplace.networks().of(scope);
    var key =
        Names.digest(
            String.join(
                "\0",
                scope.project(),
                scope.domain(),
                python.executable().toString(),
                shim.digest(),
                sandbox.walls().mode(),
                settings.limits().egress().of(scope).toString(),
                network.map(OwnNetwork::digest).orElse(""),
                Boolean.toString(sandbox.warm()),
                sandbox.user().toString()));
    var lock = starting.computeIfAbsent(key, missing -> new ReentrantLock());
    lock.lock();
    try {
      var living = byKey.get(key);
      if (living != null && living.open()) {
        return living;
      }
      var again = living == null ? Optional.<WorkerParent>empty() : connectAgain(key, living);
      if (again.isPresent()) {
        return again.get();
      }
      var parent = start(key, scope, python, data, network);
      byKey.put(key, parent);
      return parent;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Kills an attempt where it runs.
   *
   * @param starter the parent that has it; empty if its record does not tell, and all are asked
   * @throws IOException if a parent that may have it lives and did not do it
   */
  void abort(String attempt, Optional<ParentIdentity> starter, String reason) throws IOException {
    var asked = false;
    for (var parent : all()) {
      if (starter.isPresent() && !starter.get().equals(parent.identity())) {
        continue;
      }
      asked = true;
      try {
        parent.abort(attempt, reason);
      } catch (IOException failed) {
        if (parent.identity().alive()) {
          throw failed;
        }
        // With the parent its attempts are gone too.
        LOG.debug("Abort of {}: {}", attempt, failed.getMessage());
      }
    }
    if (!asked && starter.isPresent()) {
      // Nobody can tell it any more to end the one attempt.
      end(starter.get());
    }
  }

  /** Kills a parent, if it is still that process and one of whom tasks run as. */
  void end(ParentIdentity parent) {
    parent.end(
        sandbox.user().map(MachineUser::uid).map(OptionalInt::of).orElse(OptionalInt.empty()));
  }

  /**
   * Makes a broken line anew. A parent drops a server that took nothing for a while, as a paused
   * one does.
   *
   * @return whether the very same parent lives and is connected; what runs in it was told then
   */
  boolean reconnected(WorkerParent lost) {
    for (var entry : byKey.entrySet()) {
      var key = entry.getKey();
      if (!entry.getValue().identity().equals(lost.identity())) {
        continue;
      }
      var lock = starting.computeIfAbsent(key, missing -> new ReentrantLock());
      lock.lock();
      try {
        var current = byKey.get(key);
        return current != null
            && current.identity().equals(lost.identity())
            && (current.open() || connectAgain(key, current).isPresent());
      } finally {
        lock.unlock();
      }
    }
    return false;
  }

  private Optional<WorkerParent> connectAgain(String key, WorkerParent lost) {
    if (!lost.identity().alive()) {
      return Optional.empty();
    }
    try {
      var again = WorkerParent.connect(socket(key), token(key), listener);
      if (again.identity().equals(lost.identity())) {
        byKey.put(key, again);
        LOG.info("Found the worker parent {} again after its line broke.", key);
        return Optional.of(again);
      }
      again.close();
    } catch (IOException gone) {
      LOG.debug("No worker parent {} any more: {}", key, gone.getMessage());
    }
    return Optional.empty();
  }

  void forget(WorkerParent parent) {
    byKey.values().remove(parent);
  }

  Collection<WorkerParent> all() {
    return List.copyOf(byKey.values());
  }

  private WorkerParent start(
      String key,
      ProjectDomain scope,
      PythonEnvironment python,
      List<Path> data,
      Optional<OwnNetwork> network)
      throws IOException {
    var user = folders.user();
    var folder = user.folder(parents.resolve(key));
    var socket = socket(key);
    takeSocketFolder(socketFolder(key));
    for (var root : data) {
      Files.createDirectories(root);
      user.give(root);
    }
    var identity = folder.resolve("identity");
    Files.deleteIfExists(identity);
    var token = draw();
    Files.writeString(tokens.resolve(key), token);
    var config = folder.resolve("config");
    var told = config(folder, socket, python, data, token);
    told.addProperty("network", workplace.networks().fromParent(scope));
    network.ifPresent(own -> told.add("way_out", own.told(folder)));
    user.replace(parents, config, told.toString());
    // Not in the parent's folder: what leaves its walls there could put a link in the log's place.
    var log = logs.resolve(key + ".log");
    var builder =
        new ProcessBuilder(command(folder, python, data, config, network))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().clear();
    builder.environment().put("LANG", "C.UTF-8");
    builder.environment().put("HOME", "/tmp");
    builder.environment().put("PATH", python.binFolder() + ":/usr/bin:/bin");
    LOG.info("Starting the worker parent {} with {}.", key, python.executable());
    var process = builder.start();
    process.getOutputStream().close();
    var deadline = System.nanoTime() + START_MAX.toNanos();
    while (!Files.exists(identity)) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        process.destroyForcibly();
        throw new IOException(
            "worker parent %s: expected it to start within %s s; it said: %s"
                .formatted(python.executable(), START_MAX.toSeconds(), lastWords(log)));
      }
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
    return WorkerParent.connect(socket, token, listener);
  }

  private List<String> command(
      Path folder,
      PythonEnvironment python,
      List<Path> data,
      Path config,
      Optional<OwnNetwork> network)
      throws IOException {
    var plain =
        List.of(python.executable().toString(), shim.parent().toString(), config.toString());
    var first = sandbox.walls() == Walls.NAMESPACES;
    if (!first && sandbox.user().isEmpty()) {
      return plain;
    }
    var writable =
        Stream.of(
                Stream.of(folders.attempts(), folders.work(), folders.logs(), folder),
                Stream.of(folders.secrets().folder()),
                Stream.of(socketFolder(String.valueOf(folder.getFileName()))),
                data.stream())
            .flatMap(paths -> paths)
            .distinct()
            .toList();
    var readable =
        Stream.of(
                Stream.of(shim.folder(), python.prefix(), python.basePrefix()),
                network.map(own -> own.files().folder()).stream(),
                settings.readable().stream())
            .flatMap(paths -> paths)
            .toList();
    var wrapped = workplace.wrapper().forParent(readable, writable, first, network);
    return Stream.concat(wrapped.stream(), plain.stream()).toList();
  }

  private JsonObject config(
      Path folder, Path socket, PythonEnvironment python, List<Path> data, String token) {
    var config = new JsonObject();
    config.addProperty("mode", sandbox.walls().mode());
    config.addProperty("warm", sandbox.warm());
    config.addProperty("attempts", folders.attempts().toString());
    config.addProperty("work", folders.work().toString());
    config.addProperty("logs", folders.logs().toString());
    config.addProperty("socket", socket.toString());
    config.addProperty("identity", folder.resolve("identity").toString());
    // The parent's memory is in every child, so it knows the token only by its digest.
    config.addProperty("token_digest", Names.sha256(token));
    config.addProperty("incarnation", draw());
    config.addProperty("idle_seconds", settings.parentIdle().toMillis() / 1000.0);
    config.addProperty("log_bytes_max", settings.limits().logBytesMax());
    config.addProperty("bin", python.binFolder().toString());
    config.add("covers", texts(List.of(parents.getParent(), Bubblewrap.TUNNEL_FOLDER)));
    config.add(
        "keeps",
        texts(
            Stream.of(
                    Stream.of(python.prefix(), python.basePrefix()),
                    settings.readable().stream(),
                    data.stream())
                .flatMap(paths -> paths)
                .toList()));
    return config;
  }

  private static JsonArray texts(List<Path> paths) {
    var array = new JsonArray();
    paths.forEach(path -> array.add(path.toString()));
    return array;
  }

  private Path socket(String key) {
    return socketFolder(key).resolve(SOCKET);
  }

  private Path socketFolder(String key) {
    var own = parents.resolve(key);
    var length = own.resolve(SOCKET).toString().getBytes(StandardCharsets.UTF_8).length;
    return length <= SOCKET_PATH_MAX
        ? own
        : Path.of("/tmp", "harrier-" + Names.digest(own.toString()));
  }

  private void takeSocketFolder(Path folder) throws IOException {
    if (!folder.startsWith(parents)) {
      try {
        Files.createDirectory(
            folder,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      } catch (FileAlreadyExistsException there) {
        // Anybody may make a folder of that name before us.
        var owner = folders.user().owner();
        if (MachineUser.owner(folder) != MachineUser.owner(parents)
            && (owner.isEmpty() || !owner.get().owns(folder))) {
          throw new IOException(
              folder + ": expected a folder of this server's alone, found another's; remove it",
              there);
        }
      }
    }
    folders.user().folder(folder);
  }

  private String token(String key) throws IOException {
    return Files.readString(tokens.resolve(key));
  }

  private String draw() {
    var bytes = new byte[32];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static String lastWords(Path log) throws IOException {
    var text = Files.readString(log).strip();
    return text.length() <= LOG_BYTES_SHOWN
        ? text
        : text.substring(text.length() - LOG_BYTES_SHOWN);
  }

  @Override
  public void close() {
    for (var parent : all()) {
      try {
        parent.retire();
      } catch (IOException gone) {
        LOG.debug("Retiring a worker parent: {}", gone.getMessage());
      }
      parent.close();
    }
  }
}

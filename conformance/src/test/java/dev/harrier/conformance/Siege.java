package dev.harrier.conformance;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.harrier.conformance.SharedHarrier.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What a task is told that tries to get out of its sandbox: all that is worth having on this
 * machine, by the paths and numbers that only somebody outside can know.
 *
 * @param home of the server
 * @param known as the task reads it
 */
record Siege(Path home, JsonObject known) {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String MARK = "neighbour-secret-7c1e";
  private static final String TRACE = "harrier-intruder";
  private static final String FOREIGN = "of another project";
  private static final int DEPTH_MAX = 12;

  Siege {
    requireNonNull(home, "home");
    requireNonNull(known, "known");
  }

  static Siege of(World world, Run neighbour) throws IOException {
    var home = world.harrier().home().toRealPath();
    var foreign = home.resolve("blobs/stranger/development/upload/x/secret.txt");
    Files.createDirectories(foreign.getParent());
    Files.writeString(foreign, FOREIGN);
    var known = new JsonObject();
    known.add(
        "unreadable",
        paths(
            Stream.of(
                    Stream.of(foreign, home.resolve("database/password")),
                    files(Path.of("/etc"), path -> true).filter(Siege::closed),
                    files(home, path -> path.getNameCount() == home.getNameCount() + 1),
                    files(home.resolve("security"), path -> true),
                    files(home.resolve("blobs"), path -> path.toString().contains("key")),
                    files(home.resolve("process/attempts"), path -> path.endsWith("token")),
                    files(home.resolve("process"), path -> path.endsWith(MARK)),
                    files(home.resolve("process/logs"), path -> true).limit(2),
                    files(home.resolve("process/tokens"), path -> true),
                    Stream.of(world.folder().toRealPath().resolve("output-1.txt")))
                .flatMap(all -> all)
                .distinct()));
    known.add(
        "unlisted",
        paths(
            Stream.concat(
                Stream.of("security", "database", "process/parents", "process/logs", "python")
                    .map(home::resolve),
                Stream.of("attempts", "work")
                    .flatMap(part -> directories(home.resolve("process").resolve(part))))));
    known.add(
        "unwritable",
        paths(
            Stream.concat(
                Stream.of("/", "/etc", "/usr/bin", "/var", "/home", "/root", "/run", "/dev", "/sys")
                    .map(Path::of),
                Stream.of(
                    home,
                    home.resolve("blobs"),
                    home.resolve("process/attempts"),
                    home.resolve("process/shim"),
                    foreign.getParent(),
                    neighbourData(home, neighbour),
                    Places.python().getParent()))));
    known.add(
        "unchangeable",
        paths(
            Stream.of(
                    Stream.of(Path.of("/etc/passwd"), Places.python(), foreign),
                    files(neighbourData(home, neighbour), path -> path.endsWith("inputs.pb")))
                .flatMap(all -> all)));
    var pids = new JsonObject();
    pids.addProperty("the server", world.harrier().process().pid());
    world
        .harrier()
        .postgres()
        .ifPresent(process -> pids.addProperty("the database", process.pid()));
    var workers = Workers.of(world.harrier().home()).all();
    workers.forEach(one -> pids.addProperty("worker process " + one.pid(), one.pid()));
    known.add("pids", pids);
    known.add("sockets", paths(sockets(home)));
    return new Siege(home, known);
  }

  /** What the task found, by what it tried. */
  static Map<String, String> answers(Run run) {
    var all = new TreeMap<String, String>();
    JsonParser.parseString(run.string("o0"))
        .getAsJsonObject()
        .asMap()
        .forEach((probe, answer) -> all.put(probe, answer.getAsString()));
    return all;
  }

  /** What an attempt left on this machine outside of its own folder. */
  List<Path> traces() {
    return Stream.concat(
            Stream.of("/", "/etc", "/usr/bin", "/var", "/root", "/dev/shm")
                .map(folder -> Path.of(folder, TRACE))
                .filter(Files::exists),
            files(home, path -> path.endsWith(TRACE)))
        .filter(path -> !path.startsWith(home.resolve("process/work")))
        .toList();
  }

  /** Waits until the neighbour has left its marks. */
  static void awaitMark(World world, Run neighbour) {
    var work = world.harrier().home().resolve("process/work");
    Patience.awaitTrue(
        "the mark of " + neighbour,
        LIMIT,
        () ->
            files(work, path -> path.endsWith(MARK))
                .anyMatch(path -> path.toString().contains(neighbour.name())));
  }

  /** The processes with a word on their command lines. */
  static List<ProcessHandle> processesWith(String word) {
    return ProcessHandle.allProcesses()
        .filter(process -> process.info().commandLine().orElse("").contains(word))
        .toList();
  }

  private static Path neighbourData(Path home, Run neighbour) {
    return home.resolve("blobs")
        .resolve(neighbour.project())
        .resolve(neighbour.domain())
        .resolve("metadata")
        .resolve(neighbour.name());
  }

  private static Stream<Path> sockets(Path home) {
    return Stream.concat(
        Stream.of(home.resolve("database/socket/.s.PGSQL.5432")),
        Stream.concat(
            Stream.of("/run/docker.sock", "/run/dbus/system_bus_socket", "/run/systemd/private")
                .map(Path::of),
            directories(home.resolve("process/parents")).map(folder -> folder.resolve("s"))));
  }

  private static Stream<Path> directories(Path folder) {
    try (var all = Files.list(folder)) {
      return all.toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Path> files(Path folder, Predicate<Path> wanted) {
    try (var all = Files.walk(folder, DEPTH_MAX)) {
      return all.filter(Files::isRegularFile).filter(wanted).toList().stream();
    } catch (IOException | UncheckedIOException e) {
      // Folders of attempts come and go meanwhile.
      return Stream.empty();
    }
  }

  private static boolean closed(Path file) {
    try {
      return !Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
    } catch (IOException gone) {
      return false;
    }
  }

  private static JsonArray paths(Stream<Path> paths) {
    var array = new JsonArray();
    paths.forEach(path -> array.add(path.toString()));
    return array;
  }
}

package dev.harrier.runtime.process;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.harrier.spi.AttemptStart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** What one attempt may take of the machine, as its parent watches it. */
final class AttemptLimits {
  private final ProcessRuntimeSettings.Limits limits;
  private final long memoryBytesMax;
  private final long diskBytesMax;

  private AttemptLimits(
      ProcessRuntimeSettings.Limits limits, long memoryBytesMax, long diskBytesMax) {
    this.limits = requireNonNull(limits, "limits");
    this.memoryBytesMax = memoryBytesMax;
    this.diskBytesMax = diskBytesMax;
  }

  /**
   * With what the settings leave to the machine found out.
   *
   * @param folder on the disk that attempts write to
   */
  static AttemptLimits on(ProcessRuntimeSettings settings, Path folder) throws IOException {
    var limits = settings.limits();
    // One attempt alone must not bring down the machine, its server and its neighbours.
    var memory =
        limits.memoryBytesMax() > 0
            ? limits.memoryBytesMax()
            : settings.capacity().memoryBytes() / 4 * 3;
    var disk =
        limits.diskBytesMax() > 0
            ? limits.diskBytesMax()
            : Files.getFileStore(folder).getUsableSpace() / 2;
    return new AttemptLimits(limits, memory, disk);
  }

  /**
   * @param folders that it writes to, whose files count as its ephemeral storage
   */
  JsonObject of(AttemptStart start, Resources resources, List<Path> folders) {
    var json = new JsonObject();
    json.addProperty("memory_bytes", resources.memoryLimitBytes().orElse(memoryBytesMax));
    json.addProperty("disk_bytes", resources.storageLimitBytes().orElse(diskBytesMax));
    json.addProperty("processes", limits.processesMax());
    limits.cpuTime().ifPresent(time -> json.addProperty("cpu_seconds", seconds(time)));
    Stream.concat(start.timeout().stream(), limits.wallTime().stream())
        .filter(time -> !time.isZero())
        .min(Duration::compareTo)
        .ifPresent(time -> json.addProperty("wall_seconds", seconds(time)));
    var written = new JsonArray();
    folders.forEach(folder -> written.add(folder.toString()));
    json.add("folders", written);
    return json;
  }

  /** Of processor time that a single process may take; 0 is any. */
  double cpuSeconds() {
    return limits.cpuTime().map(AttemptLimits::seconds).orElse(0.0);
  }

  int processesMax() {
    return limits.processesMax();
  }

  private static double seconds(Duration time) {
    return time.toMillis() / 1000.0;
  }
}

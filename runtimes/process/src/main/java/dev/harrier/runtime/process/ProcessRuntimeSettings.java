package dev.harrier.runtime.process;

import static java.util.Objects.requireNonNull;

import dev.harrier.runtime.process.folder.TaskUser;
import dev.harrier.runtime.process.network.Egress;
import dev.harrier.spi.Rejection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How tasks run as processes.
 *
 * @param home the server's home; everything of this runtime is in {@code <home>/process}
 * @param pythons container image name to the interpreter that stands for it; {@code *} is for all
 *     that are not named
 * @param coldWorkers whether each attempt starts an interpreter of its own instead of being forked
 *     from a warm parent
 * @param unwalledAllowed whether tasks may run where this machine has no walls for them; else the
 *     runtime refuses to open there
 * @param capacity what all attempts together may ask for
 * @param limits of each attempt
 * @param parentIdle how long a parent with nothing to do outlives its server
 * @param readable folders that tasks may read besides the system and the interpreter; whatever lies
 *     under a home folder or {@code /tmp} is hidden otherwise
 * @param environment variables of every attempt; the execution's and the task's own win
 * @param hidden folders that tasks do not see, besides the home and those of people; of what lies
 *     under them an attempt sees its own
 * @param user whom tasks run as
 */
public record ProcessRuntimeSettings(
    Path home,
    Map<String, Path> pythons,
    boolean coldWorkers,
    boolean unwalledAllowed,
    Capacity capacity,
    Limits limits,
    Duration parentIdle,
    List<Path> readable,
    Map<String, String> environment,
    List<Path> hidden,
    TaskUser user) {

  /** The name of the interpreter for all images that are not named. */
  public static final String ANY_IMAGE = "*";

  public ProcessRuntimeSettings {
    home = home.toAbsolutePath().normalize();
    pythons = Map.copyOf(pythons);
    requireNonNull(capacity, "capacity");
    requireNonNull(limits, "limits");
    requireNonNull(parentIdle, "parentIdle");
    readable = List.copyOf(readable);
    environment = Map.copyOf(environment);
    hidden = hidden.stream().map(folder -> folder.toAbsolutePath().normalize()).toList();
    requireNonNull(user, "user");
    if (!pythons.containsKey(ANY_IMAGE)) {
      throw Rejection.invalid(
          "process runtime: expected an interpreter for the image '%s', found only %s",
          ANY_IMAGE, pythons.keySet());
    }
    if (parentIdle.isNegative() || parentIdle.isZero()) {
      throw Rejection.invalid(
          "process runtime: parentIdle must be longer than nothing, found %s", parentIdle);
    }
  }

  /** One interpreter for all images, warm workers, this machine's size, no unwalled tasks. */
  public static ProcessRuntimeSettings defaults(Path home, Path python) {
    return new ProcessRuntimeSettings(
        home,
        Map.of(ANY_IMAGE, python),
        false,
        false,
        Capacity.ofThisMachine(),
        Limits.defaults(),
        Duration.ofMinutes(5),
        List.of(),
        Map.of(),
        List.of(),
        TaskUser.SERVER);
  }

  /** The interpreter that stands for a container image. */
  public Path python(String image) {
    return requireNonNull(pythons.getOrDefault(image, pythons.get(ANY_IMAGE)));
  }

  public ProcessRuntimeSettings withColdWorkers(boolean cold) {
    return new ProcessRuntimeSettings(
        home,
        pythons,
        cold,
        unwalledAllowed,
        capacity,
        limits,
        parentIdle,
        readable,
        environment,
        hidden,
        user);
  }

  public ProcessRuntimeSettings withUnwalledAllowed(boolean allowed) {
    return new ProcessRuntimeSettings(
        home,
        pythons,
        coldWorkers,
        allowed,
        capacity,
        limits,
        parentIdle,
        readable,
        environment,
        hidden,
        user);
  }

  public ProcessRuntimeSettings withLimits(Limits other) {
    return new ProcessRuntimeSettings(
        home,
        pythons,
        coldWorkers,
        unwalledAllowed,
        capacity,
        other,
        parentIdle,
        readable,
        environment,
        hidden,
        user);
  }

  public ProcessRuntimeSettings withParentIdle(Duration idle) {
    return new ProcessRuntimeSettings(
        home,
        pythons,
        coldWorkers,
        unwalledAllowed,
        capacity,
        limits,
        idle,
        readable,
        environment,
        hidden,
        user);
  }

  /**
   * What attempts share.
   *
   * @param cpuMillis thousandths of a processor, at least 1
   * @param memoryBytes at least 1
   * @param cpuMillisEach what an attempt takes that asks for no processor
   * @param memoryBytesEach what an attempt takes that asks for no memory
   */
  public record Capacity(
      long cpuMillis, long memoryBytes, long cpuMillisEach, long memoryBytesEach) {
    private static final long CPU_MILLIS_EACH = 1000;
    private static final long MEMORY_BYTES_EACH = 256L << 20;

    public Capacity {
      if (cpuMillis < 1 || memoryBytes < 1 || cpuMillisEach < 0 || memoryBytesEach < 0) {
        throw Rejection.invalid(
            "process runtime: capacity must be at least 1 millicpu and 1 byte, and an attempt's"
                + " share not negative; found %s, %s, %s, %s",
            cpuMillis, memoryBytes, cpuMillisEach, memoryBytesEach);
      }
    }

    /** All processors and all memory of this machine; one processor and 256 MiB an attempt. */
    public static Capacity ofThisMachine() {
      return new Capacity(
          Runtime.getRuntime().availableProcessors() * 1000L,
          MachineMemory.bytes(),
          CPU_MILLIS_EACH,
          MEMORY_BYTES_EACH);
    }
  }

  /**
   * What one attempt may use.
   *
   * @param logBytesMax kept of what it prints, half of it from the beginning and half from the end
   * @param cpuTime processor time of all its processes together; none if empty
   * @param wallTime from its start, if its own timeout is not shorter; none if empty
   * @param processesMax at once
   * @param memoryBytesMax if it sets no limit itself; 0 is three quarters of the capacity
   * @param diskBytesMax of its own folders, if it sets no limit of ephemeral storage itself; 0 is
   *     half of what is free when the runtime opens
   * @param egress what it reaches by network
   */
  public record Limits(
      long logBytesMax,
      Optional<Duration> cpuTime,
      Optional<Duration> wallTime,
      int processesMax,
      long memoryBytesMax,
      long diskBytesMax,
      Egress egress) {
    private static final long LOG_BYTES_MAX = 16L << 20;
    private static final long LOG_BYTES_MIN = 4096;
    private static final int PROCESSES_MAX = 4096;

    /** An interpreter, its threads and a shell or two. */
    private static final int PROCESSES_MIN = 64;

    public Limits {
      requireNonNull(egress, "egress");
      requireNonNull(cpuTime, "cpuTime");
      requireNonNull(wallTime, "wallTime");
      if (logBytesMax < LOG_BYTES_MIN) {
        throw Rejection.invalid(
            "process runtime: expected a log limit of at least %s bytes, found %s",
            LOG_BYTES_MIN, logBytesMax);
      }
      if (processesMax < PROCESSES_MIN || memoryBytesMax < 0 || diskBytesMax < 0) {
        throw Rejection.invalid(
            "process runtime: expected at least %s processes and no negative amount of memory or"
                + " disk, found %s, %s, %s",
            PROCESSES_MIN, processesMax, memoryBytesMax, diskBytesMax);
      }
    }

    /** 16 MiB of log, 4096 processes, memory and disk by the machine, and no limit of time. */
    public static Limits defaults() {
      return new Limits(
          LOG_BYTES_MAX, Optional.empty(), Optional.empty(), PROCESSES_MAX, 0, 0, Egress.OPEN);
    }

    /** The same for what an attempt takes of the machine; 0 is by the machine. */
    public Limits withMachineShare(int processes, long memoryBytes, long diskBytes) {
      return new Limits(logBytesMax, cpuTime, wallTime, processes, memoryBytes, diskBytes, egress);
    }

    /** The same for what an attempt takes of time; none if empty. */
    public Limits withTime(Optional<Duration> cpu, Optional<Duration> wall) {
      return new Limits(logBytesMax, cpu, wall, processesMax, memoryBytesMax, diskBytesMax, egress);
    }

    public Limits withEgress(Egress other) {
      return new Limits(
          logBytesMax, cpuTime, wallTime, processesMax, memoryBytesMax, diskBytesMax, other);
    }

    public Limits withLogBytesMax(long bytes) {
      return new Limits(
          bytes, cpuTime, wallTime, processesMax, memoryBytesMax, diskBytesMax, egress);
    }
  }
}

package dev.harrier.audit.chain;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where a log is and how long its files are.
 *
 * @param folder of its files
 * @param keyFile the secret that signs it
 * @param headFile where the last checkpoint is kept beside the log, so that an end that is missing
 *     is missed
 * @param origin its name, for a new key: a word without spaces and plus signs
 * @param version of the program
 * @param fileBytesMax after which a file is closed and packed
 * @param fileAgeMax the same
 * @param keep how long a closed file is kept; zero for ever
 * @param hashAddresses whether callers' addresses are recorded as keyed hashes
 */
public record LogSettings(
    Path folder,
    Path keyFile,
    Path headFile,
    String origin,
    String version,
    long fileBytesMax,
    Duration fileAgeMax,
    Duration keep,
    boolean hashAddresses) {
  private static final long FILE_BYTES_MAX = 100L << 20;

  public LogSettings {
    requireNonNull(folder, "folder");
    requireNonNull(keyFile, "keyFile");
    requireNonNull(headFile, "headFile");
    requireNonNull(origin, "origin");
    requireNonNull(version, "version");
    requireNonNull(fileAgeMax, "fileAgeMax");
    requireNonNull(keep, "keep");
    if (!origin.matches("[A-Za-z0-9._/-]+")) {
      throw new IllegalArgumentException("origin: expected a word, got '%s'".formatted(origin));
    }
  }

  /** The usual ones. */
  public static LogSettings of(Path folder, Path secrets, String origin, String version) {
    return new LogSettings(
        folder,
        secrets.resolve("audit-key"),
        secrets.resolve("audit-head"),
        origin,
        version,
        FILE_BYTES_MAX,
        Duration.ofDays(1),
        Duration.ofDays(365),
        false);
  }

  /** The same with files of another size and age. */
  public LogSettings rotating(long bytesMax, Duration ageMax, Duration keeping) {
    return new LogSettings(
        folder, keyFile, headFile, origin, version, bytesMax, ageMax, keeping, hashAddresses);
  }

  /** The same with addresses as keyed hashes, or not. */
  public LogSettings hashingAddresses(boolean hashing) {
    return new LogSettings(
        folder, keyFile, headFile, origin, version, fileBytesMax, fileAgeMax, keep, hashing);
  }
}

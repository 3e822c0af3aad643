package dev.harrier.audit.verify;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What the files of a log are called: each is named by the sequence of its first record. */
public record LogFolder(Path folder) {
  private static final Pattern NAME = Pattern.compile("audit-(\\d{20})\\.jsonl(\\.gz)?");

  private static final int LOOKS_MAX = 100;

  public LogFolder {
    requireNonNull(folder, "folder");
  }

  /**
   * A file of records.
   *
   * @param first the sequence of its first record
   */
  public record LogFile(long first, Path path) {
    /** Whether it is packed: nothing is added to it any more. */
    public boolean packed() {
      return path.toString().endsWith(".gz");
    }
  }

  /** The file that begins with that record, not packed. */
  public Path file(long first) {
    return folder.resolve("audit-%020d.jsonl".formatted(first));
  }

  /** The signed notes, one after the other. */
  public Path checkpoints() {
    return folder.resolve("checkpoints");
  }

  /** The public key, for whoever checks. */
  public Path publicKey() {
    return folder.resolve("audit-key.pub");
  }

  /** Its files of records, the oldest first; of one that is being packed, only the whole one. */
  public List<LogFile> files() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    // A folder is not listed at one moment: a file that is packed meanwhile can be missed under
    // both its names. It has its last one by then, so the next look finds it.
    var before = listed();
    for (var look = 0; look < LOOKS_MAX; look++) {
      var now = listed();
      if (now.keySet().equals(before.keySet())) {
        return List.copyOf(now.values());
      }
      before = now;
    }
    throw new IOException(
        "%s: expected a folder that two looks find alike, found another each time of %s"
            .formatted(folder, LOOKS_MAX));
  }

  private SortedMap<Long, LogFile> listed() throws IOException {
    var found = new TreeMap<Long, LogFile>();
    try (var all = Files.list(folder)) {
      for (var path : all.toList()) {
        var name = NAME.matcher(path.getFileName().toString());
        if (name.matches()) {
          var file = new LogFile(Long.parseLong(name.group(1)), path);
          found.merge(file.first(), file, (one, other) -> one.packed() ? other : one);
        }
      }
    }
    return found;
  }
}

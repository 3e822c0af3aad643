package dev.harrier.server.page;

import dev.harrier.spi.AttemptId;
import java.nio.file.Path;
import java.util.Optional;

/** Where a runtime keeps what an attempt printed. */
@FunctionalInterface
public interface AttemptLogs {

  /** Where the file is, if there is one; empty if there can be none. It may grow while read. */
  Optional<Path> file(AttemptId attempt);
}

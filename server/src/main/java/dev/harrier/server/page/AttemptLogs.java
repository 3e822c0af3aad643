package dev.harrier.server.page;

import dev.harrier.spi.AttemptId;
import java.nio.file.Path;
import java.util.Optional;

/** Where a runtime keeps what an attempt printed. */
@FunctionalInterface
public interface AttemptLogs {

  /** The file; empty if there is none (yet, or any more). It may grow while it is read. */
  Optional<Path> file(AttemptId attempt);
}

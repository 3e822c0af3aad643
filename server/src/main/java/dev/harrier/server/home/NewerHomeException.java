package dev.harrier.server.home;

import java.nio.file.Path;

/** The home was written by a later version of the program, which this one cannot read. */
public final class NewerHomeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public NewerHomeException(Path home, String found, int known) {
    super(
        "The home %s is of version %s, and this Harrier knows versions up to %s. Start it with the newer Harrier that wrote it, or give this one another home with --home."
            .formatted(home, found.strip(), known));
  }
}

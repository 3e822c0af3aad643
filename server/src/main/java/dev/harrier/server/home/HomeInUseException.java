package dev.harrier.server.home;

import java.nio.file.Path;

/** Another server runs on the home. */
public final class HomeInUseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public HomeInUseException(Path home, String holder) {
    super(
        "Harrier runs already on the home %s%s. Stop that one, or give this one a home of its own with --home."
            .formatted(home, holder.isBlank() ? "" : " (process " + holder.strip() + ")"));
  }
}

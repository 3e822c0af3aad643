package dev.harrier.database;

/** The database was used by a newer release: this one would misread it, so it does not start. */
public final class NewerSchemaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NewerSchemaException(int found, int known) {
    super(
        "The database has schema version %d, but this release knows versions up to %d: a newer"
                .formatted(found, known)
            + " release has used it. Start that release, or another home.");
  }
}

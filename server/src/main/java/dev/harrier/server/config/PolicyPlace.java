package dev.harrier.server.config;

/** Where the access policy lives: one place at a time, so that there is one truth. */
public enum PolicyPlace {
  /** {@code access.yaml} in the home. */
  FILE,
  /** The database, for all processes that use it. */
  DATABASE
}

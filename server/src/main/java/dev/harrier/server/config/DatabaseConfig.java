package dev.harrier.server.config;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * Where the state is kept.
 *
 * @param url of a PostgreSQL of one's own, {@code postgresql://user:password@host:port/database};
 *     without it the program runs one in its home
 * @param user whom that one runs as where the server runs as root: an account or a number
 */
public record DatabaseConfig(Optional<String> url, Optional<String> user) {
  /** The database in the home. */
  public static final DatabaseConfig DEFAULTS =
      new DatabaseConfig(Optional.empty(), Optional.empty());

  public DatabaseConfig {
    requireNonNull(url, "url");
    requireNonNull(user, "user");
  }

  /** Without the URL: it may hold a password. */
  @Override
  public String toString() {
    return url.isPresent() ? "DatabaseConfig[an outside one]" : "DatabaseConfig[embedded]";
  }
}

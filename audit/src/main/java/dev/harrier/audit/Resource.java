package dev.harrier.audit;

import static java.util.Objects.requireNonNull;

/**
 * What a call was about.
 *
 * @param type in the user's words, e.g. {@code execution}
 * @param name with its parts joined by slashes
 */
public record Resource(String type, String name) {
  public Resource {
    requireNonNull(type, "type");
    requireNonNull(name, "name");
  }
}

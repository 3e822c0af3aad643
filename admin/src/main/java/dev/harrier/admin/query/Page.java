package dev.harrier.admin.query;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * One page of a list.
 *
 * @param token for the next page; empty if this one was not full
 */
public record Page<T>(List<T> rows, String token) {
  public Page {
    rows = List.copyOf(rows);
    requireNonNull(token, "token");
  }
}

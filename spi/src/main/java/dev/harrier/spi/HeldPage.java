package dev.harrier.spi;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Some of the unreleased attempts of a shard.
 *
 * @param next where the next page goes on; empty if there is none. A page may be empty and have a
 *     next one
 */
public record HeldPage(List<HeldAttempt> attempts, Optional<After> next) {
  public HeldPage {
    attempts = List.copyOf(attempts);
    requireNonNull(next, "next");
  }

  /**
   * The place behind an attempt, in the order of pages: by execution, then node, then number.
   *
   * @param executionKey of its execution's {@link ExecutionRef}
   */
  public record After(long executionKey, int number, String nodePath) implements Comparable<After> {
    private static final Comparator<After> ORDER =
        Comparator.comparingLong(After::executionKey)
            .thenComparing(After::nodePath)
            .thenComparingInt(After::number);

    public After {
      requireNonNull(nodePath, "nodePath");
    }

    /** The place behind an attempt. */
    public static After of(HeldAttempt held) {
      return new After(held.ref().key(), held.attempt().number(), held.attempt().nodePath());
    }

    @Override
    public int compareTo(After other) {
      return ORDER.compare(this, other);
    }
  }
}

package dev.harrier.spi;

import static java.util.Objects.requireNonNull;

/**
 * A command that waits for its execution.
 *
 * @param id the row's; unique, not in the order of commits
 */
public record PendingCommand(long id, ExecutionRef ref, Command command) {
  public PendingCommand {
    requireNonNull(ref, "ref");
    requireNonNull(command, "command");
  }
}

package dev.harrier.admin.execution;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * Who an execution is run for, remembered with it: its children are made when nobody calls.
 *
 * @param principal the caller's subject
 * @param held words of the permissions that {@link SpecGuards#held} found
 */
record Originator(String principal, List<String> held) {
  Originator {
    requireNonNull(principal, "principal");
    held = List.copyOf(held);
  }
}

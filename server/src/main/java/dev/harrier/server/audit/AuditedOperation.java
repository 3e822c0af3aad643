package dev.harrier.server.audit;

import static java.util.Objects.requireNonNull;

import dev.harrier.audit.Event;
import dev.harrier.audit.Level;

/**
 * What the rules say of one RPC or page.
 *
 * @param name an RPC's full name, or a page's method and pattern
 * @param rpc whether it is an RPC
 * @param event what sort of thing it does
 * @param level how much of it is recorded
 * @param levelIfRefused the same once it was refused
 * @param before whether it must be recorded before it is done
 */
record AuditedOperation(
    String name, boolean rpc, Event event, Level level, Level levelIfRefused, boolean before) {
  AuditedOperation {
    requireNonNull(name, "name");
    requireNonNull(event, "event");
    requireNonNull(level, "level");
    requireNonNull(levelIfRefused, "levelIfRefused");
  }

  /** How much of its end is recorded. */
  Level levelOfEnd(boolean refused) {
    return refused ? levelIfRefused : level;
  }
}

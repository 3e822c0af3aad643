package dev.harrier.runtime.process.sandbox;

import static java.util.Objects.requireNonNull;

import dev.harrier.spi.machine.MachineUser;
import java.util.List;
import java.util.Optional;

/**
 * What the machine allows, found out by trying it once.
 *
 * @param walls the best that works
 * @param warm whether workers are forked from a warm parent
 * @param user whom tasks run as, if that is not the server's user
 * @param findings sentences for the operator: what was tried and what is not walled
 */
public record SandboxReport(
    Walls walls, boolean warm, Optional<MachineUser> user, List<String> findings) {
  public SandboxReport {
    requireNonNull(walls, "walls");
    requireNonNull(user, "user");
    findings = List.copyOf(findings);
  }

  /** One line for the log. */
  public String sentence() {
    var workers = warm ? "warm workers" : "cold workers";
    var where =
        switch (walls) {
          case NAMESPACES -> "each in namespaces of its own inside bubblewrap";
          case BUBBLEWRAP_EACH -> "each in a bubblewrap of its own";
          case NONE -> "without walls: a task can do whatever the server's user can";
        };
    var whose = user.map(other -> ", as the user " + other.uid()).orElse("");
    return "Tasks run as " + workers + whose + ", " + where + ".";
  }
}

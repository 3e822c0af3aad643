package dev.harrier.security.policy;

import java.util.List;

/** A policy that is not sound, with everything that is wrong with it. */
public final class PolicyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> findings;

  /**
   * @param findings a sentence each, at least one; begins with the place in the file
   */
  public PolicyException(List<String> findings) {
    super(String.join("\n", findings));
    this.findings = List.copyOf(findings);
  }

  /** What is wrong, in the order of the file. */
  public List<String> findings() {
    return findings;
  }
}

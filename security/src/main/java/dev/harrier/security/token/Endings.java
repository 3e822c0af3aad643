package dev.harrier.security.token;

import java.util.List;

/** Tells which tokens ended before their time. Asked at each call, so it answers from memory. */
public interface Endings {
  /** No token ends before its time. */
  Endings NONE = (principal, ids) -> false;

  /**
   * Whether a token is over.
   *
   * @param principal whom it stands for
   * @param ids of the token itself, and of the grant that it came from if there is one
   */
  boolean ended(String principal, List<String> ids);
}

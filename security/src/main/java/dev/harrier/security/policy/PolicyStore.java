package dev.harrier.security.policy;

import dev.harrier.spi.Rejection;
import java.util.List;

/** The one place where the text of the policy lives. */
public interface PolicyStore {
  /**
   * The text that is there now; asked several times a second.
   *
   * @param known what the last call returned; returned again if nothing changed
   * @throws PolicyException if it is there and cannot be read, or others may write it
   * @throws dev.harrier.spi.StoreUnavailableException if nobody knows what is there
   */
  PolicyText read(PolicyText known);

  /**
   * The same for a caller who asks.
   *
   * @throws dev.harrier.spi.RejectedException FAILED_PRECONDITION if it cannot be read
   */
  default PolicyText readFor(PolicyText known) {
    try {
      return read(known);
    } catch (PolicyException unreadable) {
      throw Rejection.failedPrecondition(
          "The policy in %s: %s", source(), String.join("\n", unreadable.findings()));
    }
  }

  /**
   * What was there before, the last first; none if the store keeps none. For a start on a text that
   * is not sound.
   */
  List<PolicyText> earlier();

  /**
   * Puts a text in the place of another one.
   *
   * @param expectedEtag of the text that is to be replaced; empty if there is none
   * @param writer whom the store remembers, if it remembers any
   * @throws dev.harrier.spi.RejectedException ABORTED if another text is there, FAILED_PRECONDITION
   *     if this place cannot be written
   */
  void replace(PolicyText text, String expectedEtag, String writer);

  /**
   * Whether a new text shows up whole. In a file that people edit it may not: there a text counts
   * once two looks in a row found it.
   */
  boolean whole();

  /** What the place is called: {@code file /path} or {@code database}. */
  String source();
}

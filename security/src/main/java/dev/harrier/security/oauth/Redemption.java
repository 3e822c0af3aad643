package dev.harrier.security.oauth;

import java.util.List;
import java.util.Optional;

/** What a transaction made of a code or token that was shown, and what it revoked for it. */
record Redemption(
    Optional<Redeemed> redeemed, Optional<OauthException> refusal, List<String> revoked) {
  Redemption {
    revoked = List.copyOf(revoked);
  }

  static Redemption of(Redeemed redeemed) {
    return new Redemption(Optional.of(redeemed), Optional.empty(), List.of());
  }

  static Redemption refused(String sentence) {
    return refused(OauthException.invalidGrant(sentence), List.of());
  }

  static Redemption refused(OauthException refusal, List<String> revoked) {
    return new Redemption(Optional.empty(), Optional.of(refusal), revoked);
  }
}

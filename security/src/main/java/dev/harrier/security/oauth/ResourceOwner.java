package dev.harrier.security.oauth;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.session.Session;

/**
 * Who allows a client to act.
 *
 * @param sessionId of the browser where they are logged in; whoever ends it ends the grant
 */
record ResourceOwner(String subject, String sessionId) {
  ResourceOwner {
    requireNonNull(subject, "subject");
    requireNonNull(sessionId, "sessionId");
  }

  static ResourceOwner of(Session session) {
    return new ResourceOwner(session.principal(), session.id());
  }
}

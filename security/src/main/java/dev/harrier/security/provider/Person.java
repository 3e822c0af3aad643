package dev.harrier.security.provider;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.Caller;
import dev.harrier.security.Subjects;
import java.util.Optional;
import java.util.Set;

/**
 * Somebody whom an outside provider vouches for.
 *
 * @param name for people to read, empty if the provider told none
 * @param email likewise; no right follows from it
 */
public record Person(String issuer, String subject, Set<String> groups, String name, String email) {
  public Person {
    requireNonNull(issuer, "issuer");
    requireNonNull(subject, "subject");
    requireNonNull(name, "name");
    requireNonNull(email, "email");
    groups = Set.copyOf(groups);
  }

  /** The name that this person has in policies and as the maker of things. */
  public String principal() {
    return Subjects.outside(issuer, subject);
  }

  /** The person as a caller. */
  public Caller caller(Optional<String> clientId, Set<String> scopes) {
    return new Caller(issuer, subject, clientId, scopes, groups);
  }
}

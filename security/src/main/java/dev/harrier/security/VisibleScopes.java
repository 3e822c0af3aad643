package dev.harrier.security;

import dev.harrier.spi.ProjectDomain;
import java.util.Set;

/** The scopes in which a caller holds a permission: a list over projects is filtered by it. */
public sealed interface VisibleScopes {

  /** No filter is needed. */
  record Everything() implements VisibleScopes {}

  /** Only rows of these; with none of them the list is empty. */
  record Only(Set<ProjectDomain> scopes) implements VisibleScopes {
    public Only {
      scopes = Set.copyOf(scopes);
    }
  }
}

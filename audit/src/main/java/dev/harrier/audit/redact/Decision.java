package dev.harrier.audit.redact;

/** What becomes of a field. */
public enum Decision {
  /** It is recorded as it is; a message's own fields have decisions of their own. */
  KEEP,
  /** A keyed hash of it is recorded: equal values can be found, none can be read. */
  HASH,
  /** Nothing of it is recorded. */
  DROP
}

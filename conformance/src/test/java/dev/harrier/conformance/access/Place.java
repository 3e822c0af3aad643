package dev.harrier.conformance.access;

/**
 * A project and domain, as seen by the callers whom the tests' policy binds.
 *
 * @param project its id
 * @param domain its id
 */
record Place(String project, String domain) {
  /** Where the callers of each role are bound. */
  static final Place OWN = new Place("aquila", "development");

  /** In their project, in a domain where they are not. */
  static final Place OTHER_DOMAIN = new Place("aquila", "production");

  /** In a project where they are not. */
  static final Place FOREIGN = new Place("bubo", "development");

  /** Where other callers are bound, who try whatever they can. */
  static final Place CORVUS = new Place("corvus", "development");

  /** In a project that does not exist. */
  static final Place NOWHERE = new Place("nisus", "development");

  /** The name of everything that the tests register in a place, and of an execution there. */
  static final String NAME = "e1";

  static final String VERSION = "v1";

  /**
   * A text that nobody but a reader of this place should ever see.
   *
   * @param field where it stands
   */
  String canary(String field) {
    return "%s-%s-%s".formatted(canaryBeginning(), domain, field);
  }

  /** How all canaries of the project begin. */
  String canaryBeginning() {
    return "canary-of-" + project;
  }
}

package dev.harrier.conformance;

/** Tasks that each start an interpreter in a bubblewrap of their own, in their parent's network. */
final class ColdEgressTest extends EgressTest {
  ColdEgressTest() {
    super("--cold-workers");
  }
}

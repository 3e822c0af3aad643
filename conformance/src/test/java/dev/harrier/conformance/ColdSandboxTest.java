package dev.harrier.conformance;

/** Tasks that each start an interpreter in a bubblewrap of their own. */
final class ColdSandboxTest extends SandboxTest {
  ColdSandboxTest() {
    super("--cold-workers");
  }
}

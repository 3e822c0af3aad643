package dev.harrier.conformance;

/** Tasks that are forked from a warm parent. */
final class WarmSandboxTest extends SandboxTest {
  WarmSandboxTest() {
    super();
  }
}

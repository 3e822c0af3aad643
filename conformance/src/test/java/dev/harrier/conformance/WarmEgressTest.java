package dev.harrier.conformance;

/** Tasks that are forked from a warm parent, which has the network. */
final class WarmEgressTest extends EgressTest {
  WarmEgressTest() {
    super();
  }
}

package dev.harrier.conformance;

import dev.harrier.conformance.SharedHarrier.World;

/** Tasks with a list whose way to the API is TLS, on which nothing may end halfway. */
final class TlsEgressTest extends EgressTest {
  TlsEgressTest() {
    super();
  }

  @Override
  World start(String... all) {
    var folder = World.newFolder();
    return World.of(folder, Harrier.startWithTls(folder, all));
  }
}

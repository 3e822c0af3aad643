package dev.harrier.runtime.process;

import java.io.IOException;

final class UnwalledSecretsTest extends SecretDelivery {
  UnwalledSecretsTest() throws IOException {
    super(Walls.NONE);
  }
}

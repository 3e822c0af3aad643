package dev.harrier.runtime.process;

import dev.harrier.runtime.process.sandbox.Walls;
import java.io.IOException;

final class UnwalledSecretsTest extends SecretDelivery {
  UnwalledSecretsTest() throws IOException {
    super(Walls.NONE);
  }
}

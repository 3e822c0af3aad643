package dev.harrier.runtime.process;

import dev.harrier.runtime.process.sandbox.Walls;
import java.io.IOException;

final class BubblewrapEachSecretsTest extends SecretDelivery {
  BubblewrapEachSecretsTest() throws IOException {
    super(Walls.BUBBLEWRAP_EACH);
  }
}

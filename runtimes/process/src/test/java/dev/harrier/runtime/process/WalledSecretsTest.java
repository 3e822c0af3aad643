package dev.harrier.runtime.process;

import dev.harrier.runtime.process.sandbox.Walls;
import java.io.IOException;

final class WalledSecretsTest extends SecretDelivery {
  WalledSecretsTest() throws IOException {
    super(Walls.NAMESPACES);
  }
}

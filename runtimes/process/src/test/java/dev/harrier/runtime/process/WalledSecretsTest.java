package dev.harrier.runtime.process;

import java.io.IOException;

final class WalledSecretsTest extends SecretDelivery {
  WalledSecretsTest() throws IOException {
    super(Walls.NAMESPACES);
  }
}

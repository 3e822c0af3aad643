package dev.harrier.runtime.process;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What the tests of networks need of this machine. */
final class Networks {
  private Networks() {}

  /** Leaves a test out, and says so, where lists of destinations cannot be held. */
  static void require() {
    for (var program : new String[] {"pasta", "nft"}) {
      var found =
          Stream.of("/usr/sbin", "/sbin", "/usr/bin", "/bin", "/usr/local/bin")
              .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
      var sentence = "LEFT OUT: " + program + " is not installed: apt-get install passt nftables";
      if (!found) {
        System.err.println(sentence);
      }
      assumeTrue(found, sentence);
    }
  }

  /** An address of this machine that is not of its loopback. */
  static InetAddress ownAddress() throws SocketException {
    var own =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(Inet4Address.class::isInstance)
            .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
            .findFirst();
    assumeTrue(own.isPresent(), "LEFT OUT: this machine has no address but loopback's");
    return own.orElseThrow();
  }
}

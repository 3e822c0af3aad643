package dev.harrier.runtime.process.network;

import dev.harrier.spi.Rejection;
import dev.harrier.spi.machine.MachineUser;
import dev.harrier.spi.machine.ShortProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds on this machine what networks of their own are made with. */
final class NetworkPrograms {
  private static final Path DEVICE = Path.of("/dev/net/tun");
  private static final String MAJOR = "10";
  private static final String MINOR = "200";
  private static final Duration LIMIT = Duration.ofSeconds(10);

  /** Where programs of administrators are, which an ordinary user's PATH leaves out. */
  private static final String ADMINISTRATORS = ":/usr/sbin:/sbin";

  private NetworkPrograms() {}

  /**
   * @param folder the server's own, for a device that its tasks' user may open where the machine's
   *     is root's alone
   * @throws dev.harrier.spi.RejectedException FAILED_PRECONDITION that says what to install
   */
  static OwnNetwork.Programs find(Path folder, Optional<MachineUser> user) throws IOException {
    var path = String.valueOf(System.getenv("PATH"));
    var pasta = program("pasta", path);
    var nft = program("nft", path + ADMINISTRATORS);
    if (pasta.isEmpty() || nft.isEmpty()) {
      throw Rejection.failedPrecondition(
          "tasks.egress lists what tasks reach, which takes pasta and nft, and this machine lacks"
              + " %s: apt-get install passt nftables",
          pasta.isPresent() ? "nft" : nft.isPresent() ? "pasta" : "both");
    }
    return new OwnNetwork.Programs(nft.get(), pasta.get(), device(folder, user));
  }

  private static Optional<Path> program(String name, String path) {
    return Stream.of(path.split(":", -1))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static Path device(Path folder, Optional<MachineUser> user) throws IOException {
    if (!Files.exists(DEVICE)) {
      throw Rejection.failedPrecondition(
          "tasks.egress lists what tasks reach, which takes %s, and there is none: modprobe tun, or"
              + " give the device to this container",
          DEVICE);
    }
    var open = Files.getPosixFilePermissions(DEVICE).contains(PosixFilePermission.OTHERS_WRITE);
    if (user.isEmpty() || open) {
      return DEVICE;
    }
    // The machine's stays as it is: another name of the same device, for tasks' parents alone.
    var own = folder.resolve("tun");
    if (!Files.exists(own)) {
      make(own);
    }
    Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rw-------"));
    user.get().take(own);
    return own;
  }

  private static void make(Path device) throws IOException {
    var line = List.of("mknod", device.toString(), "c", MAJOR, MINOR);
    var made = ShortProgram.of(line, LIMIT).run();
    if (!made.succeeded()) {
      throw Rejection.failedPrecondition(
          "tasks.egress lists what tasks reach, which takes %s, and only root may open it here:"
              + " chmod 666 %s (another name for it could not be made: %s)",
          DEVICE, DEVICE, made.reason());
    }
  }
}

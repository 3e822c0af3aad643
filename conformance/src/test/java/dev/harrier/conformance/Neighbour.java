package dev.harrier.conformance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.harrier.spi.machine.MachineUser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A machine beside this one, on a network of just the two: a process in a network namespace.
 *
 * @param number that its network has
 * @param open a port on which it greets
 * @param other another
 * @param echo a port on which it answers datagrams
 */
record Neighbour(Process process, int number, int open, int other, int echo)
    implements AutoCloseable {
  /**
   * What a neighbour adds to and takes from; a server gives new attempts another network when that
   * changes, so a test that counts networks needs it for itself.
   */
  static final String DEVICES = "this machine's network devices";

  /** Networks of four addresses in 198.18.0.0/15, which is for tests and routed nowhere. */
  private static final int NETWORKS = 1 << 15;

  /**
   * Starts it; where the tests are not root, or there are no programs for it, the test is left out,
   * and says so.
   */
  static Neighbour start() throws IOException {
    require("pasta", "passt");
    require("nft", "nftables");
    require("ip", "iproute2");
    assumeTrue(MachineUser.thisIsRoot(), "LEFT OUT: only root gives this machine a neighbour");
    var script = Places.scripts().resolve("neighbour.py").toString();
    var line = List.of("unshare", "--net", "--", Places.python().toString(), script);
    var process = new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    var output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    var told = output.readLine();
    if (told == null) {
      throw new AssertionError("The neighbour ended before it told its ports");
    }
    var ports = Stream.of(told.split(" ", -1)).mapToInt(Integer::parseInt).toArray();
    // By its process: other tests on this machine have neighbours of their own.
    var number = (int) (process.pid() % NETWORKS);
    var neighbour = new Neighbour(process, number, ports[0], ports[1], ports[2]);
    neighbour.connect();
    return neighbour;
  }

  /** Its address. */
  String address() {
    return address(2);
  }

  /** The range that it is in, with this machine's own address. */
  String range() {
    return address(0) + "/30";
  }

  /** What this machine has on that network. */
  String ownAddress() {
    return address(1);
  }

  private String address(int host) {
    var last = number * 4 + host;
    return "198.%d.%d.%d".formatted(18 + (last >> 16), (last >> 8) & 0xff, last & 0xff);
  }

  private void connect() {
    var pid = Long.toString(process.pid());
    var here = "hn" + pid;
    var there = "hp" + pid;
    run("ip", "link", "add", here, "type", "veth", "peer", "name", there, "netns", pid);
    run("ip", "addr", "add", ownAddress() + "/30", "dev", here);
    run("ip", "link", "set", here, "up");
    run("nsenter", "-t", pid, "-n", "ip", "addr", "add", address() + "/30", "dev", there);
    run("nsenter", "-t", pid, "-n", "ip", "link", "set", there, "up");
  }

  /** Its network ends with it. */
  @Override
  public void close() {
    process.destroyForcibly();
  }

  private static void require(String program, String packageName) {
    var found =
        Stream.of("/usr/sbin", "/sbin", "/usr/bin", "/bin")
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    if (!found) {
      System.err.printf("LEFT OUT: what tasks reach by network; apt-get install %s%n", packageName);
    }
    assumeTrue(found, "LEFT OUT: apt-get install " + packageName);
  }

  private static void run(String... line) {
    Ran.of(Path.of("/"), Map.of(), List.of(line)).succeeded();
  }
}

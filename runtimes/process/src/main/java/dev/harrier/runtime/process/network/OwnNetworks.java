package dev.harrier.runtime.process.network;

import static java.util.Objects.requireNonNull;

import dev.harrier.runtime.process.folder.Names;
import dev.harrier.runtime.process.network.EgressFilter.Opening;
import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.Rejection;
import dev.harrier.spi.machine.MachineUser;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The networks of projects whose tasks reach what a list names. One whose names have other
 * addresses, or whose machine has, is another: attempts that begin then get a new parent.
 */
public final class OwnNetworks {
  private static final String EVERYBODY_READS = "rw-r--r--";
  private static final String EVERYBODY_ENTERS = "rwxr-xr-x";

  private final Path folder;
  private final Egress egress;
  private final Optional<URI> api;
  private final Optional<OwnNetwork.Programs> programs;
  private final KnownNames names;
  private final Map<Reach.Listed, Made> made = new ConcurrentHashMap<>();

  /**
   * A network with what it was made of.
   *
   * @param own addresses of this machine: more may come, by DHCP or with a network of containers
   */
  private record Made(
      OwnNetwork network, Set<InetAddress> own, Map<String, List<InetAddress>> known) {}

  OwnNetworks(
      Path folder,
      Egress egress,
      Optional<URI> api,
      Optional<OwnNetwork.Programs> programs,
      KnownNames names) {
    this.folder = requireNonNull(folder, "folder");
    this.egress = requireNonNull(egress, "egress");
    this.api = requireNonNull(api, "api");
    this.programs = requireNonNull(programs, "programs");
    this.names = requireNonNull(names, "names");
  }

  /**
   * Finds what the rules take of this machine.
   *
   * @param process the runtime's own folder; what tasks see in place of the machine's own is in
   *     {@code networks} there
   * @param api where tasks call this server
   * @param user whom tasks run as, if that is not the server's user
   * @throws dev.harrier.spi.RejectedException FAILED_PRECONDITION that says what to install, if a
   *     rule takes what this machine lacks
   */
  public static OwnNetworks open(
      Path process, Egress egress, Optional<URI> api, Optional<MachineUser> user)
      throws IOException {
    var programs =
        egress.lists().isEmpty()
            ? Optional.<OwnNetwork.Programs>empty()
            : Optional.of(NetworkPrograms.find(process, user));
    return new OwnNetworks(process.resolve("networks"), egress, api, programs, new KnownNames());
  }

  /** The network of a scope's tasks; empty if they have the machine's, or nothing but loopback. */
  public Optional<OwnNetwork> of(ProjectDomain scope) throws IOException {
    return egress.of(scope) instanceof Reach.Listed listed && listed.leadsOut()
        ? Optional.of(of(listed))
        : Optional.empty();
  }

  /** Whether a scope's attempts keep the network of their parent, which may be one of its own. */
  public boolean fromParent(ProjectDomain scope) {
    return !(egress.of(scope) instanceof Reach.Listed listed) || listed.leadsOut();
  }

  /** Makes all, so that it is known at the start what is not known. */
  public List<OwnNetwork> all() throws IOException {
    var all = new ArrayList<OwnNetwork>();
    for (var listed : egress.lists()) {
      all.add(of(listed));
    }
    return all;
  }

  private OwnNetwork of(Reach.Listed listed) throws IOException {
    var own = ownAddresses();
    var known = known(listed);
    var before = made.get(listed);
    if (before != null && before.own().equals(own) && before.known().equals(known)) {
      return before.network();
    }
    var network = network(listed, known, own);
    made.put(listed, new Made(network, own, known));
    return network;
  }

  private static Set<InetAddress> ownAddresses() throws IOException {
    try (var all = NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses)) {
      return all.collect(
          Collectors.toCollection(
              () -> new TreeSet<>(Comparator.comparing(InetAddress::getHostAddress))));
    }
  }

  private OwnNetwork network(
      Reach.Listed listed, Map<String, List<InetAddress>> known, Set<InetAddress> own)
      throws IOException {
    var named = new ArrayList<Opening>();
    var openings = new ArrayList<Opening>();
    for (var destination : listed.destinations()) {
      var into = destination.machine() ? named : openings;
      if (destination.named()) {
        known
            .getOrDefault(destination.host(), List.of())
            .forEach(address -> into.add(Opening.to(address, destination.port())));
      } else {
        into.add(new Opening(destination.host(), destination.port()));
      }
    }
    var bridge = OptionalInt.empty();
    if (listed.api()) {
      var server = server();
      if (server.onLoopback()) {
        bridge = OptionalInt.of(server.port());
      } else {
        // Whichever address it has: that it is this machine's own is what the word is for.
        known
            .getOrDefault(server.host(), List.of())
            .forEach(address -> named.add(Opening.to(address, OptionalInt.of(server.port()))));
      }
    }
    return new OwnNetwork(
        programs.orElseThrow(() -> new IllegalStateException("a list, but no programs for it")),
        new EgressFilter(named, openings, List.copyOf(own)).text(),
        bridge,
        files(hosts(listed, known)));
  }

  /** Addresses by name, as far as they are known. */
  private Map<String, List<InetAddress>> known(Reach.Listed listed) {
    var all = new ArrayList<String>();
    listed.destinations().stream()
        .filter(Destination::named)
        .map(Destination::host)
        .forEach(all::add);
    if (listed.api() && !server().onLoopback()) {
      all.add(server().host());
    }
    var known = new LinkedHashMap<String, List<InetAddress>>();
    all.forEach(name -> known.put(name, names.of(name)));
    return known;
  }

  private Server server() {
    return Server.of(
        api.orElseThrow(
            () ->
                Rejection.failedPrecondition(
                    "tasks.egress: expected no 'api', as this runtime knows of none")));
  }

  private String hosts(Reach.Listed listed, Map<String, List<InetAddress>> known) {
    var lines = new ArrayList<String>();
    // A bridge of IPv4 alone where the server is: pasta would take a connection on the other and
    // only then find nobody.
    var six = listed.api() && server().host().contains(":") && server().onLoopback();
    var names = new LinkedHashSet<>(List.of("localhost", ownName()));
    if (listed.api() && server().onLoopback() && server().named()) {
      names.add(server().host());
    }
    lines.add((six ? "::1" : "127.0.0.1") + " " + String.join(" ", names));
    known.forEach(
        (name, addresses) ->
            addresses.forEach(
                address -> lines.add(address.getHostAddress().replaceAll("%.*", "") + " " + name)));
    return String.join("\n", lines) + "\n";
  }

  private static String ownName() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException none) {
      // Programs that look their own machine up will say so.
      return "";
    }
  }

  private OwnNetwork.Files files(String hosts) throws IOException {
    var own = folder.resolve(Names.digest(hosts));
    var files = new OwnNetwork.Files(folder, own.resolve("hosts"), own.resolve("resolv.conf"));
    Files.createDirectories(own);
    Files.setPosixFilePermissions(own, PosixFilePermissions.fromString(EVERYBODY_ENTERS));
    write(files.hosts(), hosts);
    write(files.nameService(), "# Only the names in /etc/hosts are known here.\n");
    return files;
  }

  private static void write(Path file, String text) throws IOException {
    // The folder is of this text alone, and attempts that run have the file as their own.
    if (Files.exists(file) && Files.readString(file).equals(text)) {
      return;
    }
    Files.writeString(file, text);
    // No secrets, and tasks may be another user's.
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(EVERYBODY_READS));
  }

  /** Where tasks find the API. */
  private record Server(String host, int port, boolean onLoopback) {
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    static Server of(URI url) {
      var host = requireNonNull(url.getHost(), "host of the API").replaceAll("[\\[\\]]", "");
      var usual = "https".equals(url.getScheme()) ? HTTPS_PORT : HTTP_PORT;
      return new Server(host, url.getPort() < 0 ? usual : url.getPort(), loopback(host));
    }

    /** Whether its host is a name, which this machine may know as one of its loopback. */
    boolean named() {
      return !host.contains(":") && !host.matches("[0-9.]+");
    }

    private static boolean loopback(String host) {
      try {
        return Arrays.stream(InetAddress.getAllByName(host))
            .allMatch(InetAddress::isLoopbackAddress);
      } catch (UnknownHostException unknown) {
        return false;
      }
    }
  }
}

package dev.harrier.runtime.process.network;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.harrier.runtime.process.folder.Names;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * A network namespace with a way out, as the parents of some rule's tasks make it.
 *
 * @param programs that make it
 * @param filter as nft reads it
 * @param bridge the port of this machine's loopback that is on its own loopback, too
 * @param files what its tasks see in place of the machine's own
 */
public record OwnNetwork(Programs programs, String filter, OptionalInt bridge, Files files) {
  // Of a range that no address outside of a machine has (RFC 7335), and of a random one like it.
  private static final List<String> ADDRESSES =
      List.of(
          "--address", "192.0.0.2",
          "--netmask", "29",
          "--gateway", "192.0.0.1",
          "--address", "fdd1:5c6e:8a07::2",
          "--gateway", "fe80::1");

  // The gateway is not to stand for this machine's loopback, and nobody comes in.
  private static final List<String> CLOSED =
      List.of(
          "--config-net",
          "--ns-ifname",
          "out0",
          "--no-map-gw",
          "--tcp-ports",
          "none",
          "--udp-ports",
          "none",
          "--udp-ns",
          "none",
          "--no-dhcp",
          "--no-dhcpv6",
          "--no-ra");

  /**
   * What networks are made with on this machine.
   *
   * @param nft loads the filter
   * @param pasta makes connections of this machine out of what comes through
   * @param device of tunnels, which its user may open
   */
  public record Programs(Path nft, Path pasta, Path device) {
    public Programs {
      requireNonNull(nft, "nft");
      requireNonNull(pasta, "pasta");
      requireNonNull(device, "device");
    }
  }

  /**
   * What tasks see in place of the machine's own.
   *
   * @param folder below which they are, with those of other networks: an attempt may begin with
   *     later ones than its parent did
   * @param hosts the names that are known
   * @param nameService the servers that know others: none
   */
  public record Files(Path folder, Path hosts, Path nameService) {
    public Files {
      requireNonNull(folder, "folder");
      requireNonNull(hosts, "hosts");
      requireNonNull(nameService, "nameService");
    }
  }

  public OwnNetwork {
    requireNonNull(programs, "programs");
    requireNonNull(filter, "filter");
    requireNonNull(bridge, "bridge");
    requireNonNull(files, "files");
  }

  /** Tells it from others: parents with another one are others. */
  public String digest() {
    return Names.digest(String.join("\0", filter, bridge.toString(), files.hosts().toString()));
  }

  /**
   * What a parent is told.
   *
   * @param folder that it may write
   */
  public JsonObject told(Path folder) {
    var told = new JsonObject();
    told.addProperty("nft", programs.nft().toString());
    told.addProperty("pasta", programs.pasta().toString());
    told.addProperty("filter", filter);
    told.addProperty("pid_file", folder.resolve("pasta.pid").toString());
    told.addProperty("log", folder.resolve("pasta.log").toString());
    var options = new JsonArray();
    var port = bridge.isPresent() ? Integer.toString(bridge.getAsInt()) : "none";
    Stream.of(CLOSED.stream(), Stream.of("--tcp-ns", port), ADDRESSES.stream())
        .flatMap(all -> all)
        .forEach(options::add);
    told.add("options", options);
    return told;
  }
}

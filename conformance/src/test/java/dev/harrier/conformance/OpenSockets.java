package dev.harrier.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The sockets of a process, as the system tells of them. */
record OpenSockets(List<Tcp> listening, List<Tcp> connected, Set<String> unixPaths) {
  private static final Pattern SOCKET = Pattern.compile("socket:\\[(\\d+)\\]");
  private static final String LISTENING = "0A";
  private static final String CONNECTED = "01";
  private static final int IPV4_MAPPED_AT = 12;

  /**
   * An end of TCP.
   *
   * @param local where it listens, or its own end
   * @param remotePort of the other end; 0 while it listens
   */
  record Tcp(InetAddress local, int port, int remotePort) {}

  static OpenSockets of(ProcessHandle process) {
    try {
      var inodes = inodes(process.pid());
      var listening = new ArrayList<Tcp>();
      var connected = new ArrayList<Tcp>();
      for (var table : List.of("tcp", "tcp6")) {
        for (var line : table("/proc/%s/net/%s".formatted(process.pid(), table))) {
          var words = line.strip().split("\\s+", -1);
          if (inodes.contains(words[9])) {
            if (words[3].equals(LISTENING)) {
              listening.add(tcp(words));
            } else if (words[3].equals(CONNECTED)) {
              connected.add(tcp(words));
            }
          }
        }
      }
      var paths = new HashSet<String>();
      for (var line : table("/proc/%s/net/unix".formatted(process.pid()))) {
        var words = line.strip().split("\\s+", -1);
        if (words.length > 7 && inodes.contains(words[6])) {
          paths.add(words[7]);
        }
      }
      return new OpenSockets(listening, connected, paths);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> table(String file) throws IOException {
    var lines = Files.readAllLines(Path.of(file));
    return lines.subList(1, lines.size());
  }

  private static Set<String> inodes(long pid) throws IOException {
    var inodes = new HashSet<String>();
    try (var files = Files.list(Path.of("/proc/%s/fd".formatted(pid)))) {
      for (var file : files.toList()) {
        var target = target(file);
        var socket = SOCKET.matcher(target);
        if (socket.matches()) {
          inodes.add(socket.group(1));
        }
      }
    }
    return inodes;
  }

  private static String target(Path file) {
    try {
      return Files.readSymbolicLink(file).toString();
    } catch (IOException closed) {
      return "";
    }
  }

  private static Tcp tcp(String[] words) throws UnknownHostException {
    var local = words[1].split(":", -1);
    return new Tcp(
        address(local[0]),
        Integer.parseInt(local[1], 16),
        Integer.parseInt(words[2].split(":", -1)[1], 16));
  }

  // Four bytes at a time, each in the machine's own order, which is the little end first here.
  private static InetAddress address(String hex) throws UnknownHostException {
    var raw = HexFormat.of().parseHex(hex);
    var bytes = new byte[raw.length];
    for (var word = 0; word < raw.length; word += 4) {
      for (var index = 0; index < 4; index++) {
        bytes[word + index] = raw[word + 3 - index];
      }
    }
    var mapped = bytes.length > 4 && bytes[10] == -1 && bytes[11] == -1;
    return InetAddress.getByAddress(
        mapped ? Arrays.copyOfRange(bytes, IPV4_MAPPED_AT, bytes.length) : bytes);
  }
}

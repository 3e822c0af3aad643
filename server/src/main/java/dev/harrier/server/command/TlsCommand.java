package dev.harrier.server.command;

import dev.harrier.server.home.Home;
import dev.harrier.server.tls.LocalAuthority;
import dev.harrier.server.tls.ServerCheck;
import dev.harrier.server.tls.UnusableCertificateException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Certificates: makes one, and says why a client would refuse one. */
@Command(
    name = "tls",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Makes a certificate for this server, and says why a client would refuse one.")
public final class TlsCommand {
  private static final int DEFAULT_PORT = 30_080;
  private static final int PORT_MAX = 65_535;
  private static final Pattern SERVER =
      Pattern.compile("(https://)?(?<host>\\[[0-9a-fA-F:.]+]|[^:/]+)(:(?<port>\\d{1,5}))?/?");

  /** Makes a certificate. */
  @Command(
      name = "init",
      mixinStandardHelpOptions = true,
      description = {
        "Makes a certificate authority in the home, unless it has one, and a certificate of this server, good for a year.",
        "Run again it renews the certificate and keeps its names, but those that --drop takes out.",
        "A running server takes it at once; clients that trust the authority need no change."
      })
  void init(
      @Mixin HomeOption home,
      @Option(
              names = "--name",
              paramLabel = "NAME",
              description =
                  "A name or address under which clients reach the server; can be repeated. localhost and this machine's name are always in.")
          @Nullable List<String> names,
      @Option(
              names = "--drop",
              paramLabel = "NAME",
              description =
                  "A name of the certificate before that the new one is not to have; can be repeated.")
          @Nullable List<String> dropped)
      throws IOException {
    var authority = new LocalAuthority(Home.tls(home.folder()));
    var all = new LinkedHashSet<>(List.of("localhost", "127.0.0.1", "::1"));
    hostName(all);
    Instant ends;
    try {
      for (var name : authority.names()) {
        all.add(plain(name));
      }
      if (names != null) {
        names.forEach(name -> all.add(plain(name)));
      }
      if (dropped != null) {
        dropped.forEach(name -> all.remove(plain(name)));
      }
      ends = authority.issue(List.copyOf(all), Instant.now());
    } catch (UnusableCertificateException wrong) {
      throw new IOException("tls init: " + wrong.getMessage(), wrong);
    }
    System.out.printf(
        """
        Made a certificate for %s, good until %s.
          certificate  %s
          key          %s   (mode 600)
          authority    %s   (give this one to clients, never its key)
        Start the server with it:
          harrier start --tls
        On each client:
          pyflyte, FlyteRemote  in the configuration below admin:
                                  insecure: false
                                  caCertFilePath: %s
          flytectl              the same, and: export SSL_CERT_FILE=%s
          curl                  --cacert %s
          browsers, macOS       open the authority's file and trust it for websites
        """,
        String.join(", ", all),
        ends,
        authority.serverCertificateFile(),
        authority.serverKeyFile(),
        authority.certificateFile(),
        authority.certificateFile(),
        authority.certificateFile(),
        authority.certificateFile());
  }

  /** Says why a client would refuse a server. */
  @Command(
      name = "check",
      mixinStandardHelpOptions = true,
      description = {
        "Connects to a server as a client would, and says in words why one would refuse it.",
        "Ends with code 0 if none would, with 1 if one would."
      })
  int check(
      @Mixin HomeOption home,
      @Parameters(
              paramLabel = "HOST[:PORT]",
              description = "The server as clients name it. Default port: 30080.")
          String server,
      @Option(
              names = "--ca",
              paramLabel = "FILE",
              description =
                  "An authority that clients are told to trust; can be repeated. Default: that of the home, if it has one.")
          @Nullable List<Path> authorities)
      throws IOException {
    var files = new ArrayList<Path>();
    if (authorities != null) {
      files.addAll(authorities);
    } else {
      var own = new LocalAuthority(Home.tls(home.folder())).certificateFile();
      if (Files.isRegularFile(own)) {
        files.add(own);
      }
    }
    var matcher = SERVER.matcher(server);
    if (!matcher.matches()) {
      throw new IOException(
          "tls check: expected HOST or HOST:PORT, e.g. flyte.example.org:443, found '%s'"
              .formatted(server));
    }
    var host = matcher.group("host").replaceAll("[\\[\\]]", "");
    var port =
        matcher.group("port") == null ? DEFAULT_PORT : Integer.parseInt(matcher.group("port"));
    if (port < 1 || port > PORT_MAX) {
      throw new IOException(
          "tls check: expected a port from 1 to %s, found %s".formatted(PORT_MAX, port));
    }
    for (var file : files) {
      if (!Files.isReadable(file) || Files.isDirectory(file)) {
        throw new IOException(
            "tls check: expected a file of certificates that can be read, found none at " + file);
      }
    }
    try {
      var report = new ServerCheck(files).look(host, port, Instant.now());
      report.seen().ifPresent(System.out::println);
      report.findings().forEach(finding -> System.out.println("- " + finding));
      if (report.findings().isEmpty()) {
        System.out.println("No client has a reason to refuse it.");
      }
      return report.findings().isEmpty() ? 0 : 1;
    } catch (UnusableCertificateException wrong) {
      throw new IOException("tls check: " + wrong.getMessage(), wrong);
    }
  }

  // A certificate has addresses of IPv6 in full; each is to be in it once, however it was written.
  private static String plain(String name) {
    if (!name.contains(":")) {
      return name.toLowerCase(Locale.ROOT);
    }
    try {
      var address = InetAddress.ofLiteral(name);
      return address.isLoopbackAddress() ? "::1" : address.getHostAddress();
    } catch (IllegalArgumentException none) {
      // Refused below, as any other text that is no name.
      return name;
    }
  }

  // A machine whose name is none of DNS does without it.
  private static void hostName(Set<String> names) {
    try {
      var name = InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT);
      if (name.matches("[a-z0-9]([a-z0-9.-]*[a-z0-9])?")) {
        names.add(name);
      }
    } catch (UnknownHostException unnamed) {
      // The addresses of loopback are enough then.
    }
  }
}

package dev.harrier.server.command;

import dev.harrier.server.home.Home;
import dev.harrier.server.tls.LocalAuthority;
import dev.harrier.server.tls.UnusableCertificateException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Certificates: makes one, and says why a client would refuse one. */
@Command(
    name = "tls",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Makes a certificate for this server, and says why a client would refuse one.")
public final class TlsCommand {

  /** Makes a certificate. */
  @Command(
      name = "init",
      mixinStandardHelpOptions = true,
      description = {
        "Makes a certificate authority in the home, unless it has one, and a certificate of this server, good for a year.",
        "A running server takes it at once; clients that trust the authority need no change."
      })
  void init(
      @Mixin HomeOption home,
      @Option(
              names = "--name",
              paramLabel = "NAME",
              description =
                  "A name or address under which clients reach the server; can be repeated. localhost and this machine's name are always in.")
          List<String> names)
      throws IOException {
    var authority = new LocalAuthority(Home.tls(home.folder()));
    var all = new LinkedHashSet<>(List.of("localhost", "127.0.0.1", "::1"));
    hostName(all);
    if (names != null) {
      all.addAll(names);
    }
    Instant ends;
    try {
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

package dev.harrier.server.tls;

import static dev.harrier.server.tls.MadeCertificate.recipe;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedKeyManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The check at servers that are not ours, and wrong. */
final class ServerCheckTest {
  private static final int ALERT = 21;
  private static final int HANDSHAKE = 22;
  private static final int SERVER_HELLO = 2;
  private static final int PROTOCOL_VERSION = 70;

  /** Where the version stands in a first message, and which TLS 1.2 and later say. */
  private static final int VERSION_AT = 10;

  private static final int MODERN = 3;

  @Test
  void a_server_that_signs_with_another_key_than_its_certificates(@TempDir Path folder)
      throws Exception {
    var shown = recipe().make();
    var file = shown.writeChain(folder.resolve("server.pem"));
    var context = SSLContext.getInstance("TLS");
    context.init(
        new KeyManager[] {new TwoFaced(shown.certificate(), recipe().make().keys().getPrivate())},
        null,
        null);
    try (var listening =
        context
            .getServerSocketFactory()
            .createServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      serve(
          listening,
          socket -> {
            ((SSLSocket) socket).startHandshake();
            assertThat(socket.getInputStream().read()).isNegative();
          });

      var report =
          new ServerCheck(List.of(file)).look("localhost", listening.getLocalPort(), Instant.now());

      assertThat(report.findings())
          .anySatisfy(finding -> assertThat(finding).startsWith("Key that does not fit"));
    }
  }

  @Test
  void a_server_that_speaks_only_what_was_given_up() throws Exception {
    try (var listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      serve(
          listening,
          socket -> {
            var greeting = socket.getInputStream().readNBytes(VERSION_AT + 1);
            var answer =
                greeting[VERSION_AT] == MODERN
                    ? new byte[] {ALERT, 3, 1, 0, 2, 2, PROTOCOL_VERSION}
                    : new byte[] {HANDSHAKE, 3, 1, 0, 1, SERVER_HELLO};
            socket.getOutputStream().write(answer);
            socket.getOutputStream().flush();
            // All that was sent is read, or the answer would be lost with a reset.
            socket.shutdownOutput();
            socket.getInputStream().readAllBytes();
          });

      var report =
          new ServerCheck(List.of()).look("localhost", listening.getLocalPort(), Instant.now());

      assertThat(report.findings())
          .hasSize(3)
          .allMatch(finding -> finding.startsWith("Old TLS"))
          .anyMatch(finding -> finding.contains("TLS 1.0"))
          .anyMatch(finding -> finding.contains("TLS 1.1"));
    }
  }

  @FunctionalInterface
  private interface Conversation {
    void with(Socket socket) throws IOException;
  }

  private static void serve(ServerSocket listening, Conversation conversation) {
    Thread.ofVirtual()
        .start(
            () -> {
              while (!listening.isClosed()) {
                try (var socket = listening.accept()) {
                  conversation.with(socket);
                } catch (IOException gone) {
                  // The client hung up, which is what is tested, or the test is over.
                }
              }
            });
  }

  /** Shows one certificate and signs with the key of another. */
  private static final class TwoFaced extends X509ExtendedKeyManager {
    private final X509Certificate shown;
    private final PrivateKey key;

    TwoFaced(X509Certificate shown, PrivateKey key) {
      this.shown = shown;
      this.key = key;
    }

    @Override
    public String chooseEngineServerAlias(String type, Principal[] issuers, SSLEngine engine) {
      return "both";
    }

    @Override
    public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
      return "both";
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return new X509Certificate[] {shown};
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return key;
    }

    @Override
    public String[] getServerAliases(String type, Principal[] issuers) {
      return new String[] {"both"};
    }

    @Override
    public String[] getClientAliases(String type, Principal[] issuers) {
      return new String[0];
    }

    @Override
    public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
      return "none";
    }
  }
}

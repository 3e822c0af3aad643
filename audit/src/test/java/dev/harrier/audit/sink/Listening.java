package dev.harrier.audit.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** Receivers on loopback, as another program would be one. */
final class Listening {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private Listening() {}

  /** A body that was posted. */
  static final class Posted {
    private final Headers headers;
    private final byte[] body;

    private Posted(Headers headers, byte[] body) {
      this.headers = headers;
      this.body = body;
    }

    Headers headers() {
      return headers;
    }

    byte[] body() {
      return body;
    }
  }

  /** Answers posts. */
  static final class Http implements AutoCloseable {
    private final HttpServer server;
    final BlockingQueue<Posted> posted = new LinkedBlockingQueue<>();
    volatile int status = 200;
    volatile byte[] answer = new byte[0];

    Http() throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext("/", this::take);
      server.start();
    }

    private void take(HttpExchange exchange) throws IOException {
      try (exchange) {
        posted.add(
            new Posted(exchange.getRequestHeaders(), exchange.getRequestBody().readAllBytes()));
        exchange.sendResponseHeaders(status, answer.length == 0 ? -1 : answer.length);
        exchange.getResponseBody().write(answer);
      }
    }

    URI address() {
      return URI.create("http://127.0.0.1:%s/v1/logs".formatted(server.getAddress().getPort()));
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }

  /** Reads frames of RFC 5425. */
  static final class Syslogd implements AutoCloseable {
    private final SSLServerSocket server;
    final SSLContext tls;
    final List<String> messages = new CopyOnWriteArrayList<>();
    private final List<SSLSocket> open = new CopyOnWriteArrayList<>();

    Syslogd(Path folder) throws IOException, GeneralSecurityException {
      tls = certificate(folder.resolve("keys.p12"));
      server =
          (SSLServerSocket)
              tls.getServerSocketFactory()
                  .createServerSocket(0, 5, InetAddress.getByName("localhost"));
      Thread.ofVirtual().start(this::accept);
    }

    private void accept() {
      while (!server.isClosed()) {
        try {
          var socket = (SSLSocket) server.accept();
          open.add(socket);
          Thread.ofVirtual().start(() -> read(socket));
        } catch (IOException closed) {
          return;
        }
      }
    }

    private void read(SSLSocket socket) {
      try (socket) {
        var in = socket.getInputStream();
        while (true) {
          messages.add(frame(in));
        }
      } catch (IOException ended) {
        open.remove(socket);
      }
    }

    private static String frame(InputStream in) throws IOException {
      var size = 0;
      for (var next = in.read(); next != ' '; next = in.read()) {
        if (next < '0' || next > '9') {
          throw new EOFException("no length");
        }
        size = size * 10 + next - '0';
      }
      return new String(in.readNBytes(size), UTF_8);
    }

    /** Ends every connection as a program that is killed. */
    void breakAll() throws IOException {
      for (var socket : open) {
        socket.close();
      }
    }

    int connections() {
      return open.size();
    }

    URI address() {
      return URI.create("tls://localhost:" + server.getLocalPort());
    }

    @Override
    public void close() throws IOException {
      server.close();
      breakAll();
    }
  }

  private static SSLContext certificate(Path store) throws IOException, GeneralSecurityException {
    var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    var made =
        new ProcessBuilder(
                (keytool
                        + " -genkeypair -alias one -keyalg EC -dname CN=localhost -ext san=dns:localhost"
                        + " -storetype PKCS12 -storepass changeit -keystore "
                        + store)
                    .split(" "))
            .inheritIO()
            .start();
    try {
      if (made.waitFor() != 0) {
        throw new IOException("keytool ended with " + made.exitValue());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    var keys = KeyStore.getInstance("PKCS12");
    try (var in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    var own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keys, PASSWORD);
    var trust = KeyStore.getInstance("PKCS12");
    trust.load(null, PASSWORD);
    trust.setCertificateEntry("one", keys.getCertificate("one"));
    var trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trusted.init(trust);
    var context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
    return context;
  }
}

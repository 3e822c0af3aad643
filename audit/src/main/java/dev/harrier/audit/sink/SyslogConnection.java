package dev.harrier.audit.sink;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** One connection to a receiver that says nothing but its end. */
final class SyslogConnection implements AutoCloseable {
  private static final int DISCARDED_BYTES = 512;

  private final Socket socket;
  private final SSLSocket secured;
  private final Duration patience;

  /** Done with how the receiver's side ended. */
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  private SyslogConnection(Socket socket, SSLSocket secured, Duration patience) {
    this.socket = requireNonNull(socket, "socket");
    this.secured = requireNonNull(secured, "secured");
    this.patience = requireNonNull(patience, "patience");
  }

  static SyslogConnection open(String host, int port, SSLContext tls, Duration patience)
      throws IOException {
    var socket = new Socket();
    try {
      var millis = (int) patience.toMillis();
      socket.connect(new InetSocketAddress(host, port), millis);
      socket.setSoTimeout(millis);
      var secured = (SSLSocket) tls.getSocketFactory().createSocket(socket, host, port, true);
      var parameters = secured.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
      secured.setSSLParameters(parameters);
      secured.startHandshake();
      socket.setSoTimeout(0);
      var connection = new SyslogConnection(socket, secured, patience);
      Thread.ofVirtual().name("audit-syslog-end").start(connection::awaitEnd);
      return connection;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  private void awaitEnd() {
    try {
      var in = secured.getInputStream();
      var discarded = new byte[DISCARDED_BYTES];
      while (in.read(discarded) >= 0) {
        // A receiver has nothing to say.
      }
      ended.complete(null);
    } catch (IOException broken) {
      ended.completeExceptionally(broken);
    }
  }

  void write(byte[] bytes) throws IOException {
    requireOpen();
    // Only the end of the plain socket wakes who writes to a receiver that reads no more.
    var watch =
        CompletableFuture.runAsync(
            this::close,
            CompletableFuture.delayedExecutor(patience.toMillis(), TimeUnit.MILLISECONDS));
    try {
      var out = secured.getOutputStream();
      out.write(bytes);
      out.flush();
    } finally {
      watch.cancel(false);
    }
  }

  /**
   * Ends our side, and returns once the receiver has ended its own: it has read everything then. A
   * receiver that ends with something unread resets the connection.
   */
  void finish() throws IOException {
    requireOpen();
    secured.shutdownOutput();
    try {
      ended.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException broken) {
      throw new IOException("The connection broke before the receiver had read it all.", broken);
    } catch (TimeoutException slow) {
      throw new IOException(
          "The receiver has not read what it was sent within %s.".formatted(patience), slow);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while a receiver reads.", e);
    }
  }

  // An end before ours says nothing about what was read.
  private void requireOpen() throws IOException {
    if (ended.isDone()) {
      throw new IOException("The receiver ended the connection.");
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new IllegalStateException("a socket that cannot be closed", e);
    }
  }
}

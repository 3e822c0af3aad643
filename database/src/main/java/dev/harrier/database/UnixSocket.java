package dev.harrier.database;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A Unix socket in the shape that the driver wants. The JDK has such channels, but no sockets.
 *
 * <p>As the driver uses it: one thread at a time reads and writes; another may close it.
 */
final class UnixSocket extends Socket {
  private static final int BUFFER_BYTES = 64 * 1024;

  private final Path path;
  private volatile @Nullable SocketChannel channel;
  private volatile boolean closed;
  private volatile int timeoutMillis;

  UnixSocket(Path path) {
    this.path = path;
  }

  @Override
  public void connect(@Nullable SocketAddress ignored) throws IOException {
    connect(ignored, 0);
  }

  @Override
  public void connect(@Nullable SocketAddress ignored, int timeout) throws IOException {
    channel = SocketChannel.open(UnixDomainSocketAddress.of(path));
  }

  @Override
  public InputStream getInputStream() throws IOException {
    var open = open();
    return new InputStream() {
      @Override
      public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        var buffer = ByteBuffer.wrap(bytes, offset, length);
        return timeoutMillis == 0 ? open.read(buffer) : readInTime(open, buffer, timeoutMillis);
      }
    };
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    var open = open();
    return new OutputStream() {
      @Override
      public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        var buffer = ByteBuffer.wrap(bytes, offset, length);
        while (buffer.hasRemaining()) {
          open.write(buffer);
        }
      }
    };
  }

  private static int readInTime(SocketChannel open, ByteBuffer buffer, int millis)
      throws IOException {
    open.configureBlocking(false);
    try (var selector = open.provider().openSelector()) {
      open.register(selector, SelectionKey.OP_READ);
      if (selector.select(millis) == 0) {
        throw new SocketTimeoutException("no answer within %d ms".formatted(millis));
      }
      return open.read(buffer);
    } finally {
      // The selector is closed by now and the key with it, else this would be refused.
      if (open.isOpen()) {
        open.configureBlocking(true);
      }
    }
  }

  private SocketChannel open() throws SocketException {
    var open = channel;
    if (open == null || closed) {
      throw new SocketException("the socket %s is not connected".formatted(path));
    }
    return open;
  }

  @Override
  public void close() throws IOException {
    closed = true;
    var open = channel;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public boolean isConnected() {
    return channel != null;
  }

  @Override
  public boolean isBound() {
    return channel != null;
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  @Override
  public void setSoTimeout(int millis) {
    timeoutMillis = millis;
  }

  @Override
  public int getSoTimeout() {
    return timeoutMillis;
  }

  @Override
  public int getSendBufferSize() {
    return BUFFER_BYTES;
  }

  @Override
  public int getReceiveBufferSize() {
    return BUFFER_BYTES;
  }

  @Override
  public void setSendBufferSize(int bytes) {
    // The kernel's own size is fine.
  }

  @Override
  public void setReceiveBufferSize(int bytes) {
    // The kernel's own size is fine.
  }

  @Override
  public void setTcpNoDelay(boolean on) {
    // A Unix socket never delays.
  }

  @Override
  public void setKeepAlive(boolean on) {
    // A Unix socket tells at once when its other end is gone.
  }

  @Override
  public void setSoLinger(boolean on, int seconds) {
    // Closing does not linger.
  }

  @Override
  public void shutdownInput() throws IOException {
    open().shutdownInput();
  }

  @Override
  public void shutdownOutput() throws IOException {
    open().shutdownOutput();
  }

  @Override
  public String toString() {
    return "UnixSocket[%s]".formatted(path);
  }
}

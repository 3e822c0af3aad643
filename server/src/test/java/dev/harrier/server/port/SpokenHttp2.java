package dev.harrier.server.port;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** What a server answered to frames of HTTP/2 that no client library would send. */
enum SpokenHttp2 {
  /** The stream or the connection was broken off, or the answer was 400. */
  REFUSED,
  /** The answer was 404. */
  NOT_FOUND,
  /** Another answer came. */
  ANSWERED,
  /** Nothing came. */
  SILENT;

  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final int SILENCE_MILLIS = 2_000;
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RESET = 3;
  private static final int SETTINGS = 4;
  private static final int GO_AWAY = 7;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;

  /** The entry of HPACK's table that says {@code :status: 400}. */
  private static final int STATUS_400 = 0x8c;

  /** And {@code :status: 404}. */
  private static final int STATUS_404 = 0x8d;

  /**
   * Sends a POST with further headers.
   *
   * @param headers names and values in turn
   */
  static SpokenHttp2 to(int port, String path, String body, String... headers) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(SILENCE_MILLIS);
      var out = socket.getOutputStream();
      out.write(PREFACE.getBytes(StandardCharsets.US_ASCII));
      out.write(frame(SETTINGS, 0, 0, new byte[0]));
      var block = new ByteArrayOutputStream();
      field(block, ":method", "POST");
      field(block, ":scheme", "http");
      field(block, ":authority", "localhost");
      field(block, ":path", path);
      for (var i = 0; i < headers.length; i += 2) {
        field(block, headers[i], headers[i + 1]);
      }
      out.write(frame(HEADERS, END_HEADERS, 1, block.toByteArray()));
      out.write(frame(DATA, END_STREAM, 1, body.getBytes(StandardCharsets.US_ASCII)));
      out.flush();
      return answer(new DataInputStream(socket.getInputStream()));
    }
  }

  private static SpokenHttp2 answer(DataInputStream in) throws IOException {
    try {
      while (true) {
        var length =
            in.readUnsignedByte() << 16 | in.readUnsignedByte() << 8 | in.readUnsignedByte();
        var type = in.readUnsignedByte();
        in.readUnsignedByte();
        in.readInt();
        var content = in.readNBytes(length);
        if (type == RESET || type == GO_AWAY) {
          return REFUSED;
        }
        if (type == HEADERS) {
          return switch (Byte.toUnsignedInt(content[0])) {
            case STATUS_400 -> REFUSED;
            case STATUS_404 -> NOT_FOUND;
            default -> ANSWERED;
          };
        }
      }
    } catch (EOFException closed) {
      return REFUSED;
    } catch (SocketTimeoutException silent) {
      return SILENT;
    }
  }

  private static byte[] frame(int type, int flags, int stream, byte[] content) {
    var out = new ByteArrayOutputStream();
    out.write(content.length >> 16);
    out.write(content.length >> 8);
    out.write(content.length);
    out.write(type);
    out.write(flags);
    out.writeBytes(new byte[] {0, 0, 0, (byte) stream});
    out.writeBytes(content);
    return out.toByteArray();
  }

  // A literal that is not remembered, without Huffman's code.
  private static void field(ByteArrayOutputStream block, String name, String value) {
    block.write(0);
    text(block, name);
    text(block, value);
  }

  private static void text(ByteArrayOutputStream block, String text) {
    var bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    if (bytes.length > 126) {
      throw new IllegalArgumentException("expected at most 126 bytes, got " + text);
    }
    block.write(bytes.length);
    block.writeBytes(bytes);
  }
}

package dev.harrier.server.tls;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;

/**
 * Greets a server in a version of TLS that Java itself does not speak any more, to see whether the
 * server does.
 */
final class OldTls {
  /** TLS 1.0 as it is on the wire. */
  static final int VERSION_1_0 = 0x0301;

  /** TLS 1.1 as it is on the wire. */
  static final int VERSION_1_1 = 0x0302;

  private static final int HANDSHAKE = 22;
  private static final int CLIENT_HELLO = 1;
  private static final int RANDOM_BYTES = 32;

  /** Suites that servers of that time had: ECDHE and RSA with AES in CBC mode, and 3DES. */
  private static final int[] SUITES = {0xC013, 0xC014, 0xC009, 0xC00A, 0x002F, 0x0035, 0x000A};

  private OldTls() {}

  /**
   * Whether a server goes on after such a greeting.
   *
   * @throws IOException if nobody listens there
   */
  static boolean spoken(String host, int port, int version, Duration patience) throws IOException {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), Math.toIntExact(patience.toMillis()));
      socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
      socket.getOutputStream().write(greeting(host, version));
      socket.getOutputStream().flush();
      try {
        var answer = socket.getInputStream().readNBytes(6);
        // A server that refuses sends an alert, or nothing.
        return answer.length == 6 && answer[0] == HANDSHAKE && answer[5] == 2;
      } catch (IOException cutOff) {
        return false;
      }
    }
  }

  private static byte[] greeting(String host, int version) throws IOException {
    var body = new ByteArrayOutputStream();
    var out = new DataOutputStream(body);
    out.writeShort(version);
    var random = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(random);
    out.write(random);
    out.writeByte(0);
    out.writeShort(SUITES.length * 2);
    for (var suite : SUITES) {
      out.writeShort(suite);
    }
    out.writeByte(1);
    out.writeByte(0);
    var extensions = extensions(host);
    out.writeShort(extensions.length);
    out.write(extensions);

    var whole = new ByteArrayOutputStream();
    var record = new DataOutputStream(whole);
    record.writeByte(HANDSHAKE);
    record.writeShort(VERSION_1_0);
    record.writeShort(body.size() + 4);
    record.writeByte(CLIENT_HELLO);
    record.writeByte(0);
    record.writeShort(body.size());
    record.write(body.toByteArray());
    return whole.toByteArray();
  }

  private static byte[] extensions(String host) throws IOException {
    var all = new ByteArrayOutputStream();
    var out = new DataOutputStream(all);
    var name = host.getBytes(StandardCharsets.US_ASCII);
    // Which server is meant.
    out.writeShort(0);
    out.writeShort(name.length + 5);
    out.writeShort(name.length + 3);
    out.writeByte(0);
    out.writeShort(name.length);
    out.write(name);
    // Curves P-256 and P-384, and points as they are.
    out.write(new byte[] {0, 10, 0, 6, 0, 4, 0, 23, 0, 24, 0, 11, 0, 2, 1, 0});
    return all.toByteArray();
  }
}

package dev.harrier.server.port;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a server answered to bytes that no client library would send.
 *
 * @param text all that came until the server closed, or was silent for a while
 * @param closed whether it closed the connection
 */
record Spoken(String text, boolean closed) {
  private static final int SILENCE_MILLIS = 1_500;
  private static final int ANSWER_MILLIS = 20_000;
  private static final Pattern LENGTH = Pattern.compile("content-length: (\\d+)");
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3})");

  /** Sends bytes to a port of loopback. */
  static Spoken to(int port, String bytes) throws IOException {
    return to(new Socket(InetAddress.getLoopbackAddress(), port), bytes);
  }

  /** Sends one request to a port of loopback, and reads its answer and no more. */
  static Spoken once(int port, String request) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(ANSWER_MILLIS);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      var in = socket.getInputStream();
      var head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        var one = in.read();
        if (one < 0) {
          return new Spoken(head.toString(), true);
        }
        head.append((char) one);
      }
      var length = LENGTH.matcher(head);
      var body = length.find() ? in.readNBytes(Integer.parseInt(length.group(1))) : new byte[0];
      return new Spoken(head + new String(body, StandardCharsets.ISO_8859_1), false);
    }
  }

  /** Sends bytes over a connection, and closes it. */
  static Spoken to(Socket connected, String bytes) throws IOException {
    try (var socket = connected) {
      socket.setSoTimeout(SILENCE_MILLIS);
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      var read = new ByteArrayOutputStream();
      try {
        for (var one = socket.getInputStream().read();
            one >= 0;
            one = socket.getInputStream().read()) {
          read.write(one);
        }
        return new Spoken(read.toString(StandardCharsets.ISO_8859_1), true);
      } catch (SocketTimeoutException silent) {
        return new Spoken(read.toString(StandardCharsets.ISO_8859_1), false);
      } catch (IOException reset) {
        return new Spoken(read.toString(StandardCharsets.ISO_8859_1), true);
      }
    }
  }

  /** The status of each answer, in order. */
  List<Integer> statuses() {
    var all = new ArrayList<Integer>();
    var matcher = STATUS.matcher(text);
    while (matcher.find()) {
      all.add(Integer.parseInt(matcher.group(1)));
    }
    return List.copyOf(all);
  }
}

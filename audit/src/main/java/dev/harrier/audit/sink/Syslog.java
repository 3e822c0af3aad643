package dev.harrier.audit.sink;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Syslog messages (RFC 5424) over TLS (RFC 5425). The protocol has no receipts. What stands for one
 * is the end of a connection: the receiver's side ends in order only when it has read all of ours.
 * So connections are ended and begun anew every few seconds in which there are records, and what
 * one that broke had carried is sent again.
 */
public final class Syslog implements Sink {
  /** RFC 5425's own. */
  public static final int PORT = 6514;

  private static final Duration CONFIRMED_AFTER = Duration.ofSeconds(5);

  /** "Log audit" of RFC 5424. */
  private static final int FACILITY = 13;

  private final String host;
  private final int port;
  private final SSLContext tls;
  private final String header;
  private final Duration patience;
  private volatile @Nullable SyslogConnection connection;
  private volatile boolean closed;

  /**
   * @param server {@code tls://host:port}
   * @param hostName of this machine
   * @param patience with a receiver that does not answer or read
   */
  public Syslog(URI server, SSLContext tls, String hostName, Duration patience) {
    this.host = requireNonNull(server.getHost(), "host");
    this.port = server.getPort() < 0 ? PORT : server.getPort();
    this.tls = requireNonNull(tls, "tls");
    this.patience = requireNonNull(patience, "patience");
    this.header =
        " %s harrier %s audit - ".formatted(printable(hostName), ProcessHandle.current().pid());
  }

  // RFC 5424 allows 255 printable letters of ASCII in a host's name.
  private static String printable(String hostName) {
    var name = hostName.replaceAll("[^!-~]", "");
    return name.isEmpty() ? "-" : name.substring(0, Math.min(name.length(), 255));
  }

  @Override
  public void send(List<LogLine> lines) throws IOException {
    var frames = new ByteArrayOutputStream();
    for (var line : lines) {
      var head =
          ("<" + (FACILITY * 8 + severity(line.severity())) + ">1 ")
              + Instant.ofEpochMilli(line.timeMillis())
              + header;
      frames.writeBytes(((head.length() + line.text().length) + " " + head).getBytes(US_ASCII));
      frames.writeBytes(line.text());
    }
    var open = connection;
    if (open == null) {
      open = SyslogConnection.open(host, port, tls, patience);
      connection = open;
      if (closed) {
        open.close();
      }
    }
    try {
      open.write(frames.toByteArray());
    } catch (IOException broken) {
      close(open);
      throw broken;
    }
  }

  @Override
  public void confirm() throws IOException {
    var open = connection;
    if (open != null) {
      try {
        open.finish();
      } finally {
        close(open);
      }
    }
  }

  private void close(SyslogConnection open) {
    open.close();
    connection = null;
  }

  /** Syslog's numbers go down as things get worse. */
  private static int severity(int ocsf) {
    return switch (ocsf) {
      case 2 -> 5;
      case 3 -> 4;
      case 4 -> 3;
      case 5 -> 2;
      case 6 -> 1;
      default -> 6;
    };
  }

  @Override
  public Duration confirmedAfter() {
    return CONFIRMED_AFTER;
  }

  @Override
  public void close() {
    closed = true;
    var open = connection;
    if (open != null) {
      open.close();
    }
  }
}

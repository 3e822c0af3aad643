package dev.harrier.conformance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What tasks did, told by themselves to this process over loopback and kept outside of the server
 * under test. A task goes on only after its line is kept.
 */
final class Ledger implements AutoCloseable {
  private static final int WAITING_MAX = 100;

  private final ServerSocket socket;
  private final List<Line> lines = new CopyOnWriteArrayList<>();
  private final List<String> broken = new CopyOnWriteArrayList<>();

  /**
   * One line.
   *
   * @param what begin, end, fail or beat
   * @param execution the name of the execution that the task was told
   * @param step unique within the execution
   * @param attempt counted from 0
   * @param nanos when it came, on this process' clock
   */
  record Line(String what, String execution, String step, int attempt, long nanos) {
    /** The attempt that wrote it. */
    Attempt of() {
      return new Attempt(execution, step, attempt);
    }
  }

  /** Which attempt of which step. */
  record Attempt(String execution, String step, int number) {}

  private Ledger(ServerSocket socket) {
    this.socket = socket;
  }

  static Ledger open() {
    try {
      var ledger = new Ledger(new ServerSocket(0, WAITING_MAX, InetAddress.ofLiteral("127.0.0.1")));
      Thread.ofVirtual().name("ledger").start(ledger::accept);
      return ledger;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a task is told. */
  String address() {
    return "127.0.0.1:" + socket.getLocalPort();
  }

  /** All lines so far, in the order they came. */
  List<Line> lines() {
    if (!broken.isEmpty()) {
      throw new AssertionError("The ledger got lines that it cannot read: " + broken);
    }
    return List.copyOf(lines);
  }

  /** Whether an attempt has begun that has not told its end. */
  boolean somethingRuns() {
    var running = new HashSet<Attempt>();
    for (var line : lines()) {
      switch (line.what()) {
        case "begin" -> running.add(line.of());
        case "end", "fail" -> running.remove(line.of());
        default -> {}
      }
    }
    return !running.isEmpty();
  }

  List<Line> lines(String what, String execution) {
    return lines().stream()
        .filter(line -> line.what().equals(what) && line.execution().equals(execution))
        .toList();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        var connection = socket.accept();
        Thread.ofVirtual().start(() -> serve(connection));
      } catch (IOException e) {
        if (!socket.isClosed()) {
          broken.add(String.valueOf(e.getMessage()));
        }
        return;
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      var reader =
          new BufferedReader(
              new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
      var text = reader.readLine();
      if (text == null) {
        // A task that was killed between connecting and telling has told nothing.
        return;
      }
      var words = text.split(" ", -1);
      if (words.length != 4) {
        broken.add(text);
        return;
      }
      lines.add(
          new Line(words[0], words[1], words[2], Integer.parseInt(words[3]), System.nanoTime()));
      connection.getOutputStream().write("kept\n".getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // The task was killed before it heard that its line is kept: kept it is.
      return;
    }
  }
}

package dev.harrier.runtime.process;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.harrier.runtime.process.outcome.ExitRecord;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The line to one living parent: JSON, a line each, over its Unix socket. */
final class WorkerParent implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerParent.class);
  private static final int ANSWER_SECONDS_MAX = 120;

  private final SocketChannel channel;
  private final Listener listener;
  private final ReentrantLock writing = new ReentrantLock();
  private final AtomicLong numbers = new AtomicLong();
  private final Map<Long, CompletableFuture<JsonObject>> waiting = new ConcurrentHashMap<>();
  private volatile boolean open = true;
  private volatile ParentIdentity identity;

  /** Hears what a parent tells unasked. Called on the line's own thread, in order. */
  interface Listener {
    /** An attempt runs. */
    void started(WorkerParent parent, String attempt, Instant at);

    /** An attempt ended, and its record is on disk. */
    void ended(String attempt, ExitRecord record);

    /** The line is gone, and most likely the parent too. */
    void gone(WorkerParent parent);
  }

  /** The parent lives and answers, but could not do what it was asked. */
  static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message);
    }
  }

  private WorkerParent(SocketChannel channel, Listener listener) {
    this.channel = channel;
    this.listener = listener;
    this.identity = ParentIdentity.UNKNOWN;
  }

  /**
   * Connects and introduces the server.
   *
   * @throws IOException if nobody listens, or it is not the parent that has this token
   */
  static WorkerParent connect(Path socket, String token, Listener listener) throws IOException {
    var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
      var parent = new WorkerParent(channel, listener);
      Thread.ofVirtual().name("worker-parent").start(parent::listen);
      var hello = new JsonObject();
      hello.addProperty("do", "hello");
      hello.addProperty("token", token);
      var answer = parent.ask(hello);
      parent.identity = ParentIdentity.of(answer.getAsJsonObject("identity"));
      return parent;
    } catch (IOException | RuntimeException failed) {
      channel.close();
      throw failed;
    }
  }

  ParentIdentity identity() {
    return identity;
  }

  boolean open() {
    return open;
  }

  /**
   * Starts an attempt whose request is on disk.
   *
   * @return false if it was started or forbidden before
   * @throws RefusedException if the parent could not; it and all else that it runs go on
   * @throws IOException if the line broke, so that nobody knows
   */
  boolean start(String attempt, JsonObject limits) throws IOException {
    var message = limits.deepCopy();
    message.addProperty("do", "start");
    message.addProperty("attempt", attempt);
    return ask(message).get("state").getAsString().equals("started");
  }

  /** Kills an attempt with all its processes; fine if it does not run here. */
  void abort(String attempt, String reason) throws IOException {
    var message = new JsonObject();
    message.addProperty("do", "abort");
    message.addProperty("attempt", attempt);
    message.addProperty("reason", reason);
    ask(message);
  }

  /** Lets the parent end as soon as it has nothing to do. */
  void retire() throws IOException {
    var message = new JsonObject();
    message.addProperty("do", "retire");
    ask(message);
  }

  private JsonObject ask(JsonObject message) throws IOException {
    var number = numbers.incrementAndGet();
    message.addProperty("id", number);
    var answer = new CompletableFuture<JsonObject>();
    waiting.put(number, answer);
    try {
      send(message);
      if (!open) {
        // Only if no answer came before the end of the line.
        answer.completeExceptionally(new IOException("the line is closed"));
      }
      var received = answer.get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
      if (received.has("failed")) {
        throw new RefusedException("worker parent: " + received.get("failed").getAsString());
      }
      return received;
    } catch (ExecutionException failed) {
      throw new IOException("worker parent: the line broke", failed.getCause());
    } catch (TimeoutException late) {
      throw new IOException("worker parent: no answer within " + ANSWER_SECONDS_MAX + " s", late);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("worker parent: interrupted", interrupted);
    } finally {
      waiting.remove(number);
    }
  }

  private void send(JsonObject message) throws IOException {
    var bytes = ByteBuffer.wrap((message + "\n").getBytes(StandardCharsets.UTF_8));
    writing.lock();
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } finally {
      writing.unlock();
    }
  }

  private void listen() {
    try (var lines = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8))) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        try {
          hear(JsonParser.parseString(line).getAsJsonObject());
        } catch (RuntimeException wrong) {
          // One message, not the line: all attempts of the parent hang on it.
          LOG.error(
              "A message of the worker parent {} went wrong: {}", identity.pid(), line, wrong);
        }
      }
    } catch (IOException broken) {
      // The same as its end: told below.
    } finally {
      open = false;
      waiting
          .values()
          .forEach(answer -> answer.completeExceptionally(new IOException("the parent is gone")));
      listener.gone(this);
    }
  }

  private void hear(JsonObject message) {
    if (message.has("running")) {
      // Here, not where the answer is awaited: an attempt's end may be the next line.
      for (JsonElement running : message.getAsJsonArray("running")) {
        var attempt = running.getAsJsonObject();
        listener.started(this, text(attempt, "attempt"), time(attempt, "started_at"));
      }
    }
    if (!message.has("event")) {
      var answer = waiting.get(message.get("id").getAsLong());
      if (answer != null) {
        answer.complete(message);
      }
      return;
    }
    if (message.get("event").getAsString().equals("started")) {
      listener.started(this, text(message, "attempt"), time(message, "at"));
    } else {
      var record = message.getAsJsonObject("record");
      listener.ended(text(record, "attempt"), ExitRecord.of(record));
    }
  }

  private static String text(JsonObject json, String name) {
    return json.get(name).getAsString();
  }

  private static Instant time(JsonObject json, String name) {
    return Instant.ofEpochMilli((long) (json.get(name).getAsDouble() * 1000));
  }

  @Override
  public void close() {
    open = false;
    try {
      channel.close();
    } catch (IOException broken) {
      // Closed is what was wanted.
    }
  }
}

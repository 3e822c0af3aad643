package dev.harrier.security.policy;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A policy in a file, read again when it changes. What cannot be read leaves the last good one in
 * force, and is told in the log once.
 *
 * <p>Once started it looks four times a second. A change counts when two looks in a row found the
 * same, so that a text of which only a part is written yet is not taken for all, and is in force
 * within one second.
 */
public final class PolicyFile implements Supplier<PolicyIndex>, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PolicyFile.class);

  private static final Duration LOOK_EVERY = Duration.ofMillis(250);

  private final Path file;
  private final ScheduledExecutorService looks =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("access-policy").daemon().factory());
  private volatile Loaded loaded;
  private Optional<String> refused = Optional.empty();
  private Optional<String> pending = Optional.empty();

  private PolicyFile(Path file, Loaded loaded) {
    this.file = file;
    this.loaded = loaded;
  }

  /**
   * Opens a policy.
   *
   * @param file need not be there: then nobody is bound to anything, until it is
   * @throws PolicyException if the file is not sound: a start on a wrong policy is none
   * @throws IOException if it cannot be read
   */
  public static PolicyFile open(Path file) throws IOException {
    requireNonNull(file, "file");
    return new PolicyFile(file, load(text(file)));
  }

  @Override
  public PolicyIndex get() {
    return loaded.index;
  }

  /** Begins to look for changes. */
  public void start() {
    var unused =
        looks.scheduleWithFixedDelay(
            this::lookSafely, LOOK_EVERY.toMillis(), LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  // What is thrown here would end the looks without a word.
  private void lookSafely() {
    try {
      look();
    } catch (RuntimeException wrong) {
      LOG.error("access policy {}: looking at it went wrong; the one before holds", file, wrong);
    }
  }

  @Override
  public void close() {
    looks.shutdownNow();
  }

  /**
   * Reads the file if it has changed and then stayed the same for a look; whether another policy is
   * in force since.
   */
  synchronized boolean look() {
    String text;
    try {
      text = text(file);
    } catch (IOException unreadable) {
      return refuse("", List.of("it cannot be read: " + unreadable));
    } catch (PolicyException writable) {
      return refuse("", writable.findings());
    }
    if (text.equals(loaded.text)) {
      refused = Optional.empty();
      pending = Optional.empty();
      return false;
    }
    if (!pending.equals(Optional.of(text))) {
      pending = Optional.of(text);
      return false;
    }
    if (text.isBlank() && !loaded.text.isBlank()) {
      // Gone, or half replaced: whoever means to grant nothing writes so.
      return refuse(text, List.of("it is gone or empty"));
    }
    try {
      loaded = load(text);
    } catch (PolicyException unsound) {
      return refuse(text, unsound.findings());
    }
    refused = Optional.empty();
    pending = Optional.empty();
    LOG.info(
        "access policy {}: {} bindings and {} denies are in force",
        file,
        loaded.policy.bindings().size(),
        loaded.policy.denies().size());
    return true;
  }

  private boolean refuse(String text, List<String> findings) {
    if (!refused.equals(Optional.of(text))) {
      LOG.error(
          "access policy {}: the one before stays in force, since this one is not sound:\n{}",
          file,
          String.join("\n", findings));
      refused = Optional.of(text);
    }
    return false;
  }

  private static String text(Path file) throws IOException {
    if (!Files.exists(file)) {
      return "";
    }
    var modes = Files.getPosixFilePermissions(file);
    if (modes.contains(PosixFilePermission.GROUP_WRITE)
        || modes.contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new PolicyException(
          List.of("others may write it, and so decide who may do what: chmod go-w " + file));
    }
    return Files.readString(file, StandardCharsets.UTF_8);
  }

  private static Loaded load(String text) {
    var policy = text.isBlank() ? Policy.EMPTY : PolicyReader.read(text);
    return new Loaded(text, policy, PolicyIndex.of(policy));
  }

  private record Loaded(String text, Policy policy, PolicyIndex index) {}
}

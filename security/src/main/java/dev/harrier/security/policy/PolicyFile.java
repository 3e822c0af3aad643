package dev.harrier.security.policy;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A policy in a file, read again when it changes. What cannot be read leaves the last good one in
 * force, and is told in the log once.
 *
 * <p>{@link #look} is to be called about every second, by one thread.
 */
public final class PolicyFile implements Supplier<PolicyIndex> {
  private static final Logger LOG = LoggerFactory.getLogger(PolicyFile.class);

  private final Path file;
  private final Policy base;
  private volatile Loaded loaded;
  private Optional<String> refused = Optional.empty();

  private PolicyFile(Path file, Policy base, Loaded loaded) {
    this.file = file;
    this.base = base;
    this.loaded = loaded;
  }

  /**
   * Opens a policy.
   *
   * @param file need not be there: then the base alone is in force, until it is
   * @param base bindings that hold whatever the file says
   * @throws PolicyException if the file is not sound: a start on a wrong policy is none
   * @throws IOException if it cannot be read
   */
  public static PolicyFile open(Path file, Policy base) throws IOException {
    requireNonNull(file, "file");
    return new PolicyFile(file, base, load(text(file), base));
  }

  @Override
  public PolicyIndex get() {
    return loaded.index;
  }

  /** The policy in force, the base included. */
  public Policy policy() {
    return loaded.policy;
  }

  /** Reads the file if it has changed; whether another policy is in force since. */
  public boolean look() {
    String text;
    try {
      text = text(file);
    } catch (IOException unreadable) {
      return refuse("", List.of("it cannot be read: " + unreadable));
    }
    if (text.equals(loaded.text)) {
      refused = Optional.empty();
      return false;
    }
    if (text.isEmpty() && !loaded.text.isEmpty()) {
      // Gone, or half replaced: whoever means to grant nothing writes so.
      return refuse(text, List.of("it is gone or empty"));
    }
    try {
      loaded = load(text, base);
    } catch (PolicyException unsound) {
      return refuse(text, unsound.findings());
    }
    refused = Optional.empty();
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
    return Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : "";
  }

  private static Loaded load(String text, Policy base) {
    var policy = text.isBlank() ? base : PolicyReader.read(text).over(base);
    return new Loaded(text, policy, PolicyIndex.of(policy));
  }

  private record Loaded(String text, Policy policy, PolicyIndex index) {}
}

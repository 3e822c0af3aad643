package dev.harrier.security.policy;

import static java.util.Objects.requireNonNull;

import dev.harrier.spi.Rejection;
import dev.harrier.spi.machine.FileMode;
import dev.harrier.spi.machine.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A policy in a file, which people may edit as well. It need not be there: then nobody is bound to
 * anything, until it is.
 */
public final class PolicyFile implements PolicyStore {
  /** More than the longest text that is read, whatever its letters. */
  private static final long BYTES_MAX = 16L << 20;

  private final Path file;

  public PolicyFile(Path file) {
    this.file = requireNonNull(file, "file");
  }

  @Override
  public PolicyText read(PolicyText known) {
    var text = text();
    return text.equals(known.text()) ? known : PolicyText.of(text);
  }

  private String text() {
    try {
      if (!Files.exists(file)) {
        return "";
      }
      // To open a pipe waits for its writer, and a device has no end: no change would be seen
      // again.
      if (!Files.isRegularFile(file)) {
        throw new PolicyException(List.of("expected a file of text, found none at " + file));
      }
      if (Files.size(file) > BYTES_MAX) {
        throw new PolicyException(
            List.of("expected at most %s bytes, found %s".formatted(BYTES_MAX, Files.size(file))));
      }
      if (FileMode.of(file).changedByOthers()) {
        throw new PolicyException(
            List.of("others may write it, and so decide who may do what: chmod go-w " + file));
      }
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new PolicyException(List.of("it cannot be read: " + unreadable));
    }
  }

  @Override
  public List<PolicyText> earlier() {
    return List.of();
  }

  /**
   * Replaces the file as a whole, with mode 0600. Who edits it by hand within the same moment may
   * lose: only calls are kept apart from one another.
   */
  @Override
  public synchronized void replace(PolicyText text, String expectedEtag, String writer) {
    var found = readFor(PolicyText.NONE);
    if (!found.etag().equals(expectedEtag)) {
      throw found.stale(expectedEtag);
    }
    if (Files.isSymbolicLink(file)) {
      throw Rejection.failedPrecondition(
          "%s is a link: what it says is decided where it leads to, and is changed there.", file);
    }
    try {
      PrivateFiles.write(file, text.text());
    } catch (IOException unwritable) {
      throw Rejection.failedPrecondition(
          "%s cannot be written (%s), so the policy stays as it is: change it where it comes from, or keep the policy in the database (auth.policy: database).",
          file, unwritable);
    }
  }

  @Override
  public boolean whole() {
    return false;
  }

  @Override
  public String source() {
    return "file " + file;
  }
}

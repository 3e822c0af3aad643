package dev.harrier.runtime.process.folder;

import dev.harrier.spi.AttemptId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Names for files: short, of harmless characters, and never the same for two things. */
public final class Names {
  private static final int DIGEST_CHARACTERS = 24;
  private static final int READABLE_CHARACTERS_MAX = 60;

  private Names() {}

  /** A part of the digest that is long enough to tell things apart. */
  public static String digest(String text) {
    return sha256(text).substring(0, DIGEST_CHARACTERS);
  }

  /** In hexadecimal digits. */
  public static String sha256(String text) {
    try {
      var bytes =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(bytes);
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java has SHA-256", missing);
    }
  }

  /** The name of an attempt's folder and log: readable at its beginning, unique by its end. */
  public static String of(AttemptId attempt) {
    var node = attempt.node();
    var execution = node.execution();
    // Separated by a character that no part can hold, so that a-b + c is not a + b-c.
    var exact =
        String.join(
            "\0",
            execution.project(),
            execution.domain(),
            execution.name(),
            node.path(),
            Integer.toString(attempt.number()));
    var readable =
        "%s-%s-%d"
            .formatted(execution.name(), node.path(), attempt.number())
            .replaceAll("[^a-zA-Z0-9-]", "_");
    if (readable.length() > READABLE_CHARACTERS_MAX) {
      readable = readable.substring(0, READABLE_CHARACTERS_MAX);
    }
    return readable + "." + digest(exact);
  }
}

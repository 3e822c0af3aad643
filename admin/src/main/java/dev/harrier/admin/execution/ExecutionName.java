package dev.harrier.admin.execution;

import dev.harrier.spi.Rejection;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.regex.Pattern;

/** Names of executions: those that callers choose, and those that are made up. */
final class ExecutionName {
  /** The longest name: a Kubernetes label takes no more. */
  static final int CHARACTERS_MAX = 63;

  // Without vowels no word comes out, and 0, 1 and 3 look like letters.
  private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
  private static final int RANDOM_CHARACTERS = 19;
  private static final Pattern VALID = Pattern.compile("[a-z][a-z\\-0-9]*");

  private final SecureRandom random = new SecureRandom();

  /** The name, or a new one if it is empty. */
  String orNew(String name) {
    if (name.isEmpty()) {
      return fresh();
    }
    // Upper case passes and is kept, as in Flyte.
    var lower = name.toLowerCase(Locale.ROOT);
    if (name.length() > CHARACTERS_MAX) {
      throw Rejection.invalid(
          "size of name exceeded length %d : %s",
          CHARACTERS_MAX, lower.substring(0, CHARACTERS_MAX));
    }
    if (!VALID.matcher(lower).matches()) {
      throw Rejection.invalid(
          "invalid name format: %s, does not match regex '^[a-z][a-z\\-0-9]*$'", lower);
    }
    return name;
  }

  private String fresh() {
    var name = new StringBuilder("a");
    random
        .ints(RANDOM_CHARACTERS, 0, ALPHABET.length())
        .forEach(at -> name.append(ALPHABET.charAt(at)));
    return name.toString();
  }
}

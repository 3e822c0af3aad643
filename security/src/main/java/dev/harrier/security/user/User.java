package dev.harrier.security.user;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.Subjects;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A user of this installation.
 *
 * @param name see {@link #isName}; never given to another
 * @param administrator whether the policy that comes with the program lets this user do everything
 * @param passwordAt when the password was chosen; without one nobody logs in
 * @param disabledAt since when this user may not log in, and no token of theirs is good
 */
public record User(
    String name,
    boolean administrator,
    Instant createdAt,
    Optional<Instant> passwordAt,
    Optional<Instant> disabledAt) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._@+-]{0,62}");

  /** What a name looks like, for refusals. */
  public static final String NAME_FORM =
      "1 to 63 of a-z 0-9 . _ @ + -, beginning with a letter or digit";

  public User {
    requireNonNull(name, "name");
    requireNonNull(createdAt, "createdAt");
    requireNonNull(passwordAt, "passwordAt");
    requireNonNull(disabledAt, "disabledAt");
  }

  /** Whether a text can be a user's name. */
  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /** The name that somebody typed: case and blanks around it make no other user. */
  public static String typed(String text) {
    return text.strip().toLowerCase(Locale.ROOT);
  }

  /** Whether a password was chosen. */
  public boolean hasPassword() {
    return passwordAt.isPresent();
  }

  /** The user's name in tokens and as a principal. */
  public String subject() {
    return Subjects.user(name);
  }
}

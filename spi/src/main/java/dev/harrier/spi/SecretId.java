package dev.harrier.spi;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a task calls a secret. Sources turn these names into paths and addresses, so they hold
 * nothing that could lead out of one: letters, digits and {@code . _ - : /}, and between slashes
 * neither nothing nor dots alone.
 *
 * @param group such as the database that a password belongs to
 * @param key within the group
 * @param version of the group, if a task wants a certain one
 */
public record SecretId(String group, String key, Optional<String> version) {
  /** The longest that each of the three may be. */
  public static final int NAME_LENGTH_MAX = 128;

  private static final int SHOWN_LENGTH_MAX = 40;
  private static final Pattern LETTERS = Pattern.compile("[A-Za-z0-9._/:-]+");
  private static final List<String> LEADING_OUT = List.of("", ".", "..");

  /**
   * @throws RejectedException INVALID_ARGUMENT for a name that is none
   */
  public SecretId {
    check("group", requireNonNull(group, "group"));
    check("key", requireNonNull(key, "key"));
    version.ifPresent(text -> check("version", text));
  }

  /** A secret of no certain version. */
  public static SecretId of(String group, String key) {
    return new SecretId(group, key, Optional.empty());
  }

  private static void check(String part, String name) {
    if (name.isEmpty()) {
      throw Rejection.invalid("secret: expected a %s, found none", part);
    }
    if (name.length() > NAME_LENGTH_MAX) {
      throw Rejection.invalid(
          "secret: expected a %s of at most %s letters, found %s",
          part, NAME_LENGTH_MAX, name.length());
    }
    if (!LETTERS.matcher(name).matches()) {
      throw Rejection.invalid(
          "secret: expected a %s of A-Z a-z 0-9 . _ - : and /, found '%s'", part, shown(name));
    }
    for (var segment : name.split("/", -1)) {
      if (LEADING_OUT.contains(segment) || segment.contains("..")) {
        throw Rejection.invalid(
            "secret: expected a %s that is no path of its own (no '..', no '/' at an end or twice), found '%s'",
            part, shown(name));
      }
    }
  }

  private static String shown(String name) {
    var clean = name.replaceAll("[^\\x20-\\x7e]", "?");
    return clean.length() <= SHOWN_LENGTH_MAX
        ? clean
        : clean.substring(0, SHOWN_LENGTH_MAX) + "...";
  }

  /** For messages: {@code group/key}, with {@code @version} if there is one. */
  @Override
  public String toString() {
    return group + "/" + key + version.map(text -> "@" + text).orElse("");
  }
}

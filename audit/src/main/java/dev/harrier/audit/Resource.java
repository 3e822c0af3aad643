package dev.harrier.audit;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * What a call was about.
 *
 * @param type in the user's words, e.g. {@code execution}
 * @param name with its parts joined by slashes
 */
public record Resource(String type, String name) {
  private static final int PART_MAX = 512;

  public Resource {
    requireNonNull(type, "type");
    requireNonNull(name, "name");
  }

  /**
   * One as its caller names it: empty parts are left out, a slash in a part is {@code %2F}, and
   * what looks like no name is a question mark.
   */
  public static Resource named(String type, String... parts) {
    return new Resource(
        type,
        Arrays.stream(parts)
            .filter(part -> !part.isEmpty())
            .map(part -> isName(part) ? part.replace("/", "%2F") : "?")
            .collect(Collectors.joining("/")));
  }

  /** Whether a text looks like a name: any other names nothing, and may be anything. */
  public static boolean isName(String text) {
    if (text.length() > PART_MAX) {
      return false;
    }
    for (var i = 0; i < text.length(); i++) {
      var letter = text.charAt(i);
      var fits =
          (letter >= 'a' && letter <= 'z')
              || (letter >= 'A' && letter <= 'Z')
              || (letter >= '-' && letter <= ':')
              || letter == '_'
              || letter == '@'
              || letter == '|'
              || letter == '+'
              || letter == '=';
      if (!fits) {
        return false;
      }
    }
    return true;
  }
}

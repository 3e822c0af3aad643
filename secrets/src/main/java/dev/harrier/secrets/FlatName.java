package dev.harrier.secrets;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Names for services that know no paths: three hyphens between the parts, and two before each
 * letter that the service does not take, which follows as two hexadecimal digits. Letters and
 * digits, and hyphens alone between them, stay as they are: no two names become one.
 */
public final class FlatName {
  private FlatName() {}

  /**
   * One name of several.
   *
   * @param plain letters that the service takes besides a-z and 0-9
   */
  public static String of(String plain, Stream<String> parts) {
    return parts.map(part -> spelled(plain, part)).collect(Collectors.joining("---"));
  }

  private static String spelled(String plain, String part) {
    var spelled = new StringBuilder();
    var letters = part.getBytes(US_ASCII);
    for (var at = 0; at < letters.length; at++) {
      var letter = (char) letters[at];
      var hyphenAlone =
          letter == '-' && isPlain(plain, letters, at - 1) && isPlain(plain, letters, at + 1);
      if (hyphenAlone || isPlain(plain, letters, at)) {
        spelled.append(letter);
      } else {
        spelled.append("--").append("%02x".formatted((int) letter));
      }
    }
    return spelled.toString();
  }

  private static boolean isPlain(String plain, byte[] letters, int at) {
    if (at < 0 || at >= letters.length) {
      return false;
    }
    var letter = (char) letters[at];
    return (letter >= 'a' && letter <= 'z')
        || (letter >= '0' && letter <= '9')
        || plain.indexOf(letter) >= 0;
  }
}

package dev.harrier.propeller.decide;

import dev.harrier.spi.Failure;

/**
 * Makes texts from outside fit to be stored: a NUL or half a character would make the database
 * refuse the whole batch.
 */
final class Text {
  /** Characters kept of a failure's message: its head and its tail. */
  static final int MESSAGE_MAX = 64 * 1024;

  /** Characters kept of a failure's code. */
  static final int CODE_MAX = 256;

  private Text() {}

  static Failure clean(Failure failure) {
    return new Failure(
        clean(failure.code(), CODE_MAX),
        clean(failure.message(), MESSAGE_MAX),
        failure.kind(),
        failure.recoverable());
  }

  static String clean(String text, int max) {
    var cut = text;
    if (text.length() > max) {
      var half = max / 2;
      cut =
          text.substring(0, half)
              + "\n[... %d characters left out ...]\n".formatted(text.length() - 2 * half)
              + text.substring(text.length() - half);
    }
    var clean = new StringBuilder(cut.length());
    for (var at = 0; at < cut.length(); at++) {
      var character = cut.charAt(at);
      if (Character.isHighSurrogate(character)
          && at + 1 < cut.length()
          && Character.isLowSurrogate(cut.charAt(at + 1))) {
        clean.append(character).append(cut.charAt(++at));
      } else if (Character.isSurrogate(character) || character == 0) {
        clean.append('\uFFFD');
      } else {
        clean.append(character);
      }
    }
    return clean.toString();
  }
}

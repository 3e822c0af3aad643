package dev.harrier.admin.query;

/** A caller's text as refusals show it. */
public final class Echo {
  /** As much of the text as is shown, in characters. */
  public static final int CHARACTERS_MAX = 100;

  private Echo() {}

  /** The text, or its beginning. */
  public static String of(String text) {
    if (text.length() <= CHARACTERS_MAX) {
      return text;
    }
    var end = Character.isHighSurrogate(text.charAt(CHARACTERS_MAX - 1)) ? 1 : 0;
    return text.substring(0, CHARACTERS_MAX - end) + "…";
  }
}

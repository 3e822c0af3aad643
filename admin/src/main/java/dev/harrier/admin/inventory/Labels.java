package dev.harrier.admin.inventory;

import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.util.Map;
import java.util.regex.Pattern;

/** Labels as Kubernetes takes them, since they become labels of pods. */
public final class Labels {
  /** Labels of one thing, at most. */
  public static final int LABELS_MAX = 16;

  private static final int NAME_CHARACTERS_MAX = 63;
  private static final int PREFIX_CHARACTERS_MAX = 253;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?");
  private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");

  private Labels() {}

  /**
   * Checks number, names and values.
   *
   * @throws RejectedException INVALID_ARGUMENT that names the first wrong one
   */
  public static void check(Map<String, String> labels) {
    if (labels.size() > LABELS_MAX) {
      throw Rejection.invalid("labels map cannot exceed %d entries", LABELS_MAX);
    }
    labels.forEach(
        (key, value) -> {
          if (!isKey(key)) {
            throw Rejection.invalid(
                "invalid label key [%s]: expected at most %d letters, digits, '-', '_' or '.', beginning and ending with a letter or digit, with an optional DNS name and '/' before",
                key, NAME_CHARACTERS_MAX);
          }
          if (!value.isEmpty() && !isName(value)) {
            throw Rejection.invalid(
                "invalid label value [%s]: expected at most %d letters, digits, '-', '_' or '.', beginning and ending with a letter or digit",
                value, NAME_CHARACTERS_MAX);
          }
        });
  }

  /** Whether the text can name a DNS label: 1 to 63 lower-case letters, digits and inner dashes. */
  public static boolean isDnsLabel(String text) {
    return text.length() <= NAME_CHARACTERS_MAX && DNS_LABEL.matcher(text).matches();
  }

  private static boolean isKey(String key) {
    var slash = key.indexOf('/');
    if (slash < 0) {
      return isName(key);
    }
    var prefix = key.substring(0, slash);
    if (prefix.length() > PREFIX_CHARACTERS_MAX || !isName(key.substring(slash + 1))) {
      return false;
    }
    for (var part : prefix.split("\\.", -1)) {
      if (!isDnsLabel(part)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isName(String text) {
    return text.length() <= NAME_CHARACTERS_MAX && NAME.matcher(text).matches();
  }
}

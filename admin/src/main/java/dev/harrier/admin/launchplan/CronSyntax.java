package dev.harrier.admin.launchplan;

import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The form of cron expressions: five fields (minute, hour, day of month, month, day of week), or a
 * word such as {@code @daily}, or {@code @every 90m}; a time zone may stand before as {@code
 * CRON_TZ=Europe/Berlin}.
 */
final class CronSyntax {
  private static final int CHARACTERS_MAX = 1000;

  private static final Set<String> WORDS =
      Set.of("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly");

  private static final Pattern EVERY = Pattern.compile("(\\d+(\\.\\d+)?(h|m|s|ms|us|µs|ns))+");

  private record Field(String name, int least, int greatest, List<String> words) {}

  private static final List<Field> FIELDS =
      List.of(
          new Field("minute", 0, 59, List.of()),
          new Field("hour", 0, 23, List.of()),
          new Field("day of month", 1, 31, List.of()),
          new Field(
              "month",
              1,
              12,
              List.of(
                  "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov",
                  "dec")),
          new Field("day of week", 0, 6, List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat")));

  private CronSyntax() {}

  /**
   * @throws RejectedException INVALID_ARGUMENT that names the wrong part
   */
  static void check(String expression) {
    if (expression.length() > CHARACTERS_MAX) {
      throw invalid("expected at most %d characters".formatted(CHARACTERS_MAX));
    }
    var text = withoutZone(expression);
    if (text.startsWith("@")) {
      checkWord(text);
      return;
    }
    var parts = List.of(text.trim().split("\\s+", -1));
    if (parts.size() != FIELDS.size()) {
      throw invalid(
          "expected exactly %d fields, found %d: [%s]"
              .formatted(FIELDS.size(), parts.size(), expression));
    }
    for (var i = 0; i < parts.size(); i++) {
      for (var range : parts.get(i).split(",", -1)) {
        checkRange(FIELDS.get(i), range);
      }
    }
  }

  private static String withoutZone(String expression) {
    if (!expression.startsWith("TZ=") && !expression.startsWith("CRON_TZ=")) {
      return expression;
    }
    var space = expression.indexOf(' ');
    var zone =
        expression.substring(expression.indexOf('=') + 1, space < 0 ? expression.length() : space);
    try {
      ZoneId.of(zone);
    } catch (DateTimeException unknown) {
      throw invalid("provided bad location %s".formatted(zone));
    }
    return space < 0 ? "" : expression.substring(space).trim();
  }

  private static void checkWord(String text) {
    if (text.startsWith("@every ")) {
      if (!EVERY.matcher(text.substring("@every ".length())).matches()) {
        throw invalid("expected a duration such as 1h30m after @every, found [%s]".formatted(text));
      }
    } else if (!WORDS.contains(text)) {
      throw invalid("unrecognized descriptor: %s".formatted(text));
    }
  }

  private static void checkRange(Field field, String range) {
    var step = range.split("/", -1);
    var ends = step[0].split("-", -1);
    if (step.length > 2 || ends.length > 2) {
      throw wrong(field, range);
    }
    if (step.length == 2 && number(step[1]) < 1) {
      throw wrong(field, range);
    }
    if (ends[0].equals("*") || ends[0].equals("?")) {
      if (ends.length > 1) {
        throw wrong(field, range);
      }
      return;
    }
    var from = value(field, ends[0]);
    var to = ends.length == 1 ? from : value(field, ends[1]);
    if (from < field.least() || to > field.greatest() || from > to) {
      throw wrong(field, range);
    }
  }

  private static int value(Field field, String text) {
    var word = field.words().indexOf(text.toLowerCase(Locale.ROOT));
    return word < 0 ? number(text) : word + field.least();
  }

  private static int number(String text) {
    var digits =
        !text.isEmpty() && text.length() < 5 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    return digits ? Integer.parseInt(text) : -1;
  }

  private static RejectedException wrong(Field field, String found) {
    return invalid(
        "%s: expected values from %d to %d, found [%s]"
            .formatted(field.name(), field.least(), field.greatest(), found));
  }

  private static RejectedException invalid(String why) {
    return Rejection.invalid("Invalid cron expression: %s", why);
  }
}

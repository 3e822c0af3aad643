package dev.harrier.security.provider;

import dev.harrier.security.Strength;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The claims of a token, each read as what it must be. Whatever is wrong is UNAUTHENTICATED. */
record Claims(Map<String, Object> all) {
  private static final int TEXT_CHARACTERS_MAX = 255;

  /** The end of the year 9999: later times are a mistake, and overflow somewhere. */
  private static final long SECONDS_MAX = 253_402_300_799L;

  private static final int GROUPS_MAX = 500;

  /** RFC 8176 knows twenty. */
  private static final int METHODS_MAX = 20;

  /** All of them go into tokens, which travel in headers of 8 KiB. */
  private static final int GROUPS_CHARACTERS_MAX = 4_000;

  /** A text that is there. */
  String needed(String name) {
    return text(name).orElseThrow(() -> refused("it has no claim '%s'".formatted(name)));
  }

  /** A text that may be there, of a length that names have. */
  Optional<String> text(String name) {
    return switch (all.get(name)) {
      case null -> Optional.empty();
      case String text -> {
        if (text.isEmpty() || text.length() > TEXT_CHARACTERS_MAX || !printable(text)) {
          throw refused(
              "expected the claim '%s' to be 1 to %s printable characters"
                  .formatted(name, TEXT_CHARACTERS_MAX));
        }
        yield Optional.of(text);
      }
      default -> throw refused("expected the claim '%s' to be a text".formatted(name));
    };
  }

  /** A text for people: what is no such text is left out. */
  String shown(String name) {
    return all.get(name) instanceof String text
            && text.length() <= TEXT_CHARACTERS_MAX
            && printable(text)
        ? text
        : "";
  }

  /** A time in seconds since 1970. */
  Optional<Instant> time(String name) {
    return switch (all.get(name)) {
      case null -> Optional.empty();
      case Number number when number.doubleValue() >= 0 && number.doubleValue() <= SECONDS_MAX ->
          Optional.of(Instant.ofEpochSecond(number.longValue()));
      default -> throw refused("expected the claim '%s' to be a time in seconds".formatted(name));
    };
  }

  /** How sure the login was that the token tells of. */
  Strength strength() {
    var methods = texts("amr");
    // A number is one of Keycloak's levels, which it may be set to send as such.
    var context =
        all.get("acr") instanceof Number level
            ? Optional.of(Long.toString(level.longValue()))
            : text("acr");
    if (methods.size() > METHODS_MAX
        || methods.stream()
            .anyMatch(
                one -> one.isEmpty() || one.length() > TEXT_CHARACTERS_MAX || !printable(one))) {
      throw refused("expected the claim 'amr' to be at most %s names".formatted(METHODS_MAX));
    }
    return new Strength(context, methods);
  }

  /** One text or a list of texts. */
  Set<String> texts(String name) {
    return texts(name, all.get(name));
  }

  /** Words between blanks, or a list of them. */
  Set<String> words(String name) {
    var words = new LinkedHashSet<String>();
    for (var text : texts(name)) {
      for (var word : text.split(" ", -1)) {
        if (!word.isEmpty()) {
          words.add(word);
        }
      }
    }
    return words;
  }

  /**
   * The groups of all these claims.
   *
   * @param paths each the name of a claim, or names with dots between to one that lies in others
   */
  Set<String> groups(List<String> paths, String prefix) {
    var groups = new LinkedHashSet<String>();
    var characters = 0;
    for (var path : paths) {
      for (var group : texts(path, all.containsKey(path) ? all.get(path) : within(path))) {
        if (group.isEmpty() || group.length() > TEXT_CHARACTERS_MAX || !printable(group)) {
          throw refused("one of its groups is no name");
        }
        if (groups.add(prefix + group)) {
          characters += prefix.length() + group.length();
        }
      }
    }
    if (groups.size() > GROUPS_MAX || characters > GROUPS_CHARACTERS_MAX) {
      throw refused(
          "it names %s groups with %s characters; expected at most %s with %s. Let the provider send only groups that matter here"
              .formatted(groups.size(), characters, GROUPS_MAX, GROUPS_CHARACTERS_MAX));
    }
    return groups;
  }

  private @Nullable Object within(String path) {
    Object here = all;
    for (var name : path.split("\\.", -1)) {
      if (!(here instanceof Map<?, ?> map) || map.get(name) == null) {
        return null;
      }
      here = map.get(name);
    }
    return here;
  }

  private static Set<String> texts(String name, @Nullable Object value) {
    var texts = new ArrayList<String>();
    switch (value) {
      case null -> {}
      case String text -> texts.add(text);
      case List<?> list -> {
        for (var one : list) {
          if (!(one instanceof String text)) {
            throw refused("expected the claim '%s' to hold texts alone".formatted(name));
          }
          texts.add(text);
        }
      }
      default ->
          throw refused("expected the claim '%s' to be a text or a list of texts".formatted(name));
    }
    return new LinkedHashSet<>(texts);
  }

  private static boolean printable(String text) {
    return text.codePoints()
        .noneMatch(
            point ->
                Character.isISOControl(point)
                    || Character.getType(point) == Character.SURROGATE
                    || Character.getType(point) == Character.LINE_SEPARATOR
                    || Character.getType(point) == Character.PARAGRAPH_SEPARATOR);
  }

  /** A refusal that ends with why. */
  static RejectedException refused(String why) {
    return Rejection.unauthenticated("The token is not accepted: " + why + ".");
  }
}

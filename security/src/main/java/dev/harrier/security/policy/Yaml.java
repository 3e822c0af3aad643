package dev.harrier.security.policy;

import dev.harrier.spi.NearestName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One mapping of a YAML file with its place, read key by key. What is wrong goes to a list that all
 * mappings of a file share, so that it is told at once.
 */
final class Yaml {
  private final String place;
  private final Map<?, ?> entries;
  private final List<String> findings;
  private final Set<String> read = new TreeSet<>();

  private Yaml(String place, Map<?, ?> entries, List<String> findings) {
    this.place = place;
    this.entries = entries;
    this.findings = findings;
  }

  /** The mapping at a place; an empty one, with a finding, if it is none. */
  static Yaml of(String place, @Nullable Object value, List<String> findings) {
    if (value instanceof Map<?, ?> entries) {
      return new Yaml(place, entries, findings);
    }
    findings.add("%s: expected a mapping, found %s".formatted(place, shown(value)));
    return new Yaml(place, Map.of(), findings);
  }

  Optional<String> text(String key) {
    return value(key)
        .flatMap(
            value -> {
              if (value instanceof String text && !text.isBlank()) {
                return Optional.of(text);
              }
              wrong(key, "expected a text, found " + shown(value));
              return Optional.empty();
            });
  }

  String neededText(String key) {
    if (value(key).isEmpty()) {
      findings.add("%s: expected the key '%s', found none".formatted(place, key));
      return "";
    }
    return text(key).orElse("");
  }

  boolean truth(String key) {
    return value(key)
        .map(
            value -> {
              if (value instanceof Boolean truth) {
                return truth;
              }
              wrong(key, "expected true or false, found " + shown(value));
              return false;
            })
        .orElse(false);
  }

  /** A list of texts, or one text alone; empty if the key is not there. */
  List<String> texts(String key) {
    var texts = new ArrayList<String>();
    for (var value : list(key)) {
      if (value instanceof String text && !text.isBlank()) {
        texts.add(text);
      } else {
        wrong(key, "expected texts, found " + shown(value));
      }
    }
    return texts;
  }

  /**
   * The same where an empty list would say nothing: a template that lost its values must not widen
   * what it meant to narrow.
   */
  List<String> filledTexts(String key) {
    if (value(key).isPresent() && list(key).isEmpty()) {
      wrong(key, "expected at least one, found an empty list; leave the key out if you mean any");
    }
    return texts(key);
  }

  /** A text that stands for something. */
  <T> Optional<T> parsed(String key, Function<String, T> parser) {
    return text(key).flatMap(text -> parse(key, text, parser));
  }

  /** Texts that stand for something; those that do not are left out, with a finding each. */
  <T> List<T> allParsed(String key, Function<String, T> parser) {
    return filledTexts(key).stream().flatMap(text -> parse(key, text, parser).stream()).toList();
  }

  private <T> Optional<T> parse(String key, String text, Function<String, T> parser) {
    try {
      return Optional.of(parser.apply(text));
    } catch (RuntimeException wrong) {
      wrong(key, String.valueOf(wrong.getMessage()));
      return Optional.empty();
    }
  }

  Optional<Yaml> mapping(String key) {
    return value(key)
        .map(
            value -> {
              if (value instanceof Map<?, ?> entries && entries.isEmpty()) {
                wrong(key, "it is empty; leave the key out if you mean that");
              }
              return of(place + "." + key, value, findings);
            });
  }

  /** The mappings of a list; empty if the key is not there. */
  List<Yaml> mappings(String key) {
    var all = new ArrayList<Yaml>();
    for (var value : list(key)) {
      all.add(of("%s[%d]".formatted(dotted(key), all.size()), value, findings));
    }
    return all;
  }

  /** To be called when all keys that there may be were asked for: others are findings. */
  void noOthers() {
    for (var key : entries.keySet()) {
      var name = String.valueOf(key);
      if (!read.contains(name)) {
        findings.add(
            "%s: there is no key '%s'%s; there are %s"
                .formatted(
                    place,
                    name,
                    NearestName.of(name, read)
                        .map(near -> ", did you mean '%s'?".formatted(near))
                        .orElse(""),
                    read.stream().collect(Collectors.joining(", "))));
      }
    }
  }

  void wrong(String key, String what) {
    var finding = "%s: %s".formatted(dotted(key), what);
    // A key may be read twice.
    if (!findings.contains(finding)) {
      findings.add(finding);
    }
  }

  private List<?> list(String key) {
    return value(key)
        .<List<?>>map(value -> value instanceof List<?> list ? list : List.of(value))
        .orElse(List.of());
  }

  private Optional<Object> value(String key) {
    read.add(key);
    var value = entries.get(key);
    if (value == null && entries.containsKey(key)) {
      wrong(key, "it has no value; leave the key out if you mean that");
    }
    return Optional.ofNullable(value);
  }

  private String dotted(String key) {
    return place.isEmpty() ? key : place + "." + key;
  }

  private static String shown(@Nullable Object value) {
    return switch (value) {
      case null -> "nothing";
      case String text -> "'%s'".formatted(text);
      case Map<?, ?> mapping -> "a mapping";
      case List<?> list -> "a list";
      default -> String.valueOf(value);
    };
  }
}

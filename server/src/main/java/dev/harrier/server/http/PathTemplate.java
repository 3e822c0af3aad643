package dev.harrier.server.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A path of the annotations, e.g. {@code /api/v1/tasks/{id.project}/{id.domain}}: literals and
 * fields of one segment each, which is all that Flyte's services use.
 */
record PathTemplate(List<Segment> segments) {

  sealed interface Segment {}

  record Literal(String text) implements Segment {}

  record Field(String path) implements Segment {}

  PathTemplate {
    segments = List.copyOf(segments);
  }

  /**
   * Reads a template.
   *
   * @throws IllegalStateException on wildcards and verbs, which no served RPC uses
   */
  static PathTemplate parse(String template) {
    var segments = new ArrayList<Segment>();
    for (var part : template.substring(1).split("/", -1)) {
      if (part.startsWith("{") && part.endsWith("}")) {
        segments.add(new Field(part.substring(1, part.length() - 1)));
      } else {
        segments.add(new Literal(part));
      }
      if (part.contains("*") || part.contains("=")) {
        throw new IllegalStateException("path template with a wildcard: " + template);
      }
    }
    return new PathTemplate(segments);
  }

  /** The values of the fields if the path is one of this template's; {@code path} is decoded. */
  Optional<Map<String, String>> match(List<String> path) {
    if (path.size() != segments.size()) {
      return Optional.empty();
    }
    var values = new LinkedHashMap<String, String>();
    for (var i = 0; i < path.size(); i++) {
      switch (segments.get(i)) {
        case Literal literal -> {
          if (!literal.text().equals(path.get(i))) {
            return Optional.empty();
          }
        }
        case Field field -> {
          // An empty segment stands for nothing: '/tasks//development' is no path of ours.
          if (path.get(i).isEmpty()) {
            return Optional.empty();
          }
          values.put(field.path(), path.get(i));
        }
      }
    }
    return Optional.of(values);
  }

  /** Of two templates that match, the one with the longer row of literals at its start wins. */
  int leadingLiterals() {
    var count = 0;
    for (var segment : segments) {
      if (!(segment instanceof Literal)) {
        break;
      }
      count++;
    }
    return count;
  }
}

package dev.harrier.conformance.access;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The table of who may call what where, as the file {@code matrix.txt} has it. */
final class Matrix {
  /** The columns with cells, in order. */
  static final List<String> COLUMNS =
      List.of(
          "viewer",
          "data-viewer",
          "runner",
          "contributor",
          "project-admin",
          "cluster-manager",
          "platform-admin",
          "auditor",
          "task",
          "engine",
          "anonymous",
          "stranger");

  private static final String FILE = "matrix.txt";

  private Matrix() {}

  /**
   * A row.
   *
   * @param rpc short name of a method; with a kind in brackets for one of three kinds of attributes
   * @param needs all permissions that the call is asked for, by their words; {@code -} for none
   * @param on what they are asked on
   */
  record Row(String rpc, List<String> needs, On on) {
    /** The kind in brackets; else empty. */
    String kind() {
      var open = rpc.indexOf('[');
      return open < 0 ? "" : rpc.substring(open + 1, rpc.length() - 1);
    }

    /** The method alone. */
    String method() {
      var open = rpc.indexOf('[');
      return open < 0 ? rpc : rpc.substring(0, open);
    }
  }

  /** What a permission is asked on. */
  enum On {
    /** A project and domain. */
    DOMAIN,
    /** A project and domain; some may do it to what they made themselves alone. */
    MADE,
    /** A project in all of its domains. */
    PROJECT,
    /** Everything. */
    PLATFORM,
    /** A list over projects: the marks tell whether the caller sees rows there. */
    ROWS,
    /** A list over projects that has no rows yet. */
    NOTHING_YET,
    /** Whoever is known may. */
    KNOWN,
    /** Everybody may. */
    ANYBODY,
    /** Harrier serves it to nobody. */
    UNSERVED;

    String word() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }

  /** Works out a cell. */
  @FunctionalInterface
  interface Cells {
    /** Three marks: own domain, another domain of the own project, another project. */
    String of(Row row, String column);
  }

  /** The rows of the file, without their cells. */
  static List<Row> rows() {
    return lines().stream().map(Matrix::row).toList();
  }

  private static Row row(String line) {
    var columns = columns(line);
    return new Row(
        columns.get(0),
        columns.get(1).equals("-") ? List.of() : Arrays.asList(columns.get(1).split("\\+", -1)),
        On.valueOf(columns.get(2).toUpperCase(java.util.Locale.ROOT).replace('-', '_')));
  }

  /** The cell as the file has it. */
  static String written(Row row, String column) {
    return lines().stream()
        .filter(line -> row(line).equals(row))
        .map(line -> columns(line).get(3 + COLUMNS.indexOf(column)))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> lines() {
    return AccessWorld.World.resource(FILE)
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .toList();
  }

  private static List<String> columns(String line) {
    return Arrays.stream(line.split("\\|", -1)).map(String::strip).toList();
  }

  /** The lines of the table with other cells, laid out as the file is. */
  static String table(Cells cells) {
    return rows().stream()
        .map(
            row ->
                "%-52s | %-37s | %-11s | %s"
                    .formatted(
                        row.rpc(),
                        row.needs().isEmpty() ? "-" : String.join("+", row.needs()),
                        row.on().word(),
                        COLUMNS.stream()
                            .map(
                                column -> pad(cells.of(row, column), Math.min(column.length(), 11)))
                            .collect(Collectors.joining(" | "))))
        .map(String::stripTrailing)
        .collect(Collectors.joining("\n"));
  }

  private static String pad(String cell, int width) {
    return cell + " ".repeat(Math.max(0, width - cell.length()));
  }

  /** Lines of the file that differ from those found, each with its counterpart; empty if none. */
  static String difference(String found) {
    var byRpc = new TreeMap<String, String>();
    found.lines().forEach(line -> byRpc.put(columns(line).getFirst(), line));
    var changed = new ArrayList<String>();
    for (var line : lines()) {
      var other = byRpc.get(columns(line).getFirst());
      if (!columns(line).equals(columns(String.valueOf(other)))) {
        changed.add("  file:  " + line);
        changed.add("  found: " + other);
      }
    }
    return changed.isEmpty() ? "" : FILE + " says otherwise:\n" + String.join("\n", changed);
  }
}

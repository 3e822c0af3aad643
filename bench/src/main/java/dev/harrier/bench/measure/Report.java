package dev.harrier.bench.measure;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The figures of one run, as a table for people and as JSON for programs. */
public final class Report {
  private final PrintStream progress;
  private final List<Entry> entries = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final Instant begun = Instant.now();

  private record Entry(Figure figure, double loadAverage) {}

  /**
   * An empty report.
   *
   * @param progress is told each figure when it is there
   */
  public Report(PrintStream progress) {
    this.progress = progress;
  }

  /** Adds a figure that was measured just now. */
  public void add(Figure figure) {
    entries.add(new Entry(figure, Machine.loadAverage()));
    progress.printf(
        Locale.ROOT, "  %s: %s %s%n", figure.name(), number(figure.median()), figure.unit());
  }

  /** Adds a sentence that belongs to the whole run. */
  public void note(String sentence) {
    notes.add(sentence);
    progress.println("  " + sentence);
  }

  /** All figures so far. */
  public List<Figure> figures() {
    return entries.stream().map(Entry::figure).toList();
  }

  /** The table, in Markdown. */
  public String table() {
    var rows = new ArrayList<List<String>>();
    rows.add(
        List.of(
            "what", "unit", "median", "min to max", "bar", "of the bar", "to reference", "load"));
    for (var entry : entries) {
      rows.add(row(entry));
    }
    var text = new StringBuilder();
    text.append(Machine.description()).append("; ").append(begun).append("\n\n");
    for (var number = 0; number < rows.size(); number++) {
      text.append(line(rows, rows.get(number))).append('\n');
      if (number == 0) {
        text.append("|---".repeat(rows.getFirst().size())).append("|\n");
      }
    }
    text.append('\n');
    for (var entry : entries) {
      if (!entry.figure().remark().isEmpty()) {
        text.append("- %s: %s%n".formatted(entry.figure().name(), entry.figure().remark()));
      }
    }
    notes.forEach(note -> text.append("- ").append(note).append('\n'));
    return text.toString();
  }

  private static List<String> row(Entry entry) {
    var figure = entry.figure();
    return List.of(
        figure.name(),
        figure.unit(),
        number(figure.median()),
        figure.rounds().size() == 1
            ? "one round"
            : number(figure.min()) + " to " + number(figure.max()),
        figure
            .bar()
            .map(bar -> (bar.lowerIsBetter() ? "<= " : ">= ") + number(bar.value()))
            .orElse(""),
        figure.bar().map(bar -> number(bar.reachedBy(figure.median()))).orElse(""),
        figure
            .reference()
            .map(
                reference ->
                    "%s of %s (%s)"
                        .formatted(
                            number(figure.median() / reference.value()),
                            reference.name(),
                            number(reference.value())))
            .orElse(""),
        number(entry.loadAverage()));
  }

  private static String line(List<List<String>> rows, List<String> row) {
    var cells = new ArrayList<String>();
    for (var column = 0; column < row.size(); column++) {
      var place = column;
      var width = rows.stream().mapToInt(one -> one.get(place).length()).max().orElse(1);
      cells.add(" " + row.get(column) + " ".repeat(width - row.get(column).length()) + " ");
    }
    return cells.stream().collect(Collectors.joining("|", "|", "|"));
  }

  /** Three digits that count; thousands apart. */
  private static String number(double value) {
    var size = Math.abs(value);
    var pattern = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : size >= 0.1 ? "%.2f" : "%.3g";
    return value == 0 ? "0" : String.format(Locale.ROOT, pattern, value);
  }

  /** Everything, raw numbers included. */
  public JsonObject json() {
    var json = new JsonObject();
    json.addProperty("begun", begun.toString());
    json.addProperty("machine", Machine.description());
    var figures = new JsonArray();
    entries.forEach(entry -> figures.add(json(entry)));
    json.add("figures", figures);
    var sentences = new JsonArray();
    notes.forEach(sentences::add);
    json.add("notes", sentences);
    return json;
  }

  private static JsonObject json(Entry entry) {
    var figure = entry.figure();
    var json = new JsonObject();
    json.addProperty("section", figure.section());
    json.addProperty("name", figure.name());
    json.addProperty("unit", figure.unit());
    json.addProperty("median", figure.median());
    json.addProperty("min", figure.min());
    json.addProperty("max", figure.max());
    var rounds = new JsonArray();
    figure.rounds().forEach(rounds::add);
    json.add("rounds", rounds);
    figure
        .bar()
        .ifPresent(
            bar -> {
              json.addProperty("bar", bar.value());
              json.addProperty("lowerIsBetter", bar.lowerIsBetter());
              json.addProperty("reached", bar.reachedBy(figure.median()));
            });
    figure
        .reference()
        .ifPresent(
            reference -> {
              json.addProperty("reference", reference.name());
              json.addProperty("referenceValue", reference.value());
              json.addProperty("ratio", figure.median() / reference.value());
            });
    json.addProperty("remark", figure.remark());
    json.addProperty("loadAverage", entry.loadAverage());
    return json;
  }

  /** Writes the JSON. */
  public void write(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().resolveSibling("."));
    Files.writeString(
        file,
        new GsonBuilder().setPrettyPrinting().create().toJson(json()) + System.lineSeparator());
  }
}

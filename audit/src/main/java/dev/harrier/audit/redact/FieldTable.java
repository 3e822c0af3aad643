package dev.harrier.audit.redact;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Descriptors.FieldDescriptor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The decision about each field, by its full name; what it does not name is dropped. */
public final class FieldTable {
  private static final String FILE = "fields.txt";

  private final Map<String, Decision> decisions;

  private FieldTable(Map<String, Decision> decisions) {
    this.decisions = Map.copyOf(decisions);
  }

  /** The table of this release. */
  public static FieldTable load() {
    var stream = FieldTable.class.getResourceAsStream(FILE);
    if (stream == null) {
      throw new IllegalStateException("a program without its table of fields " + FILE);
    }
    var decisions = new HashMap<String, Decision>();
    try (var lines = new BufferedReader(new InputStreamReader(stream, UTF_8))) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank() && !line.startsWith("#")) {
          var words = line.split(" ", 2);
          if (decisions.put(words[1].strip(), Decision.valueOf(words[0].toUpperCase(Locale.ROOT)))
              != null) {
            throw new IllegalStateException("two decisions about " + words[1]);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new FieldTable(decisions);
  }

  /** What becomes of a field. */
  Decision decision(FieldDescriptor field) {
    return find(field).orElse(Decision.DROP);
  }

  /** The decision about a field, if the table has one. */
  public Optional<Decision> find(FieldDescriptor field) {
    return Optional.ofNullable(decisions.get(field.getFullName()));
  }

  /** How many fields have one. */
  int size() {
    return decisions.size();
  }
}

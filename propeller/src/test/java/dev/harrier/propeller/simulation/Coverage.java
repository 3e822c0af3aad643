package dev.harrier.propeller.simulation;

import dev.harrier.propeller.decide.Input;
import dev.harrier.spi.Command;
import dev.harrier.spi.ExecutionRecord;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which rule met which event in which phase: a simulation that never reaches a pair proves nothing
 * about it.
 */
public final class Coverage {
  private final TreeMap<String, Integer> pairs = new TreeMap<>();

  void reached(SimulatedAdmin admin, Input input) {
    var record = admin.record(input.execution());
    switch (input) {
      case Input.Asked asked -> asked(record, asked.command().command());
      case Input.Seen seen -> {
        var observation = seen.observation();
        node(record, observation.attempt().node().path(), observation.getClass().getSimpleName());
      }
      case Input.Fired fired -> {
        // Timers come up inside the loop; see the retry and timeout outcomes.
      }
      case Input.Resumed resumed -> count("EXECUTION", "Resumed", record.row().phase().name());
      case Input.Forgotten forgotten -> node(record, forgotten.nodePath(), "Forgotten");
    }
  }

  private void asked(ExecutionRecord record, Command command) {
    var name = command.getClass().getSimpleName();
    switch (command) {
      case Command.ChildLaunched launched -> node(record, launched.nodePath(), name);
      case Command.ChildRefused refused -> node(record, refused.nodePath(), name);
      case Command.ChildEnded ended -> node(record, ended.nodePath(), name + ended.phase());
      case Command.Create create -> count("EXECUTION", name, record.row().phase().name());
      case Command.Abort abort -> count("EXECUTION", name, record.row().phase().name());
      case Command.Continue again -> count("EXECUTION", name, record.row().phase().name());
    }
  }

  private void node(ExecutionRecord record, String path, String event) {
    record.nodes().stream()
        .filter(node -> node.path().equals(path))
        .forEach(node -> count(node.kind().name(), event, node.phase().name()));
  }

  private void count(String rule, String event, String phase) {
    pairs.merge(rule + " x " + event + " in " + phase, 1, Integer::sum);
  }

  /** Pairs of rule and event, without the phase. */
  public Set<String> ruleAndEvent() {
    var set = new TreeSet<String>();
    pairs.keySet().forEach(pair -> set.add(pair.substring(0, pair.indexOf(" in "))));
    return set;
  }

  @Override
  public String toString() {
    var text = new StringBuilder();
    pairs.forEach((pair, count) -> text.append("%9d  %s%n".formatted(count, pair)));
    return text.toString();
  }
}

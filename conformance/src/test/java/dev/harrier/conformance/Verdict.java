package dev.harrier.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;

/** What the ledger and the API say together. */
final class Verdict {
  private final String where;
  private final List<Ledger.Line> lines;
  private final ArrayList<String> wrong = new ArrayList<>();

  Verdict(String where, List<Ledger.Line> lines) {
    this.where = where;
    this.lines = lines;
  }

  /** Every execution ended as it would have if nobody had been killed. */
  Verdict allRight(List<JsonObject> told) {
    if (told.isEmpty()) {
      wrong.add("no execution ended");
    }
    for (var one : told) {
      if (!Json.text(one, "phase").equals("SUCCEEDED")
          || !Json.text(one, "output").equals(Json.text(one, "expected"))) {
        wrong.add("ended otherwise: " + one);
      }
    }
    return this;
  }

  /** No attempt began twice, and none that ended well was followed by another. */
  Verdict eachAttemptOnce() {
    var begun = new HashSet<Ledger.Attempt>();
    for (var line : lines) {
      if (line.what().equals("begin") && !begun.add(line.of())) {
        wrong.add("began twice: " + line.of());
      }
    }
    return this;
  }

  /** Every attempt that began is an attempt that the API shows, and none ran for nothing. */
  Verdict noAttemptWasLost(List<JsonObject> told, Executions executions) {
    var ends = new HashMap<String, Integer>();
    for (var line : lines) {
      if (line.what().equals("end")) {
        ends.merge(line.execution() + " " + line.step(), 1, Integer::sum);
      }
    }
    ends.forEach(
        (step, times) -> {
          if (times != 1) {
            wrong.add("%s ended well %s times".formatted(step, times));
          }
        });
    for (var one : told) {
      var run = executions.run(Json.text(one, "name"));
      var shown = shown(run, run.nodes());
      var begun =
          lines.stream()
              .filter(line -> line.what().equals("begin"))
              .filter(line -> line.execution().equals(run.name()))
              .count();
      if (shown != begun) {
        wrong.add(
            "%s: the API shows %s attempts, the ledger %s".formatted(run.name(), shown, begun));
      }
    }
    return this;
  }

  /** The kills hit something: an attempt began before one of them and ended after it. */
  Verdict someAttemptLivedThrough(List<Long> kills) {
    var begun = new HashMap<Ledger.Attempt, Long>();
    var lived = 0;
    for (var line : lines) {
      if (line.what().equals("begin")) {
        begun.put(line.of(), line.nanos());
      } else {
        var since = begun.getOrDefault(line.of(), line.nanos());
        lived += kills.stream().anyMatch(kill -> since < kill && kill < line.nanos()) ? 1 : 0;
      }
    }
    if (lived == 0) {
      wrong.add("no attempt ran while something was killed, so nothing was shown");
    }
    return this;
  }

  /** The kills hit something: an attempt neither ended nor failed, and another followed it. */
  Verdict someAttemptWasReplaced() {
    var told = new HashSet<Ledger.Attempt>();
    lines.stream()
        .filter(line -> !line.what().equals("begin"))
        .forEach(line -> told.add(line.of()));
    var begun = new HashSet<Ledger.Attempt>();
    lines.stream()
        .filter(line -> line.what().equals("begin"))
        .forEach(line -> begun.add(line.of()));
    var replaced =
        begun.stream()
            .filter(one -> !told.contains(one))
            .map(one -> new Ledger.Attempt(one.execution(), one.step(), one.number() + 1))
            .filter(begun::contains)
            .count();
    if (replaced == 0) {
      wrong.add("no attempt was killed and replaced, so nothing was shown");
    }
    return this;
  }

  void throwIfAny() {
    assertThat(wrong).as(where).isEmpty();
  }

  // Subworkflows included.
  private static long shown(Run run, List<JsonObject> nodes) {
    long all = 0;
    for (var node : nodes) {
      var id = Run.nodeId(node);
      var parent = node.getAsJsonObject("metadata").get("is_parent_node");
      all +=
          parent != null && parent.getAsBoolean()
              ? shown(run, run.nodesWithin(id))
              : run.attempts(id).size();
    }
    return all;
  }
}

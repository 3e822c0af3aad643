package dev.harrier.conformance.access;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What callers may reach without any right, as the file {@code reach.txt} says.
 *
 * @param who the sort of caller
 * @param kind {@code rpc} or {@code page}
 * @param what a method's full name, or a route
 */
record Reach(String who, String kind, String what) {
  static List<Reach> all() {
    return AccessWorld.World.resource("reach.txt")
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(Reach::read)
        .toList();
  }

  private static Reach read(String line) {
    var columns = line.split("\\|", -1);
    var what = columns[1].strip().split("\\s+", 2);
    return new Reach(columns[0].strip(), what[0], what[1]);
  }

  /** What one sort of caller reaches. */
  static Set<String> of(String who, String kind) {
    return all().stream()
        .filter(one -> one.who.equals(who) && one.kind.equals(kind))
        .map(Reach::what)
        .collect(Collectors.toUnmodifiableSet());
  }
}

package dev.harrier.compiler;

import flyteidl.core.Compiler.ConnectionSet;
import flyteidl.core.Compiler.ConnectionSet.IdList;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The nodes of one workflow and which waits for which.
 *
 * <p>Walks keep their own stack: a chain of thousands of nodes is an ordinary workflow.
 */
final class Graph {
  private final Map<String, NodeDraft> nodes = new LinkedHashMap<>();
  private final Map<String, SortedSet<String>> upstream = new TreeMap<>();
  private final Map<String, SortedSet<String>> downstream = new TreeMap<>();

  /**
   * Edges that only the search for cycles sees: from a node to the branch that holds a consumer of
   * it. The branch as a whole has no such connection in a closed workflow, but it cannot end before
   * that node does.
   */
  private final Map<String, SortedSet<String>> hidden = new TreeMap<>();

  /** Adds the node unless there is one with its id. */
  boolean add(NodeDraft node) {
    return nodes.putIfAbsent(node.id(), node) == null;
  }

  Optional<NodeDraft> node(String id) {
    return Optional.ofNullable(nodes.get(id));
  }

  /** All nodes outside of branches in the order in which they were added. */
  Collection<NodeDraft> nodes() {
    return nodes.values();
  }

  boolean hasUpstream(String id) {
    return upstream.containsKey(id);
  }

  boolean hasDownstream(String id) {
    return downstream.containsKey(id);
  }

  void connect(String from, String to) {
    downstream.computeIfAbsent(from, id -> new TreeSet<>()).add(to);
    connectUpstreamOnly(from, to);
  }

  /**
   * For nodes that the engine starts by other means than their upstream's end: in branches, and on
   * failure.
   */
  void connectUpstreamOnly(String from, String to) {
    upstream.computeIfAbsent(to, id -> new TreeSet<>()).add(from);
  }

  void connectHidden(String from, String to) {
    hidden.computeIfAbsent(from, id -> new TreeSet<>()).add(to);
  }

  ConnectionSet connections() {
    ConnectionSet.Builder connections = ConnectionSet.newBuilder();
    downstream.forEach((id, ids) -> connections.putDownstream(id, list(ids)));
    upstream.forEach((id, ids) -> connections.putUpstream(id, list(ids)));
    return connections.build();
  }

  private static IdList list(Collection<String> ids) {
    return IdList.newBuilder().addAllIds(ids).build();
  }

  /** The nodes that no path from the start node leads to, ordered by id. */
  SortedSet<String> unreachable() {
    Set<String> seen = new HashSet<>(Set.of(WorkflowCompiler.START_NODE_ID));
    Deque<String> open = new ArrayDeque<>(seen);
    while (!open.isEmpty()) {
      for (String next : downstream.getOrDefault(open.remove(), new TreeSet<>())) {
        if (seen.add(next)) {
          open.add(next);
        }
      }
    }
    SortedSet<String> missed = new TreeSet<>(nodes.keySet());
    missed.removeAll(seen);
    missed.remove(WorkflowCompiler.END_NODE_ID);
    return missed;
  }

  /**
   * The first cycle found when walking from the given node, neighbours in the order of their ids.
   *
   * @return the path to the cycle and once around it, so the last id occurs twice; nothing if there
   *     is no cycle
   */
  Optional<List<String>> cycleFrom(String start) {
    return cycleFrom(start, new HashMap<>());
  }

  /** The first cycle reached from any of the nodes, taken in their order. */
  Optional<List<String>> cycleAmong(Collection<String> starts) {
    Map<String, Boolean> left = new HashMap<>();
    for (String start : starts) {
      if (!left.containsKey(start)) {
        Optional<List<String>> cycle = cycleFrom(start, left);
        if (cycle.isPresent()) {
          return cycle;
        }
      }
    }
    return Optional.empty();
  }

  /**
   * @param left the nodes seen so far: true once all behind them is known to be free of cycles,
   *     false while they are on the path
   */
  private Optional<List<String>> cycleFrom(String start, Map<String, Boolean> left) {
    List<String> path = new ArrayList<>();
    Deque<Iterator<String>> rest = new ArrayDeque<>();
    path.add(start);
    left.put(start, false);
    rest.push(neighbours(start));
    while (!path.isEmpty()) {
      Iterator<String> neighbours = rest.element();
      if (!neighbours.hasNext()) {
        rest.pop();
        left.put(path.removeLast(), true);
        continue;
      }
      String next = neighbours.next();
      Boolean done = left.get(next);
      if (done == null) {
        path.add(next);
        left.put(next, false);
        rest.push(neighbours(next));
      } else if (!done) {
        path.add(next);
        return Optional.of(List.copyOf(path));
      }
    }
    return Optional.empty();
  }

  private Iterator<String> neighbours(String id) {
    SortedSet<String> all = new TreeSet<>(downstream.getOrDefault(id, new TreeSet<>()));
    all.addAll(hidden.getOrDefault(id, new TreeSet<>()));
    return all.iterator();
  }
}

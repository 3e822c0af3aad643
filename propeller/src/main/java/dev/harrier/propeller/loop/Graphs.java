package dev.harrier.propeller.loop;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.harrier.propeller.graph.ExecutionGraph;
import dev.harrier.spi.Journal;

/** Compiled graphs, shared by all executions of a workflow and bounded by weight. */
public final class Graphs {
  /** Bytes of compiled closures whose graphs are kept. */
  static final long WEIGHT_MAX_BYTES = 64L * 1024 * 1024;

  private final Journal journal;
  private final Cache<String, Weighed> cache;

  public Graphs(Journal journal) {
    this.journal = journal;
    this.cache =
        Caffeine.newBuilder()
            .maximumWeight(WEIGHT_MAX_BYTES)
            .weigher((String digest, Weighed graph) -> graph.sizeBytes)
            .build();
  }

  /** The graph of that digest; read from the journal if it is not at hand. */
  ExecutionGraph get(String digest) {
    var known = cache.getIfPresent(digest);
    if (known != null) {
      return known.graph;
    }
    var closure = journal.closure(digest);
    var weighed = new Weighed(ExecutionGraph.of(closure), closure.getSerializedSize());
    cache.put(digest, weighed);
    return weighed.graph;
  }

  private record Weighed(ExecutionGraph graph, int sizeBytes) {}
}

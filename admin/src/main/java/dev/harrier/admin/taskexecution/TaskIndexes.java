package dev.harrier.admin.taskexecution;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.harrier.admin.workflow.ClosureStore;
import java.sql.Connection;
import java.sql.SQLException;

/** The indexes of the graphs that were asked for last. A graph never changes under its digest. */
final class TaskIndexes {
  /** Nodes of all indexes kept, together; some 100 bytes each. */
  private static final long NODES_MAX = 200_000;

  private final Cache<String, TaskIndex> indexes =
      Caffeine.newBuilder()
          .maximumWeight(NODES_MAX)
          .weigher((String digest, TaskIndex index) -> index.nodes() + 1)
          .build();

  /** The index of the graph of that digest, which an execution names. */
  TaskIndex of(Connection connection, String digest) throws SQLException {
    var known = indexes.getIfPresent(digest);
    if (known != null) {
      return known;
    }
    // Two callers may read the same graph at once; holding one back would hold its connection too.
    var index =
        TaskIndex.of(
            ClosureStore.find(connection, digest)
                .orElseThrow(
                    () -> new IllegalStateException("no compiled graph has the digest " + digest)));
    indexes.put(digest, index);
    return index;
  }
}

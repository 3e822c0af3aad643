package dev.harrier.admin.child;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.harrier.admin.query.Bind;
import dev.harrier.admin.query.Sql;
import dev.harrier.admin.workflow.ClosureStore;
import dev.harrier.compiler.NodeTree;
import dev.harrier.database.Rows;
import dev.harrier.spi.ExecutionRef;
import flyteidl.core.Compiler.CompiledWorkflow;
import flyteidl.core.Compiler.CompiledWorkflowClosure;
import flyteidl.core.IdentifierOuterClass.Identifier;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The launch plans that an execution's compiled graph names. Whoever asks for a child may be a
 * propeller that was broken into, and a child runs in the name of its parent's principal: it must
 * be one that the workflow's author wrote down, and that was looked at when it was registered.
 */
final class NamedPlans {
  private static final int REMEMBERED_MAX = 1_000;

  /** By the graph's digest, under which it never changes. */
  private final Cache<String, Set<Identifier>> found =
      Caffeine.newBuilder().maximumSize(REMEMBERED_MAX).build();

  /** Whether one of the parent's nodes, or of its subworkflows', is of that launch plan. */
  boolean names(Connection connection, ExecutionRef parent, Identifier plan) throws SQLException {
    var digest =
        Sql.first(
                connection,
                "SELECT closure_digest FROM execution WHERE key = ?",
                row -> Rows.text(row, "closure_digest"),
                Bind.number(parent.key()))
            .orElseThrow(() -> new IllegalStateException("%s: no row".formatted(parent)));
    var named = found.getIfPresent(digest);
    if (named == null) {
      named =
          ClosureStore.find(connection, digest)
              .map(NamedPlans::of)
              .orElseThrow(() -> new IllegalStateException("closure %s: none".formatted(digest)));
      found.put(digest, named);
    }
    return named.contains(plan);
  }

  private static Set<Identifier> of(CompiledWorkflowClosure closure) {
    var all = new HashSet<Identifier>();
    Stream.concat(Stream.of(closure.getPrimary()), closure.getSubWorkflowsList().stream())
        .map(CompiledWorkflow::getTemplate)
        .forEach(
            workflow ->
                NodeTree.forEach(
                    workflow,
                    node -> {
                      if (node.getWorkflowNode().hasLaunchplanRef()) {
                        all.add(node.getWorkflowNode().getLaunchplanRef());
                      }
                    }));
    return Set.copyOf(all);
  }
}

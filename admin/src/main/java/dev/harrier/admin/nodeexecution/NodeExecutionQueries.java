package dev.harrier.admin.nodeexecution;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.query.ListQuery;
import dev.harrier.admin.query.ListRequest;
import dev.harrier.admin.query.Page;
import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import dev.harrier.spi.BlobKey;
import dev.harrier.spi.BlobStore;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.NodeId;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import flyteidl.admin.NodeExecutionOuterClass.NodeExecution;
import flyteidl.core.Compiler.CompiledWorkflowClosure;
import java.util.List;
import java.util.Optional;

/** Reads nodes of executions. */
public final class NodeExecutionQueries {
  private final NodeExecutionStore store;
  private final Access access;
  private final BlobStore blobs;
  private final Decks decks;
  private final WholeLiterals literals;

  public NodeExecutionQueries(NodeExecutionStore store, Access access, BlobStore blobs) {
    this.store = requireNonNull(store, "store");
    this.access = requireNonNull(access, "access");
    this.blobs = requireNonNull(blobs, "blobs");
    this.decks = new Decks(blobs);
    this.literals = new WholeLiterals(blobs);
  }

  /**
   * One node, with the place of its deck.
   *
   * @throws RejectedException NOT_FOUND if there is none
   */
  NodeExecution get(Caller caller, NodeId id) {
    access.require(caller, Permission.EXECUTION_READ, Scope.of(id.execution()));
    var found = store.find(id).orElseThrow(() -> NodeExecutionIds.missing(id));
    var deck = found.attempt().flatMap(decks::find);
    if (deck.isEmpty()) {
      return found.message();
    }
    var message = found.message().toBuilder();
    message.getClosureBuilder().setDeckUri(blobs.uri(deck.get()));
    return message.build();
  }

  /**
   * Nodes of one execution, the oldest first unless told otherwise.
   *
   * @param parent path of the node that contains them; empty for those at the top
   * @throws RejectedException NOT_FOUND if there is no such parent. An execution that is not there
   *     has no nodes, as in Flyte.
   */
  Page<NodeExecution> list(
      Caller caller, ExecutionId execution, String parent, ListRequest request) {
    access.require(caller, Permission.EXECUTION_READ, Scope.of(execution));
    var page = store.list(execution, parent, ListQuery.of(NodeExecutionStore.SOURCE, request));
    if (page.rows().isEmpty() && !parent.isEmpty()) {
      var node = new NodeId(execution, parent);
      if (!store.exists(node)) {
        throw NodeExecutionIds.missing(node);
      }
    }
    return new Page<>(
        page.rows().stream().map(NodeExecutionView.Shown::message).toList(), page.token());
  }

  /**
   * Nodes that a task execution made by itself. No task of this engine does: nodes that stand for
   * many are parents of their nodes.
   */
  Page<NodeExecution> listForTask(Caller caller, NodeId node, ListRequest request) {
    access.require(caller, Permission.EXECUTION_READ, Scope.of(node.execution()));
    var unused = ListQuery.of(NodeExecutionStore.SOURCE, request);
    if (!store.exists(node)) {
      throw NodeExecutionIds.missing(node);
    }
    return new Page<>(List.of(), "");
  }

  /**
   * What a node took and gave.
   *
   * @param literals whole as far as it fits into an answer
   * @param deck of the current attempt
   */
  public record NodeData(WholeLiterals.Data literals, Optional<BlobKey> deck) {
    public NodeData {
      requireNonNull(literals, "literals");
      requireNonNull(deck, "deck");
    }
  }

  /**
   * What a node took and gave.
   *
   * @throws RejectedException NOT_FOUND if there is no such node
   */
  public NodeData data(Caller caller, NodeId id) {
    access.require(caller, Permission.EXECUTION_READ_DATA, Scope.of(id.execution()));
    var stored = store.data(id).orElseThrow(() -> NodeExecutionIds.missing(id));
    return new NodeData(literals.of(id, stored.literals()), stored.attempt().flatMap(decks::find));
  }

  /**
   * The deck of a node's current attempt.
   *
   * @throws RejectedException NOT_FOUND if there is no such node, or it has none
   */
  public BlobKey deck(Caller caller, NodeId id) {
    access.require(caller, Permission.EXECUTION_READ_DATA, Scope.of(id.execution()));
    var found = store.find(id).orElseThrow(() -> NodeExecutionIds.missing(id));
    return found
        .attempt()
        .flatMap(decks::find)
        .orElseThrow(
            () ->
                Rejection.notFound(
                    "no deck found for the node execution %s/%s: its task has published none",
                    id.execution(), id.path()));
  }

  /**
   * The workflow that a dynamic task made. The engine of this release runs no such task, so no node
   * has one.
   *
   * @throws RejectedException NOT_FOUND if there is no such node
   */
  Optional<CompiledWorkflowClosure> dynamicWorkflow(Caller caller, NodeId id) {
    access.require(caller, Permission.EXECUTION_READ, Scope.of(id.execution()));
    if (!store.exists(id)) {
      throw NodeExecutionIds.missing(id);
    }
    return Optional.empty();
  }
}

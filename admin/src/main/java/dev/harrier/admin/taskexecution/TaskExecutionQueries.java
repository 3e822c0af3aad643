package dev.harrier.admin.taskexecution;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.nodeexecution.Decks;
import dev.harrier.admin.nodeexecution.WholeLiterals;
import dev.harrier.admin.query.ListQuery;
import dev.harrier.admin.query.ListRequest;
import dev.harrier.admin.query.Page;
import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import dev.harrier.spi.AttemptId;
import dev.harrier.spi.BlobKey;
import dev.harrier.spi.BlobStore;
import dev.harrier.spi.NodeId;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import flyteidl.admin.TaskExecutionOuterClass.TaskExecution;
import java.util.Optional;

/**
 * Reads attempts of tasks. Access is decided on the execution that an attempt belongs to: its task
 * may be another project's.
 */
public final class TaskExecutionQueries {
  private final TaskExecutionStore store;
  private final Access access;
  private final Decks decks;
  private final WholeLiterals literals;

  public TaskExecutionQueries(TaskExecutionStore store, Access access, BlobStore blobs) {
    this.store = requireNonNull(store, "store");
    this.access = requireNonNull(access, "access");
    this.decks = new Decks(blobs);
    this.literals = new WholeLiterals(blobs);
  }

  /**
   * One attempt.
   *
   * @throws RejectedException NOT_FOUND if there is none
   */
  TaskExecution get(Caller caller, TaskExecutionIds.Asked asked) {
    access.require(caller, Permission.EXECUTION_READ, Scope.of(asked.node().execution()));
    return store.find(asked).orElseThrow(asked::missing);
  }

  /**
   * Attempts of one node, the first one first unless told otherwise. A node that is not there, or
   * that runs no task, has none, as in Flyte.
   */
  Page<TaskExecution> list(Caller caller, NodeId node, ListRequest request) {
    access.require(caller, Permission.EXECUTION_READ, Scope.of(node.execution()));
    return store.list(node, ListQuery.of(TaskExecutionStore.SOURCE, request));
  }

  /** What an attempt took and gave, whole as far as it fits into an answer. */
  WholeLiterals.Data data(Caller caller, TaskExecutionIds.Asked asked) {
    access.require(caller, Permission.EXECUTION_READ_DATA, Scope.of(asked.node().execution()));
    return literals.of(asked.node(), store.data(asked).orElseThrow(asked::missing));
  }

  /**
   * What the attempt of that number took and gave, whatever task the node runs.
   *
   * @throws RejectedException NOT_FOUND if there is none
   */
  public WholeLiterals.Data data(Caller caller, NodeId node, int number) {
    return data(caller, new TaskExecutionIds.Asked(node, Optional.empty(), number));
  }

  /**
   * The deck of an attempt.
   *
   * @throws RejectedException NOT_FOUND if there is no such attempt, or it has none
   */
  public BlobKey deck(Caller caller, AttemptId attempt) {
    var asked = new TaskExecutionIds.Asked(attempt.node(), Optional.empty(), attempt.number());
    access.require(caller, Permission.EXECUTION_READ_DATA, Scope.of(attempt.node().execution()));
    if (store.data(asked).isEmpty()) {
      throw asked.missing();
    }
    return decks
        .find(attempt)
        .orElseThrow(
            () ->
                Rejection.notFound(
                    "no deck found for attempt %s of the node execution %s/%s: its task has"
                        + " published none",
                    attempt.number(), attempt.node().execution(), attempt.node().path()));
  }
}

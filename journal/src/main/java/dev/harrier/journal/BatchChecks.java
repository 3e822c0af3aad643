package dev.harrier.journal;

import dev.harrier.spi.Batch;
import dev.harrier.spi.Command;
import dev.harrier.spi.ExecutionRef;
import dev.harrier.spi.Rejection;
import dev.harrier.spi.Wire;
import java.util.HashSet;

/**
 * What can be told of a batch without a look at rows: whether each change is of the shard whose
 * lease it comes under, is inserted as a beginning, and speaks for its own execution alone.
 */
final class BatchChecks {
  private BatchChecks() {}

  /**
   * Returns if all is well.
   *
   * @throws dev.harrier.spi.RejectedException FAILED_PRECONDITION that names what is not
   */
  static void require(Batch batch, int shardCount) {
    var seen = new HashSet<Integer>();
    for (var part : batch.parts()) {
      var shard = part.lease().shard();
      if (!seen.add(shard)) {
        throw Rejection.failedPrecondition("batch: shard %s has two parts", shard);
      }
      for (var change : part.executions()) {
        var ref = change.ref();
        if (ref.shard() != shard || ref.id().shard(shardCount) != shard) {
          throw Rejection.failedPrecondition(
              "execution %s: expected one of shard %s, whose lease it comes under, found one of %s",
              ref, shard, ref.id().shard(shardCount));
        }
        inserted(change);
        change.posted().forEach(posted -> posted(ref, posted));
        children(change);
      }
    }
  }

  private static void inserted(Batch.ExecutionChange change) {
    var nodes = change.insertedNodes().stream().allMatch(row -> row.revision() == 1);
    var attempts = change.insertedAttempts().stream().allMatch(row -> row.revision() == 1);
    if (!nodes || !attempts) {
      throw Rejection.failedPrecondition(
          "execution %s: expected new rows of revision 1, found others", change.ref());
    }
  }

  /** To itself an execution says that it goes on; to its parent that it ended; to a child, end. */
  private static void posted(ExecutionRef from, Batch.Posted posted) {
    var self = posted.to().equals(from.id());
    var allowed =
        switch (posted.command()) {
          case Command.Continue again -> self;
          case Command.Abort abort -> !self;
          case Command.ChildEnded ended ->
              !self && ended.child().equals(from.id()) && ended.phase().terminal();
          case Command.Create create -> false;
          case Command.ChildLaunched launched -> false;
          case Command.ChildRefused refused -> false;
        };
    if (!allowed) {
      throw Rejection.failedPrecondition(
          "execution %s: may not tell %s '%s'",
          from, posted.to(), posted.command().getClass().getSimpleName());
    }
  }

  private static void children(Batch.ExecutionChange change) {
    for (var request : change.children()) {
      if (!Wire.executionId(request.getChild()).scope().equals(change.ref().id().scope())) {
        throw Rejection.failedPrecondition(
            "execution %s: expected a child in its own project and domain, found another",
            change.ref());
      }
    }
  }
}

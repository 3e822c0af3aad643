package dev.harrier.admin.nodeexecution;

import static java.util.Objects.requireNonNull;

import dev.harrier.spi.BlobStore;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.LiteralPaths.NoValueException;
import dev.harrier.spi.NodeId;
import dev.harrier.spi.OffloadedLiterals;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.StoreUnavailableException;
import flyteidl.core.Literals.Literal;
import flyteidl.core.Literals.LiteralMap;
import java.io.IOException;
import java.util.Optional;

/**
 * Inputs and outputs as an answer shows them: large literals, which rows hold as references, are
 * put back as far as the answer has room.
 */
public final class WholeLiterals {
  /** flytekit 1.16 takes answers of 20 MiB; the last one is for all that is not a literal. */
  static final long BYTES_MAX = 19L << 20;

  private final OffloadedLiterals offloaded;

  public WholeLiterals(BlobStore blobs) {
    this.offloaded = new OffloadedLiterals(blobs);
  }

  /**
   * What a node or an attempt takes and gives.
   *
   * @param outputs empty until it succeeded
   */
  public record Data(LiteralMap inputs, Optional<LiteralMap> outputs) {
    public Data {
      requireNonNull(inputs, "inputs");
      requireNonNull(outputs, "outputs");
    }

    /** The outputs; an empty map until there are any. */
    public LiteralMap outputsOrEmpty() {
      return outputs.orElse(LiteralMap.getDefaultInstance());
    }
  }

  /**
   * The same data with references followed. One that leads out of the node's project and domain, or
   * to more than the answer can hold, stays: clients can follow it by themselves, with their own
   * rights.
   *
   * @throws RejectedException if a reference that cannot be followed stands for a part of what it
   *     leads to: a client would take the whole
   */
  public Data of(NodeId node, Data stored) {
    return of(node.execution(), stored);
  }

  /** The same for an execution as a whole. */
  public Data of(ExecutionId execution, Data stored) {
    var room =
        Math.max(
            0,
            BYTES_MAX
                - stored.inputs().getSerializedSize()
                - stored.outputsOrEmpty().getSerializedSize());
    var inputs = whole(execution, stored.inputs(), room);
    var taken = inputs.getSerializedSize() - stored.inputs().getSerializedSize();
    return new Data(
        inputs, stored.outputs().map(map -> whole(execution, map, Math.max(0, room - taken))));
  }

  private LiteralMap whole(ExecutionId execution, LiteralMap map, long bytesMax) {
    var left = bytesMax;
    var result = LiteralMap.newBuilder();
    for (var entry : map.getLiteralsMap().entrySet()) {
      var literal = whole(execution, entry.getKey(), entry.getValue(), left);
      left -= Math.max(0, literal.getSerializedSize() - entry.getValue().getSerializedSize());
      result.putLiterals(entry.getKey(), literal);
    }
    return result.build();
  }

  private Literal whole(ExecutionId execution, String name, Literal literal, long bytesMax) {
    var one = LiteralMap.newBuilder().putLiterals(name, literal).build();
    try {
      return inline(execution, one, bytesMax).getLiteralsOrThrow(name);
    } catch (NoValueException leadsNowhere) {
      // The node's own failure says so; its inputs are shown as they were.
      return literal;
    } catch (IOException failure) {
      throw new StoreUnavailableException(
          "The blob store did not answer for the data of %s.".formatted(execution), failure);
    }
  }

  private LiteralMap inline(ExecutionId execution, LiteralMap one, long bytesMax)
      throws IOException {
    var scope = execution.scope();
    try {
      return offloaded.inline(one, bytesMax, key -> key.scope().equals(scope));
    } catch (RejectedException unreadable) {
      return offloaded.followPaths(one, bytesMax, key -> key.scope().equals(scope));
    }
  }
}

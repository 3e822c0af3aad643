package dev.harrier.runtime.process.outcome;

import dev.harrier.spi.BlobStore;
import dev.harrier.spi.Failure;
import dev.harrier.spi.Observation;
import dev.harrier.spi.OffloadedLiterals;
import dev.harrier.spi.RejectedException;
import flyteidl.core.Interface.VariableMap;
import flyteidl.core.Literals.Literal;
import flyteidl.core.Literals.LiteralMap;
import flyteidl.core.Literals.LiteralOffloadedMetadata;
import java.io.IOException;
import java.nio.file.Path;

/** Reads what an ended attempt left in the blob store and makes the observation of its end. */
public final class Outcome {
  /** The largest {@code outputs.pb} or {@code error.pb} that is read. */
  static final long DOCUMENT_BYTES_MAX = 64L << 20;

  /** Literals of at least this size are kept by reference. */
  static final int OFFLOAD_BYTES_MIN = 64 << 10;

  private final BlobStore blobs;

  /**
   * @param blobs that tasks report to
   */
  public Outcome(BlobStore blobs) {
    this.blobs = blobs;
  }

  /**
   * Judges an end, and moves outputs that are too large for an observation into the store; the same
   * again if asked again.
   *
   * @param log what the attempt printed; it may not be there
   * @throws IOException if the store did not answer; asking again can help
   */
  public Observation of(AttemptFacts facts, ExitRecord exit, Path log) throws IOException {
    Judgement.Verdict verdict;
    try {
      var prefix = facts.outputPrefix();
      var remains =
          new Judgement.Remains(
              facts.containerName(),
              facts.declared().getVariablesMap().keySet(),
              AttemptLog.tail(log),
              blobs.read(prefix.child("error.pb"), DOCUMENT_BYTES_MAX),
              blobs.read(prefix.child("outputs.pb"), DOCUMENT_BYTES_MAX),
              blobs.stat(prefix.child("futures.pb")).isPresent());
      verdict = Judgement.of(exit, remains);
    } catch (RejectedException tooLarge) {
      verdict =
          new Judgement.Verdict.Fault(
              Failure.user("OutputsTooLarge", String.valueOf(tooLarge.getMessage())));
    }
    return switch (verdict) {
      case Judgement.Verdict.Fault fault ->
          new Observation.Failed(facts.id(), exit.endedAt(), fault.failure());
      case Judgement.Verdict.Success success -> succeeded(facts, exit, success.outputs());
    };
  }

  private Observation succeeded(AttemptFacts facts, ExitRecord exit, LiteralMap outputs)
      throws IOException {
    try {
      return new Observation.Succeeded(facts.id(), exit.endedAt(), offload(facts, outputs));
    } catch (RejectedException unkeepable) {
      // Such as an output whose name no stored file may have: its author chose it.
      var why = "A large output cannot be stored: " + unkeepable.getMessage();
      return new Observation.Failed(
          facts.id(), exit.endedAt(), Failure.user("OutputNotStorable", why));
    }
  }

  private LiteralMap offload(AttemptFacts facts, LiteralMap outputs) throws IOException {
    var result = outputs.toBuilder();
    for (var entry : outputs.getLiteralsMap().entrySet()) {
      var literal = entry.getValue();
      if (!literal.hasOffloadedMetadata() && literal.getSerializedSize() >= OFFLOAD_BYTES_MIN) {
        result.putLiterals(entry.getKey(), reference(facts, entry.getKey(), literal));
      }
    }
    return result.build();
  }

  private Literal reference(AttemptFacts facts, String name, Literal literal) throws IOException {
    var bytes = literal.toByteString();
    // The name that flytekit gives its own: never used twice below one prefix.
    var key = facts.outputPrefix().child(name + "_offloaded_metadata.pb");
    blobs.write(key, bytes);
    return Literal.newBuilder()
        .setOffloadedMetadata(
            LiteralOffloadedMetadata.newBuilder()
                .setUri(blobs.uri(key))
                .setSizeBytes(bytes.size())
                .setInferredType(type(facts.declared(), name)))
        .setHash(literal.getHash().isEmpty() ? OffloadedLiterals.digest(bytes) : literal.getHash())
        .putAllMetadata(literal.getMetadataMap())
        .build();
  }

  private static flyteidl.core.Types.LiteralType type(VariableMap declared, String name) {
    return declared
        .getVariablesMap()
        .getOrDefault(name, flyteidl.core.Interface.Variable.getDefaultInstance())
        .getType();
  }
}

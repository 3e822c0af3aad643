package dev.harrier.spi;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import flyteidl.core.Interface.VariableMap;
import flyteidl.core.Literals.Literal;
import flyteidl.core.Literals.LiteralCollection;
import flyteidl.core.Literals.LiteralMap;
import flyteidl.core.Literals.LiteralOffloadedMetadata;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Comparator;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Literals that are too large for a row: kept as blobs, with a reference in their place.
 *
 * <p>The blob of a variable is {@code <prefix>/<variable>_offloaded_metadata.pb} and holds the
 * {@code Literal} message, as flytekit 1.16 writes and reads it.
 */
public final class OffloadedLiterals {
  /** The largest map that is kept in a row, in serialized bytes. */
  public static final int MAP_BYTES_MAX = 64 << 10;

  /** How deep a reference may lead to a literal that itself holds references. */
  public static final int NESTING_MAX = 4;

  private final BlobStore blobs;

  public OffloadedLiterals(BlobStore blobs) {
    this.blobs = requireNonNull(blobs, "blobs");
  }

  /**
   * Offloads the largest literals, one by one, until the map has at most {@link #MAP_BYTES_MAX}
   * bytes. Done again with the same arguments it writes the same blobs and gives the same map.
   *
   * <p>A literal that is no larger than its reference would be stays; so a map of very many small
   * ones may stay above the limit.
   *
   * @param types of the variables as declared; one that is missing leaves the reference untyped
   * @param prefix under which the blobs are written, each at the prefix's durability
   * @throws RejectedException if a variable has a name that no blob can have
   * @throws IOException if a blob was not written; those before it stay
   */
  public LiteralMap offload(LiteralMap map, VariableMap types, BlobKey prefix) throws IOException {
    if (map.getSerializedSize() <= MAP_BYTES_MAX) {
      return map;
    }
    var largestFirst =
        map.getLiteralsMap().entrySet().stream()
            .filter(entry -> !entry.getValue().hasOffloadedMetadata())
            .sorted(
                Comparator.comparingInt(
                        (Map.Entry<String, Literal> entry) -> entry.getValue().getSerializedSize())
                    .reversed()
                    .thenComparing(Map.Entry.comparingByKey()))
            .toList();
    var result = map.toBuilder();
    var mapBytes = (long) map.getSerializedSize();
    for (var entry : largestFirst) {
      if (mapBytes <= MAP_BYTES_MAX) {
        break;
      }
      var literal = entry.getValue();
      var key = prefix.child(entry.getKey() + "_offloaded_metadata.pb");
      var reference = reference(entry.getKey(), literal, types, key);
      if (reference.getSerializedSize() < literal.getSerializedSize()) {
        blobs.write(key, literal.toByteString());
        result.putLiterals(entry.getKey(), reference);
        // Too low a saving at worst: the lengths written before the literal shrink as well.
        mapBytes -= literal.getSerializedSize() - reference.getSerializedSize();
      }
    }
    return result.build();
  }

  /**
   * Puts the literals back in the place of their references, also inside of lists and maps.
   *
   * @param maxBytes of all blobs read, together
   * @param readable whether a reference may be followed. A task writes its references itself, so
   *     the caller has to say which blobs the reader of the result may see.
   * @throws RejectedException if a reference names no readable blob of this store, if the blobs are
   *     larger than allowed, or if they nest deeper than {@link #NESTING_MAX}
   * @throws IOException if the store did not answer; asking again can help
   */
  public LiteralMap inline(LiteralMap map, long maxBytes, Predicate<BlobKey> readable)
      throws IOException {
    return new Inlining(maxBytes, readable, true).map(map, 0);
  }

  /**
   * Follows the paths that wait behind references (see {@link LiteralPaths#follow}): such a
   * reference is replaced by the part that its path leads to. Other references stay.
   *
   * @throws LiteralPaths.NoValueException if a path leads nowhere
   * @throws RejectedException as {@link #inline} does
   */
  public LiteralMap followPaths(LiteralMap map, long maxBytes, Predicate<BlobKey> readable)
      throws IOException {
    return new Inlining(maxBytes, readable, false).map(map, 0);
  }

  private Literal reference(String variable, Literal literal, VariableMap types, BlobKey key) {
    var metadata =
        LiteralOffloadedMetadata.newBuilder()
            .setUri(blobs.uri(key))
            .setSizeBytes(literal.getSerializedSize());
    var declared = types.getVariablesMap().get(variable);
    if (declared != null && declared.hasType()) {
      metadata.setInferredType(declared.getType());
    }
    return Literal.newBuilder()
        .setOffloadedMetadata(metadata)
        // What is cached by its inputs must not depend on where they are kept.
        .setHash(literal.getHash().isEmpty() ? digest(literal.toByteString()) : literal.getHash())
        .putAllMetadata(literal.getMetadataMap())
        .build();
  }

  /** What stands for a value's content, wherever it is kept: SHA-256 in base64 for URLs. */
  public static String digest(ByteString bytes) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      bytes.asReadOnlyByteBufferList().forEach(digest::update);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest.digest());
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java has SHA-256", missing);
    }
  }

  private final class Inlining {
    private final Predicate<BlobKey> readable;
    private final long maxBytes;
    private final boolean all;
    private long leftBytes;

    Inlining(long maxBytes, Predicate<BlobKey> readable, boolean all) {
      this.all = all;
      this.maxBytes = maxBytes;
      this.leftBytes = maxBytes;
      this.readable = readable;
    }

    LiteralMap map(LiteralMap map, int depth) throws IOException {
      var result = map.toBuilder();
      for (var entry : map.getLiteralsMap().entrySet()) {
        result.putLiterals(entry.getKey(), literal(entry.getValue(), depth));
      }
      return result.build();
    }

    private Literal literal(Literal literal, int depth) throws IOException {
      return switch (literal.getValueCase()) {
        case OFFLOADED_METADATA -> {
          var path = LiteralPaths.pending(literal);
          if (path.isEmpty() && !all) {
            yield literal;
          }
          var whole = read(literal.getOffloadedMetadata(), depth);
          yield literal(path.isEmpty() ? whole : LiteralPaths.follow(whole, path), depth + 1);
        }
        case COLLECTION ->
            literal.toBuilder().setCollection(collection(literal.getCollection(), depth)).build();
        case MAP -> literal.toBuilder().setMap(map(literal.getMap(), depth)).build();
        case SCALAR, VALUE_NOT_SET -> literal;
      };
    }

    private LiteralCollection collection(LiteralCollection collection, int depth)
        throws IOException {
      var result = LiteralCollection.newBuilder();
      for (var item : collection.getLiteralsList()) {
        result.addLiterals(literal(item, depth));
      }
      return result.build();
    }

    private Literal read(LiteralOffloadedMetadata reference, int depth) throws IOException {
      var uri = reference.getUri();
      if (depth == NESTING_MAX) {
        throw Rejection.failedPrecondition(
            "offloaded literal '%s': expected references to nest at most %s deep",
            uri, NESTING_MAX);
      }
      var key =
          blobs
              .key(uri)
              .filter(readable)
              .orElseThrow(
                  () ->
                      Rejection.permissionDenied(
                          "offloaded literal '%s': expected a blob that may be read here", uri));
      // Unsigned on the wire: a negative number is a very large one.
      if (Long.compareUnsigned(reference.getSizeBytes(), leftBytes) > 0) {
        throw tooLarge(uri);
      }
      var bytes =
          blobs
              .read(key, leftBytes)
              .orElseThrow(
                  () ->
                      Rejection.failedPrecondition(
                          "offloaded literal '%s': expected a blob there, found none", uri));
      leftBytes -= bytes.size();
      try {
        return Literal.parseFrom(bytes);
      } catch (InvalidProtocolBufferException broken) {
        var refused =
            Rejection.failedPrecondition(
                "offloaded literal '%s': expected a Literal message, found %s bytes that are none",
                uri, bytes.size());
        refused.addSuppressed(broken);
        throw refused;
      }
    }

    private RejectedException tooLarge(String uri) {
      return Rejection.exhausted(
          "offloaded literal '%s': expected at most %s bytes in all, this one goes beyond",
          uri, maxBytes);
    }
  }
}

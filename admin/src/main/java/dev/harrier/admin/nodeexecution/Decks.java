package dev.harrier.admin.nodeexecution;

import static java.util.Objects.requireNonNull;

import dev.harrier.spi.AttemptId;
import dev.harrier.spi.BlobKey;
import dev.harrier.spi.BlobStore;
import dev.harrier.spi.DataLayout;
import dev.harrier.spi.StoreUnavailableException;
import java.io.IOException;
import java.util.Optional;

/** The pages that tasks publish about themselves, while they run and after. */
public final class Decks {
  private static final String FILE_NAME = "deck.html";

  private final BlobStore blobs;

  public Decks(BlobStore blobs) {
    this.blobs = requireNonNull(blobs, "blobs");
  }

  /**
   * The deck of an attempt, if it has published one.
   *
   * @throws StoreUnavailableException if the store did not answer
   */
  public Optional<BlobKey> find(AttemptId attempt) {
    var key = DataLayout.outputPrefix(attempt).child(FILE_NAME);
    // Opened rather than asked about: a store may read all of a blob to tell its digest.
    try (var deck = blobs.open(key).orElse(null)) {
      return Optional.ofNullable(deck).map(there -> key);
    } catch (IOException failure) {
      throw new StoreUnavailableException(
          "The blob store did not answer for the deck of %s.".formatted(attempt), failure);
    }
  }
}

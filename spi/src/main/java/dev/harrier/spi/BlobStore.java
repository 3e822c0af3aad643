package dev.harrier.spi;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps inputs, outputs, code and decks.
 *
 * <p>Failures of the store itself are {@link IOException}s; a retry can help.
 */
public interface BlobStore {

  /**
   * The native name of a blob: what a task on this store's hosts can read, and what literals hold.
   */
  String uri(BlobKey key);

  /** The key that a native name stands for; empty if it is none of this store's. */
  Optional<BlobKey> key(String uri);

  /**
   * Writes a blob whole, over what was there; a reader sees the old or the new one, never a part.
   */
  void write(BlobKey key, ByteString bytes) throws IOException;

  /**
   * Reads a blob whole.
   *
   * @param maxBytes a larger one is refused with a {@link RejectedException} that tells its size
   * @return empty if there is none
   */
  Optional<ByteString> read(BlobKey key, long maxBytes) throws IOException;

  /** Opens a blob of any size; the caller closes the stream. Empty if there is none. */
  Optional<InputStream> open(BlobKey key) throws IOException;

  /** What is known of a blob without reading it; empty if there is none. */
  Optional<Stat> stat(BlobKey key) throws IOException;

  /** Deletes a blob; fine if there is none. */
  void delete(BlobKey key) throws IOException;

  /** A URL under which anybody may read this one blob for a while. */
  Signed signGet(BlobKey key, Duration validFor);

  /**
   * A URL under which anybody may write this one blob for a while.
   *
   * @param contentMd5 16 bytes; if present, only that content is accepted
   */
  Signed signPut(BlobKey key, Duration validFor, Optional<ByteString> contentMd5);

  /**
   * What a store knows of a blob.
   *
   * @param sizeBytes at least 0
   * @param md5 16 bytes, of the content
   */
  record Stat(long sizeBytes, ByteString md5) {}

  /**
   * A signed URL.
   *
   * @param headers that the client must send along
   */
  record Signed(URI url, Instant expiresAt, Map<String, String> headers) {
    public Signed {
      headers = Map.copyOf(headers);
    }
  }
}

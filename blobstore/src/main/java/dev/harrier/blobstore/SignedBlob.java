package dev.harrier.blobstore;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import dev.harrier.spi.BlobKey;
import java.time.Instant;
import java.util.Optional;

/**
 * What a signed URL allows.
 *
 * @param expiresAt whole seconds; at that instant it is over
 * @param md5 16 bytes; if present, only that content may be written
 * @param replaces whether other content may be written over a blob that is there
 */
record SignedBlob(
    Use use, BlobKey key, Instant expiresAt, Optional<ByteString> md5, boolean replaces) {
  /** What a URL is for. */
  enum Use {
    READ,
    WRITE
  }

  SignedBlob {
    requireNonNull(use, "use");
    requireNonNull(key, "key");
    requireNonNull(expiresAt, "expiresAt");
    requireNonNull(md5, "md5");
  }
}

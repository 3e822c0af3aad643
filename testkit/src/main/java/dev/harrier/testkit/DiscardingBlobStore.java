package dev.harrier.testkit;

import com.google.protobuf.ByteString;
import dev.harrier.spi.BlobKey;
import dev.harrier.spi.BlobStore;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;

/** A store that takes everything and holds nothing, for runs in which nobody reads. */
public final class DiscardingBlobStore implements BlobStore {
  @Override
  public String uri(BlobKey key) {
    return "/" + key;
  }

  @Override
  public Optional<BlobKey> key(String uri) {
    return Optional.empty();
  }

  @Override
  public void write(BlobKey key, ByteString bytes) {}

  @Override
  public Optional<ByteString> read(BlobKey key, long maxBytes) {
    return Optional.empty();
  }

  @Override
  public Optional<InputStream> open(BlobKey key) {
    return Optional.empty();
  }

  @Override
  public Optional<Stat> stat(BlobKey key) {
    return Optional.empty();
  }

  @Override
  public void delete(BlobKey key) {}

  @Override
  public Signed signGet(BlobKey key, Duration validFor) {
    throw new UnsupportedOperationException("it holds nothing to read");
  }

  @Override
  public Signed signPut(BlobKey key, Duration validFor, Optional<ByteString> contentMd5) {
    throw new UnsupportedOperationException("it holds nothing to read");
  }
}

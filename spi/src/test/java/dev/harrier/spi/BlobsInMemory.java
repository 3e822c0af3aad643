package dev.harrier.spi;

import com.google.protobuf.ByteString;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Blobs of one test, by their native names. It signs nothing. */
final class BlobsInMemory implements BlobStore {
  private static final String ROOT = "memory:/";

  private final Map<String, ByteString> blobs = new TreeMap<>();

  Set<BlobKey> keys() {
    return Set.copyOf(blobs.keySet().stream().map(uri -> key(uri).orElseThrow()).toList());
  }

  @Override
  public String uri(BlobKey key) {
    return ROOT + key;
  }

  @Override
  public Optional<BlobKey> key(String uri) {
    if (!uri.startsWith(ROOT)) {
      return Optional.empty();
    }
    var parts = uri.substring(ROOT.length()).split("/", 3);
    return Optional.of(new BlobKey(new ProjectDomain(parts[0], parts[1]), parts[2]));
  }

  @Override
  public void write(BlobKey key, ByteString bytes) {
    blobs.put(uri(key), bytes);
  }

  @Override
  public Optional<ByteString> read(BlobKey key, long maxBytes) {
    var found = Optional.ofNullable(blobs.get(uri(key)));
    found
        .filter(bytes -> bytes.size() > maxBytes)
        .ifPresent(
            bytes -> {
              throw Rejection.invalid("blob %s: %s bytes", key, bytes.size());
            });
    return found;
  }

  @Override
  public Optional<InputStream> open(BlobKey key) {
    return read(key, Long.MAX_VALUE).map(ByteString::newInput);
  }

  @Override
  public Optional<Stat> stat(BlobKey key) {
    return read(key, Long.MAX_VALUE).map(bytes -> new Stat(bytes.size(), ByteString.EMPTY));
  }

  @Override
  public void delete(BlobKey key) {
    blobs.remove(uri(key));
  }

  @Override
  public Signed signGet(BlobKey key, Duration validFor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Signed signPut(BlobKey key, Duration validFor, Optional<ByteString> contentMd5) {
    throw new UnsupportedOperationException();
  }
}

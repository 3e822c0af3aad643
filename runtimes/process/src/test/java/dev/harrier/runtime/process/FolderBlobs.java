package dev.harrier.runtime.process;

import com.google.protobuf.ByteString;
import dev.harrier.spi.BlobKey;
import dev.harrier.spi.BlobStore;
import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.Rejection;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Blobs as files of a folder, as a task on this machine sees them. */
record FolderBlobs(Path root) implements BlobStore {

  Path path(BlobKey key) {
    return root.resolve(key.scope().project()).resolve(key.scope().domain()).resolve(key.path());
  }

  @Override
  public String uri(BlobKey key) {
    return path(key).toString();
  }

  @Override
  public Optional<BlobKey> key(String uri) {
    var relative = root.relativize(Path.of(uri));
    return Optional.of(
        new BlobKey(
            new ProjectDomain(relative.getName(0).toString(), relative.getName(1).toString()),
            relative.subpath(2, relative.getNameCount()).toString()));
  }

  @Override
  public void write(BlobKey key, ByteString bytes) throws IOException {
    var file = path(key);
    Files.createDirectories(file.resolveSibling("."));
    Files.write(file, bytes.toByteArray());
  }

  @Override
  public Optional<ByteString> read(BlobKey key, long maxBytes) throws IOException {
    if (!Files.exists(path(key))) {
      return Optional.empty();
    }
    if (Files.size(path(key)) > maxBytes) {
      throw Rejection.invalid("%s: expected at most %s bytes", key, maxBytes);
    }
    return Optional.of(ByteString.copyFrom(Files.readAllBytes(path(key))));
  }

  @Override
  public Optional<InputStream> open(BlobKey key) throws IOException {
    return Files.exists(path(key))
        ? Optional.of(Files.newInputStream(path(key)))
        : Optional.empty();
  }

  @Override
  public Optional<Stat> stat(BlobKey key) throws IOException {
    return Files.exists(path(key))
        ? Optional.of(new Stat(Files.size(path(key)), ByteString.EMPTY))
        : Optional.empty();
  }

  @Override
  public void delete(BlobKey key) throws IOException {
    Files.deleteIfExists(path(key));
  }

  @Override
  public Signed signGet(BlobKey key, Duration validFor) {
    return new Signed(URI.create("http://127.0.0.1/"), Instant.EPOCH, Map.of());
  }

  @Override
  public Signed signPut(BlobKey key, Duration validFor, Optional<ByteString> contentMd5) {
    return new Signed(URI.create("http://127.0.0.1/"), Instant.EPOCH, Map.of());
  }
}

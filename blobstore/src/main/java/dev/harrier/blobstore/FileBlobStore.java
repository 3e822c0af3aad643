package dev.harrier.blobstore;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import dev.harrier.spi.BlobKey;
import dev.harrier.spi.BlobStore;
import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Optional;

/**
 * Keeps blobs as files: {@code <root>/<project>/<domain>/<path>}. A blob's native name is its plain
 * absolute path, which is what flytekit can read and write in all of its types.
 *
 * <p>Tasks write below the root too and may plant links there: no link is ever followed.
 */
public final class FileBlobStore implements BlobStore {
  private static final int COPY_BYTES = 64 * 1024;

  private final BlobFolder folder;
  private final UrlSigner signer;

  /**
   * @param root made if missing; an absolute path without links leads to it from then on
   * @param signer makes the URLs that {@link SignedBlobService} takes
   */
  public FileBlobStore(Path root, UrlSigner signer) throws IOException {
    Files.createDirectories(root);
    this.folder = new BlobFolder(root.toRealPath());
    this.signer = requireNonNull(signer, "signer");
  }

  @Override
  public String uri(BlobKey key) {
    return folder.path(key).toString();
  }

  @Override
  public Optional<BlobKey> key(String uri) {
    var prefix = folder.root() + "/";
    if (!uri.startsWith(prefix)) {
      return Optional.empty();
    }
    var parts = uri.substring(prefix.length()).split("/", 3);
    if (parts.length < 3) {
      return Optional.empty();
    }
    try {
      return Optional.of(new BlobKey(new ProjectDomain(parts[0], parts[1]), parts[2]));
    } catch (RejectedException noKey) {
      // What no key can have is the name of none of our blobs.
      return Optional.empty();
    }
  }

  @Override
  public void write(BlobKey key, ByteString bytes) throws IOException {
    var unused = write(key, bytes.newInput(), bytes.size(), Optional.empty());
  }

  /**
   * Writes a blob of any size from a stream, over what was there; a reader sees the old or the new
   * one.
   *
   * @param maxBytes more is refused, and nothing is changed
   * @param contentMd5 16 bytes; other content is refused, and nothing is changed
   */
  public Stat write(BlobKey key, InputStream bytes, long maxBytes, Optional<ByteString> contentMd5)
      throws IOException {
    try (var directory = folder.openForWriting(key);
        var fresh = directory.newFile()) {
      var digest = md5();
      var buffer = new byte[COPY_BYTES];
      var out = Channels.newOutputStream(fresh.channel());
      var size = 0L;
      for (var count = bytes.read(buffer); count >= 0; count = bytes.read(buffer)) {
        size += count;
        if (size > maxBytes) {
          throw Rejection.invalid("%s: expected at most %s bytes, got more", key, maxBytes);
        }
        digest.update(buffer, 0, count);
        out.write(buffer, 0, count);
      }
      var found = ByteString.copyFrom(digest.digest());
      if (contentMd5.isPresent() && !contentMd5.get().equals(found)) {
        throw Rejection.invalid(
            "%s: expected content with another MD5 than the %s bytes that came", key, size);
      }
      fresh.keep();
      return new Stat(size, found);
    }
  }

  @Override
  public Optional<ByteString> read(BlobKey key, long maxBytes) throws IOException {
    try (var channel = folder.open(key)) {
      var size = channel.size();
      if (size > maxBytes) {
        throw Rejection.invalid(
            "%s: has %s bytes, expected at most %s to read it whole", key, size, maxBytes);
      }
      return Optional.of(ByteString.readFrom(Channels.newInputStream(channel)));
    } catch (NoSuchFileException missing) {
      return Optional.empty();
    }
  }

  @Override
  public Optional<InputStream> open(BlobKey key) throws IOException {
    try {
      return Optional.of(Channels.newInputStream(folder.open(key)));
    } catch (NoSuchFileException missing) {
      return Optional.empty();
    }
  }

  @Override
  public Optional<Stat> stat(BlobKey key) throws IOException {
    var opened = open(key);
    if (opened.isEmpty()) {
      return Optional.empty();
    }
    var digest = md5();
    try (var stream = new DigestInputStream(opened.get(), digest)) {
      var size = 0L;
      var buffer = new byte[COPY_BYTES];
      for (var count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
        size += count;
      }
      return Optional.of(new Stat(size, ByteString.copyFrom(digest.digest())));
    }
  }

  /** The size of a blob without reading it; empty if there is none. */
  Optional<Long> size(BlobKey key) throws IOException {
    try (var channel = folder.open(key)) {
      return Optional.of(channel.size());
    } catch (NoSuchFileException missing) {
      return Optional.empty();
    }
  }

  @Override
  public void delete(BlobKey key) throws IOException {
    folder.delete(key);
  }

  @Override
  public Signed signGet(BlobKey key, Duration validFor) {
    return signer.sign(UrlSigner.Method.GET, key, validFor, Optional.empty());
  }

  @Override
  public Signed signPut(BlobKey key, Duration validFor, Optional<ByteString> contentMd5) {
    return signer.sign(UrlSigner.Method.PUT, key, validFor, contentMd5);
  }

  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("this Java has no MD5", missing);
    }
  }
}

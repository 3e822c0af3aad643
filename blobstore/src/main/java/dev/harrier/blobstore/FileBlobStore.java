package dev.harrier.blobstore;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import dev.harrier.spi.BlobKey;
import dev.harrier.spi.BlobStore;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Blobs as files of a folder that the server and its tasks share: {@code
 * <root>/<project>/<domain>/<path>}. A native name is that path, plain and absolute: flytekit 1.16
 * opens most types by such a path, but not by a {@code file://} URL.
 *
 * <p>Folders have mode 0700 and files 0600. Nothing below the root is reached through a symbolic
 * link: reading one, or a path with one on the way, is refused with PERMISSION_DENIED. A write is
 * on the disk when it returns, unless the key is below {@code metadata/} or {@code raw/}: those can
 * be made again.
 */
public final class FileBlobStore implements BlobStore {
  private static final int BUFFER_BYTES = 64 << 10;

  /** Two writers of one blob wait for each other; of two blobs seldom. */
  private static final int LOCKS = 64;

  private final BlobFolder folder;
  private final BlobStoreSettings settings;
  private final Optional<SignedUrls> urls;
  private final InstantSource clock;
  private final Lock[] locks =
      Stream.generate(ReentrantLock::new).limit(LOCKS).toArray(Lock[]::new);

  private FileBlobStore(
      BlobFolder folder,
      BlobStoreSettings settings,
      Optional<SignedUrls> urls,
      InstantSource clock) {
    this.folder = folder;
    this.settings = settings;
    this.urls = urls;
    this.clock = clock;
  }

  /**
   * Opens the folder and the signing key, and makes what is missing of them.
   *
   * @param baseUrl where clients reach the server, such as {@code http://localhost:30080}; asked
   *     for each URL, as the port is known only after the start
   * @throws IOException if the folder or the key cannot be used
   */
  public static FileBlobStore open(
      BlobStoreSettings settings, InstantSource clock, Supplier<URI> baseUrl) throws IOException {
    requireNonNull(baseUrl, "baseUrl");
    var folder = BlobFolder.open(settings.root(), settings.owner(), clock.instant());
    var urls = new SignedUrls(SigningKey.open(settings.signingKeyFile()), baseUrl, clock);
    return new FileBlobStore(folder, settings, Optional.of(urls), clock);
  }

  /**
   * Opens the folder alone, for a process that reads and writes blobs and signs no URLs: it needs
   * no key.
   *
   * @throws IOException if the folder cannot be used
   */
  public static FileBlobStore withoutUrls(BlobStoreSettings settings, InstantSource clock)
      throws IOException {
    return new FileBlobStore(
        BlobFolder.open(settings.root(), settings.owner(), clock.instant()),
        settings,
        Optional.empty(),
        clock);
  }

  @Override
  public String uri(BlobKey key) {
    return folder.uri(key);
  }

  @Override
  public Optional<BlobKey> key(String uri) {
    return folder.key(uri);
  }

  @Override
  public void write(BlobKey key, ByteString bytes) throws IOException {
    try (var incoming = IncomingBlob.open(folder)) {
      for (var part : bytes.asReadOnlyByteBufferList()) {
        incoming.append(part);
      }
      incoming.settle(key);
      keep(incoming, key, Optional.empty());
    }
  }

  @Override
  public Optional<ByteString> read(BlobKey key, long maxBytes) throws IOException {
    // One more than allowed is asked for, and a Java array takes no more than this.
    var limit = (int) Math.min(maxBytes, Integer.MAX_VALUE - 16);
    var opened = channel(key);
    if (opened.isEmpty()) {
      return Optional.empty();
    }
    try (var file = opened.get()) {
      if (file.size() > limit) {
        throw tooLarge(key, limit, file.size());
      }
      // Not only its size: a task may still be appending.
      var bytes = Channels.newInputStream(file).readNBytes(limit + 1);
      if (bytes.length > limit) {
        throw tooLarge(key, limit, file.size());
      }
      return Optional.of(ByteString.copyFrom(bytes));
    }
  }

  @Override
  public Optional<InputStream> open(BlobKey key) throws IOException {
    return channel(key).map(Channels::newInputStream);
  }

  /** Reads the whole file: a task may have changed it, so no digest is kept beside it. */
  @Override
  public Optional<Stat> stat(BlobKey key) throws IOException {
    var opened = channel(key);
    if (opened.isEmpty()) {
      return Optional.empty();
    }
    try (var file = opened.get()) {
      var md5 = Md5.of(Channels.newInputStream(file));
      return Optional.of(new Stat(file.position(), md5));
    }
  }

  @Override
  public void delete(BlobKey key) throws IOException {
    var parent = folder.parent(key);
    if (parent.isPresent()) {
      try (var opened = parent.get()) {
        opened.delete(BlobFolder.name(key));
        if (BlobFolder.durable(key)) {
          opened.sync();
        }
      }
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws RejectedException if it would be valid for longer than the settings allow
   */
  @Override
  public Signed signGet(BlobKey key, Duration validFor) {
    return sign(
        SignedBlob.Use.READ,
        key,
        lifetime(validFor, settings.downloadUrlLifetime()),
        Optional.empty(),
        false);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Under this URL the same content may be written again, but never other content over a blob
   * that is there; that is refused when it comes.
   *
   * @throws RejectedException if it would be valid for longer than the settings allow, or if the
   *     digest has not 16 bytes
   */
  @Override
  public Signed signPut(BlobKey key, Duration validFor, Optional<ByteString> contentMd5) {
    return signPut(key, validFor, contentMd5, false);
  }

  /** As {@link #signReplacingPut} says, over whatever is there. */
  Signed signReplacingPut(BlobKey key, Duration validFor, Optional<ByteString> contentMd5) {
    return signPut(key, validFor, contentMd5, true);
  }

  SignedUrls urls() {
    return urls.orElseThrow(
        () ->
            new IllegalStateException("blobs: this process signs no URLs, and was asked for one"));
  }

  BlobStoreSettings settings() {
    return settings;
  }

  /** Opens a blob with its size; empty if there is none. */
  Optional<FileChannel> channel(BlobKey key) throws IOException {
    var parent = folder.parent(key);
    if (parent.isEmpty()) {
      return Optional.empty();
    }
    try (var opened = parent.get()) {
      return opened.file(BlobFolder.name(key));
    }
  }

  /**
   * Takes an upload.
   *
   * @param announced the digest that the client sent along
   * @throws RejectedException INVALID_ARGUMENT if the content has another digest, ALREADY_EXISTS if
   *     other content is there, RESOURCE_EXHAUSTED if it is too large; nothing is left then
   */
  void receive(SignedBlob signed, Optional<ByteString> announced, InputStream content)
      throws IOException {
    var key = signed.key();
    try (var incoming = IncomingBlob.open(folder)) {
      var buffer = new byte[BUFFER_BYTES];
      for (var length = content.read(buffer); length >= 0; length = content.read(buffer)) {
        if (incoming.sizeBytes() + length > settings.uploadBytesMax()) {
          throw Rejection.exhausted(
              "upload %s: expected at most %s bytes, more are coming",
              key, settings.uploadBytesMax());
        }
        incoming.append(ByteBuffer.wrap(buffer, 0, length));
      }
      var stat = new Stat(incoming.sizeBytes(), incoming.md5());
      requireDigest(key, "URL", signed.md5(), stat.md5());
      requireDigest(key, "Content-MD5 header", announced, stat.md5());
      incoming.settle(key);
      keep(incoming, key, signed.replaces() ? Optional.empty() : Optional.of(stat));
    }
  }

  /**
   * @param only the content that may be there already; empty if any may
   */
  private void keep(IncomingBlob incoming, BlobKey key, Optional<Stat> only) throws IOException {
    // Between the look at what is there and the rename no other writer of this server may come.
    var lock = locks[Math.floorMod(key.hashCode(), LOCKS)];
    lock.lock();
    try {
      if (only.isPresent()) {
        var there = stat(key);
        if (there.equals(only)) {
          return;
        }
        if (there.isPresent()) {
          throw Rejection.alreadyExists(
              "upload %s: expected the content that is there already, or another name", key);
        }
      }
      try (var parent = folder.parentOrNew(key)) {
        incoming.keep(key, parent);
      }
    } finally {
      lock.unlock();
    }
  }

  private Signed signPut(
      BlobKey key, Duration validFor, Optional<ByteString> contentMd5, boolean replaces) {
    contentMd5.ifPresent(
        md5 -> {
          if (md5.size() != Md5.SIZE_BYTES) {
            throw Rejection.invalid(
                "upload %s: expected an MD5 of %s bytes, got %s", key, Md5.SIZE_BYTES, md5.size());
          }
        });
    return sign(
        SignedBlob.Use.WRITE,
        key,
        lifetime(validFor, settings.uploadUrlLifetime()),
        contentMd5,
        replaces);
  }

  private Signed sign(
      SignedBlob.Use use,
      BlobKey key,
      Duration validFor,
      Optional<ByteString> md5,
      boolean replaces) {
    // Refuses a key that no file can have: here it can still be told to the one who chose it.
    folder.uri(key);
    var expiresAt = clock.instant().plus(validFor).truncatedTo(ChronoUnit.SECONDS);
    var url = urls().url(new SignedBlob(use, key, expiresAt, md5, replaces));
    // No headers: flytekit 1.16 does not send them with its streamed uploads.
    return new Signed(url, expiresAt, Map.of());
  }

  private static Duration lifetime(Duration asked, Duration max) {
    if (!asked.isPositive() || asked.compareTo(max) > 0) {
      throw Rejection.invalid(
          "signed URL: expected a lifetime of more than 0 and at most %s, got %s", max, asked);
    }
    return asked;
  }

  private static void requireDigest(
      BlobKey key, String source, Optional<ByteString> expected, ByteString found) {
    if (expected.isPresent() && !expected.get().equals(found)) {
      throw Rejection.invalid(
          "upload %s: expected content with the MD5 of the %s, got other content", key, source);
    }
  }

  private static RejectedException tooLarge(BlobKey key, long limit, long size) {
    return Rejection.invalid("blob %s: expected at most %s bytes, found %s", key, limit, size);
  }
}

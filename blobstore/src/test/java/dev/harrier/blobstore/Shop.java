package dev.harrier.blobstore;

import com.linecorp.armeria.server.Server;
import dev.harrier.spi.BlobKey;
import dev.harrier.spi.ProjectDomain;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** A store with its server on a free port of loopback, and a clock that a test turns. */
final class Shop implements AutoCloseable {
  static final ProjectDomain SCOPE = new ProjectDomain("p", "d");
  static final Duration MINUTE = Duration.ofMinutes(1);

  final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  final Path root;
  final FileBlobStore store;
  private final Server server;

  Shop(Path folder, long uploadBytesMax) throws IOException {
    var address = new AtomicReference<>(URI.create("http://127.0.0.1:1"));
    var settings = BlobStoreSettings.of(folder.resolve("blobs"), folder.resolve("keys/url"));
    store =
        FileBlobStore.open(
            new BlobStoreSettings(
                settings.root(),
                settings.signingKeyFile(),
                settings.uploadUrlLifetime(),
                settings.downloadUrlLifetime(),
                uploadBytesMax,
                settings.transferTimeout(),
                settings.transfersMax(),
                settings.owner()),
            now::get,
            address::get);
    root = settings.root().toRealPath();
    server =
        Server.builder()
            .http(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            // Far below what is sent: the service sets its own limit.
            .maxRequestLength(1000)
            .serviceUnder(SignedBlobService.PATH, new SignedBlobService(store))
            .build();
    server.start().join();
    address.set(URI.create("http://127.0.0.1:" + server.activeLocalPort()));
  }

  static BlobKey key(String path) {
    return new BlobKey(SCOPE, path);
  }

  /** Files that were begun and not kept. */
  List<Path> leftovers() throws IOException {
    try (var files = Files.list(root.resolve(".incoming"))) {
      return files.toList();
    }
  }

  @Override
  public void close() {
    // Not waited for: it stays quiet for two seconds, once per test.
    var unused = server.closeAsync();
  }
}

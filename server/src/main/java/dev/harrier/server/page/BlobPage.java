package dev.harrier.server.page;

import static java.util.Objects.requireNonNull;

import com.linecorp.armeria.server.ServerBuilder;
import dev.harrier.blobstore.FileBlobStore;
import dev.harrier.blobstore.SignedBlobService;
import dev.harrier.server.port.Page;

/** Blobs by signed URL: whoever holds the URL may do what it says. */
public final class BlobPage implements Page {
  private final FileBlobStore store;

  public BlobPage(FileBlobStore store) {
    this.store = requireNonNull(store, "store");
  }

  @Override
  public void mount(ServerBuilder server) {
    server.serviceUnder(SignedBlobService.PATH, new SignedBlobService(store));
  }
}

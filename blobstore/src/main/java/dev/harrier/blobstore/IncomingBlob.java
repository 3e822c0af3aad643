package dev.harrier.blobstore;

import com.google.protobuf.ByteString;
import dev.harrier.spi.BlobKey;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.UUID;

/** A blob that is being written, out of everybody's sight; closed before it is kept, it is gone. */
final class IncomingBlob implements Closeable {
  private final Folder incoming;
  private final String name;
  private final FileChannel file;
  private final MessageDigest md5 = Md5.start();
  private long sizeBytes;
  private boolean kept;

  private IncomingBlob(Folder incoming, String name, FileChannel file) {
    this.incoming = incoming;
    this.name = name;
    this.file = file;
  }

  static IncomingBlob open(BlobFolder folder) throws IOException {
    var incoming = folder.incoming();
    var name = UUID.randomUUID().toString();
    try {
      return new IncomingBlob(incoming, name, incoming.newFile(name));
    } catch (IOException | RuntimeException failed) {
      incoming.close();
      throw failed;
    }
  }

  void append(ByteBuffer bytes) throws IOException {
    sizeBytes += bytes.remaining();
    md5.update(bytes.duplicate());
    while (bytes.hasRemaining()) {
      file.write(bytes);
    }
  }

  long sizeBytes() {
    return sizeBytes;
  }

  /** The digest of all; nothing may be appended after. */
  ByteString md5() {
    return ByteString.copyFrom(md5.digest());
  }

  /** Waits for the disk if the key asks for it. To be called before {@link #keep}. */
  void settle(BlobKey key) throws IOException {
    if (BlobFolder.durable(key)) {
      file.force(true);
    }
  }

  /** Gives the blob its name, in one step. */
  void keep(BlobKey key, Folder parent) throws IOException {
    incoming.move(name, parent, BlobFolder.name(key));
    kept = true;
    if (BlobFolder.durable(key)) {
      parent.sync();
    }
  }

  @Override
  public void close() throws IOException {
    try (incoming;
        file) {
      if (!kept) {
        incoming.delete(name);
      }
    }
  }
}

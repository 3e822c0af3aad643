package dev.harrier.blobstore;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The digest that Flyte's clients send along with an upload. It finds accidents, not attacks. */
final class Md5 {
  /** The length of a digest. */
  static final int SIZE_BYTES = 16;

  private static final int BUFFER_BYTES = 64 << 10;

  private Md5() {}

  static MessageDigest start() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java has MD5", missing);
    }
  }

  /** The digest of all that is left to read. */
  static ByteString of(InputStream content) throws IOException {
    var digest = start();
    var buffer = new byte[BUFFER_BYTES];
    for (var length = content.read(buffer); length >= 0; length = content.read(buffer)) {
      digest.update(buffer, 0, length);
    }
    return ByteString.copyFrom(digest.digest());
  }
}

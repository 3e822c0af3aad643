package dev.harrier.admin.dataproxy;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import dev.harrier.spi.BlobKey;
import dev.harrier.spi.DataLayout;
import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where a client's file goes, as Flyte places it: in a directory that the client names, or in one
 * named by the content.
 *
 * @param named whether the client chose the whole place, so that another file may be there already
 */
record UploadPlace(BlobKey key, boolean named) {
  /** Of an MD5. */
  static final int MD5_BYTES = 16;

  private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final int BASE32_BITS = 5;

  UploadPlace {
    requireNonNull(key, "key");
  }

  /**
   * The place for a file.
   *
   * @param directory of the client's choice; empty for one named by the content
   * @param fileName of the client's choice; empty for a random one
   * @param contentMd5 16 bytes, or none
   * @param randomName makes a name that no other file has
   * @throws RejectedException if directory and content are both missing, or a name is none that a
   *     file below the project and domain can have
   */
  static UploadPlace of(
      ProjectDomain scope,
      String directory,
      String fileName,
      Optional<ByteString> contentMd5,
      Supplier<String> randomName) {
    if (directory.isEmpty() && contentMd5.isEmpty()) {
      throw Rejection.invalid("content_md5 or filename_root is a required parameter");
    }
    if (contentMd5.isPresent() && contentMd5.get().size() != MD5_BYTES) {
      throw Rejection.invalid(
          "content_md5: expected the %s bytes of an MD5, got %s",
          MD5_BYTES, contentMd5.get().size());
    }
    return new UploadPlace(
        DataLayout.upload(
            scope,
            directory.isEmpty() ? base32(contentMd5.orElseThrow()) : directory,
            fileName.isEmpty() ? randomName.get() : fileName),
        !directory.isEmpty() && !fileName.isEmpty());
  }

  /** Without the {@code =} at its end: tools that split or encode paths trip over it. */
  private static String base32(ByteString bytes) {
    var text = new StringBuilder();
    var buffer = 0;
    var bits = 0;
    for (var octet : bytes) {
      buffer = (buffer << Byte.SIZE) | (octet & 0xff);
      bits += Byte.SIZE;
      while (bits >= BASE32_BITS) {
        bits -= BASE32_BITS;
        text.append(BASE32.charAt((buffer >> bits) & 31));
      }
    }
    if (bits > 0) {
      text.append(BASE32.charAt((buffer << (BASE32_BITS - bits)) & 31));
    }
    return text.toString();
  }
}

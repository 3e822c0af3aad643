package dev.harrier.blobstore;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What an operator sets of the folder store.
 *
 * @param root the folder of all blobs; made if it is missing
 * @param signingKeyFile holds the 32 bytes that URLs are signed with; made at first use. It has to
 *     be outside of the root, where tasks read.
 * @param uploadUrlLifetime the longest that a URL for writing may be asked for
 * @param downloadUrlLifetime the longest that a URL for reading may be asked for
 * @param uploadBytesMax the largest file that a URL takes
 * @param transferTimeout after which an upload or download is cut off; at most {@link
 *     #TRANSFER_TIMEOUT_MAX}
 * @param transfersMax uploads and downloads at the same time; one more is told to come back
 * @param owner to whom all in the folder is to belong
 */
public record BlobStoreSettings(
    Path root,
    Path signingKeyFile,
    Duration uploadUrlLifetime,
    Duration downloadUrlLifetime,
    long uploadBytesMax,
    Duration transferTimeout,
    int transfersMax,
    BlobOwner owner) {
  /** An upload must have ended when its temporary file is taken for an orphan, a day later. */
  public static final Duration TRANSFER_TIMEOUT_MAX = Duration.ofHours(12);

  public BlobStoreSettings {
    root = root.toAbsolutePath().normalize();
    signingKeyFile = signingKeyFile.toAbsolutePath().normalize();
    check(
        !signingKeyFile.startsWith(root),
        "signingKeyFile: expected a place outside of " + root + ", got " + signingKeyFile);
    check(
        uploadUrlLifetime.isPositive(),
        "uploadUrlLifetime: expected more than 0, got " + uploadUrlLifetime);
    check(
        downloadUrlLifetime.isPositive(),
        "downloadUrlLifetime: expected more than 0, got " + downloadUrlLifetime);
    check(uploadBytesMax > 0, "uploadBytesMax: expected more than 0, got " + uploadBytesMax);
    check(
        transferTimeout.isPositive() && transferTimeout.compareTo(TRANSFER_TIMEOUT_MAX) <= 0,
        "transferTimeout: expected more than 0 and at most "
            + TRANSFER_TIMEOUT_MAX
            + ", got "
            + transferTimeout);
    check(transfersMax > 0, "transfersMax: expected more than 0, got " + transfersMax);
  }

  /** An hour for URLs and transfers, 10 GiB for a file, 256 transfers. */
  public static BlobStoreSettings of(Path root, Path signingKeyFile) {
    return new BlobStoreSettings(
        root,
        signingKeyFile,
        Duration.ofHours(1),
        Duration.ofHours(1),
        10L << 30,
        Duration.ofHours(1),
        256,
        new BlobOwner.ThisProcess());
  }

  /** The same with files that belong to somebody else. */
  public BlobStoreSettings ownedBy(BlobOwner other) {
    return new BlobStoreSettings(
        root,
        signingKeyFile,
        uploadUrlLifetime,
        downloadUrlLifetime,
        uploadBytesMax,
        transferTimeout,
        transfersMax,
        other);
  }

  private static void check(boolean right, String wrong) {
    if (!right) {
      throw new IllegalArgumentException(wrong);
    }
  }
}

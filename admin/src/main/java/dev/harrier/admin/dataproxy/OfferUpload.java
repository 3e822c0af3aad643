package dev.harrier.admin.dataproxy;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import dev.harrier.admin.inventory.Required;
import dev.harrier.admin.project.ProjectCheck;
import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import dev.harrier.spi.BlobKey;
import dev.harrier.spi.BlobStore;
import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import dev.harrier.spi.StoreUnavailableException;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;

/** Gives clients places to upload files to: code, and the files and tables that inputs name. */
public final class OfferUpload {
  private static final int RANDOM_NAME_CHARACTERS = 20;
  private static final String RANDOM_NAME_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";

  private final Access access;
  private final ProjectCheck projects;
  private final BlobStore blobs;
  private final DataProxySettings settings;

  /** Names that nobody can guess. */
  private final SecureRandom random = new SecureRandom();

  public OfferUpload(
      Access access, ProjectCheck projects, BlobStore blobs, DataProxySettings settings) {
    this.access = requireNonNull(access, "access");
    this.projects = requireNonNull(projects, "projects");
    this.blobs = requireNonNull(blobs, "blobs");
    this.settings = requireNonNull(settings, "settings");
  }

  /**
   * What a client wants to upload.
   *
   * @param directory empty for one named by the content
   * @param fileName empty for a random one
   * @param expiresIn empty for the longest that is allowed
   */
  record Request(
      ProjectDomain scope,
      String directory,
      String fileName,
      Optional<ByteString> contentMd5,
      Optional<com.google.protobuf.Duration> expiresIn) {
    Request {
      requireNonNull(scope, "scope");
      requireNonNull(directory, "directory");
      requireNonNull(fileName, "fileName");
      requireNonNull(contentMd5, "contentMd5");
      requireNonNull(expiresIn, "expiresIn");
    }
  }

  /**
   * A place.
   *
   * @param nativeUrl what tasks read the file by
   */
  record Offer(BlobStore.Signed signed, String nativeUrl) {
    Offer {
      requireNonNull(signed, "signed");
      requireNonNull(nativeUrl, "nativeUrl");
    }
  }

  /**
   * A place for a file. Asking again for the same content gives the same place again.
   *
   * @throws RejectedException ALREADY_EXISTS if the client names a place where other content is
   */
  Offer offer(Caller caller, Request request) {
    if (request.scope().project().isEmpty() || request.scope().domain().isEmpty()) {
      throw Rejection.invalid("project and domain are required parameters");
    }
    Required.text(request.scope().project(), "project");
    Required.text(request.scope().domain(), "domain");
    access.require(caller, Permission.DATA_UPLOAD, Scope.of(request.scope()));
    var lifetime = LinkLifetime.of(request.expiresIn(), settings.uploadLifetimeMax());
    var place =
        UploadPlace.of(
            request.scope(),
            request.directory(),
            request.fileName(),
            request.contentMd5(),
            this::randomName);
    projects.requireActive(request.scope());
    if (place.named()) {
      checkFree(place.key(), request.contentMd5());
    }
    return sign(place.key(), lifetime, request.contentMd5());
  }

  private Offer sign(BlobKey key, Duration lifetime, Optional<ByteString> contentMd5) {
    return new Offer(blobs.signPut(key, lifetime, contentMd5), blobs.uri(key));
  }

  /** Told early, as a courtesy: the store itself refuses to replace a file by another. */
  private void checkFree(BlobKey key, Optional<ByteString> contentMd5) {
    Optional<BlobStore.Stat> there;
    try {
      there = blobs.stat(key);
    } catch (IOException failure) {
      throw new StoreUnavailableException(
          "The blob store did not answer when asked about %s.".formatted(key), failure);
    }
    if (there.isPresent() && !there.map(BlobStore.Stat::md5).equals(contentMd5)) {
      throw Rejection.alreadyExists(
          "file already exists at location [%s], specify a matching hash if you wish to rewrite",
          blobs.uri(key));
    }
  }

  private String randomName() {
    return random
        .ints(RANDOM_NAME_CHARACTERS, 0, RANDOM_NAME_ALPHABET.length())
        .collect(
            StringBuilder::new,
            (text, index) -> text.append(RANDOM_NAME_ALPHABET.charAt(index)),
            StringBuilder::append)
        .toString();
  }
}

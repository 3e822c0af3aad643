package dev.harrier.admin.dataproxy;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.harrier.admin.nodeexecution.NodeExecutionIds;
import dev.harrier.security.Caller;
import dev.harrier.spi.BlobStore;
import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.Rejection;
import dev.harrier.spi.Wire;
import flyteidl.service.DataProxyServiceGrpc.DataProxyServiceImplBase;
import flyteidl.service.Dataproxy.ArtifactType;
import flyteidl.service.Dataproxy.CreateDownloadLinkRequest;
import flyteidl.service.Dataproxy.CreateDownloadLinkResponse;
import flyteidl.service.Dataproxy.CreateDownloadLocationRequest;
import flyteidl.service.Dataproxy.CreateDownloadLocationResponse;
import flyteidl.service.Dataproxy.CreateUploadLocationRequest;
import flyteidl.service.Dataproxy.CreateUploadLocationResponse;
import flyteidl.service.Dataproxy.GetDataRequest;
import flyteidl.service.Dataproxy.GetDataResponse;
import flyteidl.service.Dataproxy.PreSignedURLs;
import io.grpc.stub.StreamObserver;
import java.util.Optional;

/** Flyte's DataProxyService; what it throws, the server's one class turns into an answer. */
public final class DataProxyRpc extends DataProxyServiceImplBase {
  // Set by their names: the compiler warns of their accessors, as the fields are deprecated, but
  // clients read them.
  private static final FieldDescriptor LINK_URL = linkField("signed_url");
  private static final FieldDescriptor LINK_EXPIRES_AT = linkField("expires_at");

  private final OfferUpload uploads;
  private final OfferDownload downloads;

  public DataProxyRpc(OfferUpload uploads, OfferDownload downloads) {
    this.uploads = requireNonNull(uploads, "uploads");
    this.downloads = requireNonNull(downloads, "downloads");
  }

  @Override
  public void createUploadLocation(
      CreateUploadLocationRequest request, StreamObserver<CreateUploadLocationResponse> observer) {
    var offer =
        uploads.offer(
            Caller.current(),
            new OfferUpload.Request(
                new ProjectDomain(request.getProject(), request.getDomain()),
                request.getFilenameRoot(),
                request.getFilename(),
                Optional.of(request.getContentMd5()).filter(md5 -> !md5.isEmpty()),
                request.hasExpiresIn() ? Optional.of(request.getExpiresIn()) : Optional.empty()));
    answer(
        observer,
        CreateUploadLocationResponse.newBuilder()
            .setSignedUrl(offer.signed().url().toString())
            .setNativeUrl(offer.nativeUrl())
            .setExpiresAt(Wire.timestamp(offer.signed().expiresAt()))
            // The store's own, no more: one that the client's upload contradicts would fail it.
            .putAllHeaders(offer.signed().headers())
            .build());
  }

  @Override
  public void createDownloadLink(
      CreateDownloadLinkRequest request, StreamObserver<CreateDownloadLinkResponse> observer) {
    if (request.getArtifactType() != ArtifactType.ARTIFACT_TYPE_DECK) {
      throw Rejection.invalid(
          "invalid artifact type: expected ARTIFACT_TYPE_DECK, got %s",
          request.getArtifactTypeValue());
    }
    if (!request.hasNodeExecutionId()) {
      throw Rejection.invalid("source is required: expected a node_execution_id, got none");
    }
    var node = NodeExecutionIds.check(request.getNodeExecutionId(), "node_execution_id");
    var lifetime =
        LinkLifetime.of(
            request.hasExpiresIn() ? Optional.of(request.getExpiresIn()) : Optional.empty(),
            downloads.lifetimeMax());
    var signed = downloads.deck(Caller.current(), node, lifetime);
    var link = CreateDownloadLinkResponse.newBuilder().setPreSignedUrls(urls(signed));
    link.addRepeatedField(LINK_URL, signed.url().toString());
    link.setField(LINK_EXPIRES_AT, Wire.timestamp(signed.expiresAt()));
    answer(observer, link.build());
  }

  /**
   * Refuses.
   *
   * @deprecated as the call itself is: it names a file by its path
   */
  @Deprecated
  @Override
  public void createDownloadLocation(
      CreateDownloadLocationRequest request,
      StreamObserver<CreateDownloadLocationResponse> observer) {
    throw downloads.byPath(Caller.current(), request.getNativeUrl());
  }

  @Override
  public void getData(GetDataRequest request, StreamObserver<GetDataResponse> observer) {
    var url = FlyteUrl.parse(request.getFlyteUrl());
    var data = GetDataResponse.newBuilder();
    if (url.part() == FlyteUrl.Part.DECK) {
      data.setPreSignedUrls(urls(downloads.deck(Caller.current(), url)));
    } else {
      var literals = downloads.data(Caller.current(), url);
      if (url.literal().isPresent()) {
        data.setLiteral(OfferDownload.literal(url, literals, url.literal().get()));
      } else {
        data.setLiteralMap(
            url.part() == FlyteUrl.Part.INPUTS ? literals.inputs() : literals.outputsOrEmpty());
      }
    }
    answer(observer, data.build());
  }

  private static PreSignedURLs urls(BlobStore.Signed signed) {
    return PreSignedURLs.newBuilder()
        .addSignedUrl(signed.url().toString())
        .setExpiresAt(Wire.timestamp(signed.expiresAt()))
        .build();
  }

  private static FieldDescriptor linkField(String name) {
    return requireNonNull(CreateDownloadLinkResponse.getDescriptor().findFieldByName(name), name);
  }

  private static <T> void answer(StreamObserver<T> observer, T response) {
    observer.onNext(response);
    observer.onCompleted();
  }
}

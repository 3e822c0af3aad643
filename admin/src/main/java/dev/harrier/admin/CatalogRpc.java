package dev.harrier.admin;

import static java.util.Objects.requireNonNull;

import datacatalog.DataCatalogGrpc.DataCatalogImplBase;
import datacatalog.Datacatalog.AddTagRequest;
import datacatalog.Datacatalog.AddTagResponse;
import datacatalog.Datacatalog.CreateArtifactRequest;
import datacatalog.Datacatalog.CreateArtifactResponse;
import datacatalog.Datacatalog.CreateDatasetRequest;
import datacatalog.Datacatalog.CreateDatasetResponse;
import datacatalog.Datacatalog.DatasetID;
import datacatalog.Datacatalog.GetArtifactRequest;
import datacatalog.Datacatalog.GetArtifactResponse;
import datacatalog.Datacatalog.GetDatasetRequest;
import datacatalog.Datacatalog.GetDatasetResponse;
import datacatalog.Datacatalog.GetOrExtendReservationRequest;
import datacatalog.Datacatalog.GetOrExtendReservationResponse;
import datacatalog.Datacatalog.ListArtifactsRequest;
import datacatalog.Datacatalog.ListArtifactsResponse;
import datacatalog.Datacatalog.ListDatasetsRequest;
import datacatalog.Datacatalog.ListDatasetsResponse;
import datacatalog.Datacatalog.ReleaseReservationRequest;
import datacatalog.Datacatalog.ReleaseReservationResponse;
import datacatalog.Datacatalog.UpdateArtifactRequest;
import datacatalog.Datacatalog.UpdateArtifactResponse;
import dev.harrier.admin.inventory.Identifiers;
import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import io.grpc.stub.StreamObserver;

/**
 * Flyte's DataCatalog: refused in a sentence, since nothing is cached yet. Who may not reach the
 * cache of a project hears that first.
 */
final class CatalogRpc extends DataCatalogImplBase {
  private final Access access;

  CatalogRpc(Access access) {
    this.access = requireNonNull(access, "access");
  }

  @Override
  public void createDataset(
      CreateDatasetRequest request, StreamObserver<CreateDatasetResponse> observer) {
    throw refused(Permission.CACHE_WRITE, request.getDataset().getId());
  }

  @Override
  public void getDataset(GetDatasetRequest request, StreamObserver<GetDatasetResponse> observer) {
    throw refused(Permission.CACHE_READ, request.getDataset());
  }

  @Override
  public void createArtifact(
      CreateArtifactRequest request, StreamObserver<CreateArtifactResponse> observer) {
    throw refused(Permission.CACHE_WRITE, request.getArtifact().getDataset());
  }

  @Override
  public void getArtifact(
      GetArtifactRequest request, StreamObserver<GetArtifactResponse> observer) {
    throw refused(Permission.CACHE_READ, request.getDataset());
  }

  @Override
  public void addTag(AddTagRequest request, StreamObserver<AddTagResponse> observer) {
    throw refused(Permission.CACHE_WRITE, request.getTag().getDataset());
  }

  @Override
  public void listArtifacts(
      ListArtifactsRequest request, StreamObserver<ListArtifactsResponse> observer) {
    throw refused(Permission.CACHE_READ, request.getDataset());
  }

  @Override
  public void listDatasets(
      ListDatasetsRequest request, StreamObserver<ListDatasetsResponse> observer) {
    throw unserved();
  }

  @Override
  public void updateArtifact(
      UpdateArtifactRequest request, StreamObserver<UpdateArtifactResponse> observer) {
    throw refused(Permission.CACHE_WRITE, request.getDataset());
  }

  @Override
  public void getOrExtendReservation(
      GetOrExtendReservationRequest request,
      StreamObserver<GetOrExtendReservationResponse> observer) {
    throw refused(Permission.CACHE_WRITE, request.getReservationId().getDatasetId());
  }

  @Override
  public void releaseReservation(
      ReleaseReservationRequest request, StreamObserver<ReleaseReservationResponse> observer) {
    throw refused(Permission.CACHE_WRITE, request.getReservationId().getDatasetId());
  }

  private RejectedException refused(Permission permission, DatasetID dataset) {
    Identifiers.checkScope(dataset.getProject(), dataset.getDomain());
    access.require(
        Caller.current(), permission, Scope.of(dataset.getProject(), dataset.getDomain()));
    return unserved();
  }

  private static RejectedException unserved() {
    return Rejection.unimplemented("This release caches nothing, so there is no catalog to ask.");
  }
}

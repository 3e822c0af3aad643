package dev.harrier.security.rpc;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.oauth.ServerMetadata;
import flyteidl.service.Auth.OAuth2MetadataRequest;
import flyteidl.service.Auth.OAuth2MetadataResponse;
import flyteidl.service.Auth.PublicClientAuthConfigRequest;
import flyteidl.service.Auth.PublicClientAuthConfigResponse;
import flyteidl.service.AuthMetadataServiceGrpc.AuthMetadataServiceImplBase;
import io.grpc.stub.StreamObserver;

/** Tells clients how to log in. Both answers are fixed, so that asking costs nothing. */
public final class AuthMetadataRpc extends AuthMetadataServiceImplBase {
  private final OAuth2MetadataResponse metadata;

  private final PublicClientAuthConfigResponse client = ServerMetadata.publicClient();

  public AuthMetadataRpc(ServerMetadata described) {
    requireNonNull(described, "described");
    metadata = described.message();
  }

  @Override
  public void getOAuth2Metadata(
      OAuth2MetadataRequest request, StreamObserver<OAuth2MetadataResponse> answer) {
    answer.onNext(metadata);
    answer.onCompleted();
  }

  @Override
  public void getPublicClientConfig(
      PublicClientAuthConfigRequest request,
      StreamObserver<PublicClientAuthConfigResponse> answer) {
    answer.onNext(client);
    answer.onCompleted();
  }
}

package dev.harrier.security.rpc;

import dev.harrier.security.Caller;
import flyteidl.service.Identity.UserInfoRequest;
import flyteidl.service.Identity.UserInfoResponse;
import flyteidl.service.IdentityServiceGrpc.IdentityServiceImplBase;
import io.grpc.stub.StreamObserver;

/** Tells callers who they are. */
public final class IdentityRpc extends IdentityServiceImplBase {
  @Override
  public void userInfo(UserInfoRequest request, StreamObserver<UserInfoResponse> answer) {
    var caller = Caller.current();
    answer.onNext(
        UserInfoResponse.newBuilder()
            .setSubject(caller.subject())
            .setName(caller.clientId().orElse(caller.subject()))
            .build());
    answer.onCompleted();
  }
}

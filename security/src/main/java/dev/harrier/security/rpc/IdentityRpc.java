package dev.harrier.security.rpc;

import dev.harrier.security.Caller;
import dev.harrier.security.Subjects;
import flyteidl.service.Identity.UserInfoRequest;
import flyteidl.service.Identity.UserInfoResponse;
import flyteidl.service.IdentityServiceGrpc.IdentityServiceImplBase;
import io.grpc.stub.StreamObserver;

/** Tells callers who they are. */
public final class IdentityRpc extends IdentityServiceImplBase {
  @Override
  public void userInfo(UserInfoRequest request, StreamObserver<UserInfoResponse> answer) {
    var caller = Caller.current();
    var user = Subjects.userName(caller.subject());
    var found =
        UserInfoResponse.newBuilder()
            .setSubject(caller.subject())
            .setName(user.or(caller::clientId).orElse(caller.subject()));
    user.ifPresent(found::setPreferredUsername);
    answer.onNext(found.build());
    answer.onCompleted();
  }
}

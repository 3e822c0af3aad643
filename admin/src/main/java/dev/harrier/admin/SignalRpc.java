package dev.harrier.admin;

import static java.util.Objects.requireNonNull;

import dev.harrier.admin.execution.UnservedRpc;
import flyteidl.admin.SignalOuterClass.Signal;
import flyteidl.admin.SignalOuterClass.SignalGetOrCreateRequest;
import flyteidl.admin.SignalOuterClass.SignalList;
import flyteidl.admin.SignalOuterClass.SignalListRequest;
import flyteidl.admin.SignalOuterClass.SignalSetRequest;
import flyteidl.admin.SignalOuterClass.SignalSetResponse;
import flyteidl.service.SignalServiceGrpc.SignalServiceImplBase;
import io.grpc.stub.StreamObserver;

/** Flyte's SignalService: refused in a sentence, since no node waits for a signal yet. */
public final class SignalRpc extends SignalServiceImplBase {
  private final UnservedRpc unserved;

  public SignalRpc(UnservedRpc unserved) {
    this.unserved = requireNonNull(unserved, "unserved");
  }

  @Override
  public void getOrCreateSignal(SignalGetOrCreateRequest request, StreamObserver<Signal> observer) {
    throw unserved.createSignal(request.getId().getExecutionId());
  }

  @Override
  public void listSignals(SignalListRequest request, StreamObserver<SignalList> observer) {
    throw unserved.signals(request.getWorkflowExecutionId());
  }

  @Override
  public void setSignal(SignalSetRequest request, StreamObserver<SignalSetResponse> observer) {
    throw unserved.setSignal(request.getId().getExecutionId());
  }
}

package dev.harrier.security.rpc;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.Timestamp;
import dev.harrier.idl.access.v1.AccessServiceGrpc.AccessServiceImplBase;
import dev.harrier.idl.access.v1.Binding;
import dev.harrier.idl.access.v1.CheckRequest;
import dev.harrier.idl.access.v1.CheckResponse;
import dev.harrier.idl.access.v1.Difference;
import dev.harrier.idl.access.v1.GetPolicyRequest;
import dev.harrier.idl.access.v1.GetPolicyResponse;
import dev.harrier.idl.access.v1.ListBindingsRequest;
import dev.harrier.idl.access.v1.ListBindingsResponse;
import dev.harrier.idl.access.v1.PutPolicyRequest;
import dev.harrier.idl.access.v1.PutPolicyResponse;
import dev.harrier.idl.access.v1.SimulatePolicyRequest;
import dev.harrier.idl.access.v1.SimulatePolicyResponse;
import dev.harrier.idl.access.v1.WhoCanRequest;
import dev.harrier.idl.access.v1.WhoCanResponse;
import dev.harrier.idl.access.v1.WhyRequest;
import dev.harrier.idl.access.v1.WhyResponse;
import dev.harrier.security.Caller;
import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import dev.harrier.security.policy.Condition;
import dev.harrier.security.policy.Explanation;
import dev.harrier.security.policy.Policy;
import dev.harrier.security.policy.PolicyDifference;
import dev.harrier.security.policy.PolicyQueries;
import dev.harrier.security.policy.PolicyReader;
import dev.harrier.security.policy.PutPolicy;
import dev.harrier.security.policy.Verdict;
import dev.harrier.spi.Rejection;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.List;

/** The access policy over gRPC and HTTP: messages to use cases and back, nothing else. */
public final class AccessRpc extends AccessServiceImplBase {
  private static final String ALL = "*";

  private final PolicyQueries queries;
  private final PutPolicy putPolicy;

  public AccessRpc(PolicyQueries queries, PutPolicy putPolicy) {
    this.queries = requireNonNull(queries, "queries");
    this.putPolicy = requireNonNull(putPolicy, "putPolicy");
  }

  @Override
  public void getPolicy(GetPolicyRequest request, StreamObserver<GetPolicyResponse> answer) {
    var found = queries.text(Caller.current());
    answer.onNext(
        GetPolicyResponse.newBuilder()
            .setText(found.text().text())
            .setEtag(found.text().etag())
            .setSource(found.source())
            .addAllFindings(found.findings())
            .setEtagInForce(found.etagInForce())
            .build());
    answer.onCompleted();
  }

  @Override
  public void putPolicy(PutPolicyRequest request, StreamObserver<PutPolicyResponse> answer) {
    var outcome =
        putPolicy.put(Caller.current(), request.getText(), request.getEtag(), request.getDryRun());
    answer.onNext(
        PutPolicyResponse.newBuilder()
            .setEtag(outcome.etag())
            .addAllFindings(outcome.findings())
            .setDifference(difference(outcome.difference()))
            .build());
    answer.onCompleted();
  }

  @Override
  public void listBindings(
      ListBindingsRequest request, StreamObserver<ListBindingsResponse> answer) {
    var found =
        queries.bindings(
            Caller.current(), request.getSubject(), request.getProject(), request.getDomain());
    answer.onNext(
        ListBindingsResponse.newBuilder()
            .addAllBindings(found.stream().map(AccessRpc::binding).toList())
            .setEtag(queries.etag())
            .build());
    answer.onCompleted();
  }

  @Override
  public void check(CheckRequest request, StreamObserver<CheckResponse> answer) {
    var found =
        why(
            request.getSubjectsList(),
            request.getPermission(),
            request.getProject(),
            request.getDomain());
    answer.onNext(
        CheckResponse.newBuilder()
            .setVerdict(verdict(found.verdict()))
            .setEtag(queries.etag())
            .build());
    answer.onCompleted();
  }

  @Override
  public void why(WhyRequest request, StreamObserver<WhyResponse> answer) {
    var found =
        why(
            request.getSubjectsList(),
            request.getPermission(),
            request.getProject(),
            request.getDomain());
    answer.onNext(
        WhyResponse.newBuilder()
            .setVerdict(verdict(found.verdict()))
            .addAllSteps(found.steps())
            .addAllRoles(found.roles())
            .setEtag(queries.etag())
            .build());
    answer.onCompleted();
  }

  private Explanation why(List<String> subjects, String permission, String project, String domain) {
    return queries.why(Caller.current(), subjects, permission(permission), scope(project, domain));
  }

  @Override
  public void whoCan(WhoCanRequest request, StreamObserver<WhoCanResponse> answer) {
    var scope = scope(request.getProject(), request.getDomain());
    var found = queries.whoCan(Caller.current(), permission(request.getPermission()), scope);
    answer.onNext(
        WhoCanResponse.newBuilder().addAllSubjects(found).setEtag(queries.etag()).build());
    answer.onCompleted();
  }

  @Override
  public void simulatePolicy(
      SimulatePolicyRequest request, StreamObserver<SimulatePolicyResponse> answer) {
    var found = queries.simulate(Caller.current(), request.getText());
    answer.onNext(
        SimulatePolicyResponse.newBuilder()
            .setDifference(difference(found.difference()))
            .addAllFindings(found.failures())
            .build());
    answer.onCompleted();
  }

  private static Permission permission(String word) {
    try {
      return PolicyReader.permission(word);
    } catch (IllegalArgumentException unknown) {
      throw Rejection.invalid("%s", "permission: " + unknown.getMessage());
    }
  }

  private static Scope scope(String project, String domain) {
    if (project.isEmpty()) {
      if (!domain.isEmpty()) {
        throw Rejection.invalid("domain: expected a project beside it, found none.");
      }
      return Scope.platform();
    }
    return domain.isEmpty() ? Scope.of(project) : Scope.of(project, domain);
  }

  private static CheckResponse.Verdict verdict(Verdict verdict) {
    return switch (verdict) {
      case ALLOWED -> CheckResponse.Verdict.ALLOWED;
      case ON_OWN -> CheckResponse.Verdict.ON_OWN;
      case ON_OTHERS -> CheckResponse.Verdict.ON_OTHERS;
      case DENIED -> CheckResponse.Verdict.DENIED;
    };
  }

  private static Difference difference(PolicyDifference difference) {
    return Difference.newBuilder()
        .addAllChanges(difference.changes())
        .setMore(difference.more())
        .addAllRemarks(difference.remarks())
        .build();
  }

  private static Binding binding(Policy.Binding binding) {
    var message =
        Binding.newBuilder()
            .setName(binding.name())
            .addAllSubjects(binding.subjects())
            .setRole(binding.role().name())
            .setProject(binding.scope().project().orElse(ALL))
            .setDomain(binding.scope().domain().orElse(ALL))
            .setConditional(!binding.when().equals(Condition.ALWAYS));
    binding.until().map(AccessRpc::timestamp).ifPresent(message::setUntil);
    binding.reason().ifPresent(message::setReason);
    return message.build();
  }

  private static Timestamp timestamp(Instant at) {
    return Timestamp.newBuilder().setSeconds(at.getEpochSecond()).setNanos(at.getNano()).build();
  }
}

package dev.harrier.security.rpc;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.Caller;
import dev.harrier.security.Subjects;
import dev.harrier.security.provider.Person;
import dev.harrier.security.session.People;
import flyteidl.service.Identity.UserInfoRequest;
import flyteidl.service.Identity.UserInfoResponse;
import flyteidl.service.IdentityServiceGrpc.IdentityServiceImplBase;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.function.Function;

/** Tells callers who they are. */
public final class IdentityRpc extends IdentityServiceImplBase {
  private final Function<String, Optional<Person>> people;

  /** Knows nobody's name. */
  public IdentityRpc() {
    this.people = principal -> Optional.empty();
  }

  /** Knows the names of those who logged in at a provider. */
  public IdentityRpc(People people) {
    this.people = requireNonNull(people, "people")::find;
  }

  @Override
  public void userInfo(UserInfoRequest request, StreamObserver<UserInfoResponse> answer) {
    var caller = Caller.current();
    var user = Subjects.userName(caller.principal());
    var found =
        UserInfoResponse.newBuilder()
            .setSubject(caller.subject())
            .setName(user.or(caller::clientId).orElse(caller.subject()));
    user.ifPresent(found::setPreferredUsername);
    // Only those of other issuers were ever kept, so only they cost a look.
    if (!Subjects.ofThisInstallation(caller.subject())) {
      people.apply(caller.principal()).ifPresent(person -> describe(person, found));
    }
    answer.onNext(found.build());
    answer.onCompleted();
  }

  private static void describe(Person person, UserInfoResponse.Builder found) {
    if (!person.name().isEmpty()) {
      found.setName(person.name()).setPreferredUsername(person.name());
    }
    found.setEmail(person.email());
  }
}

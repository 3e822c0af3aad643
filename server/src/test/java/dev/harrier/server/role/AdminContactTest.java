package dev.harrier.server.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.idl.journal.v1.AttemptServiceGrpc;
import dev.harrier.idl.journal.v1.DescribeRequest;
import dev.harrier.idl.journal.v1.DescribeResponse;
import dev.harrier.idl.journal.v1.JournalServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

final class AdminContactTest {
  private final AtomicLong nanos = new AtomicLong();
  private final AtomicReference<Status> end = new AtomicReference<>(Status.OK);
  private final AdminContact contact = new AdminContact(new Ending(), nanos::get);

  @Test
  void nothing_is_well_before_admin_has_answered() {
    assertThat(contact.trouble()).contains("admin has not been asked yet");
  }

  @Test
  void a_propeller_that_is_answered_has_no_trouble() {
    ask();

    assertThat(contact.trouble()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.Code.class,
      names = {"UNAUTHENTICATED", "PERMISSION_DENIED"})
  void a_propeller_that_is_locked_out_says_why_until_it_is_let_in(Status.Code code) {
    ask();

    end.set(code.toStatus().withDescription("sa:one is\ndisabled."));
    ask();

    assertThat(contact.trouble())
        .contains("admin refuses this propeller: %s sa:one is disabled.".formatted(code));
    end.set(Status.OK);
    ask();
    assertThat(contact.trouble()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.Code.class,
      names = {"UNAVAILABLE", "DEADLINE_EXCEEDED", "INTERNAL"})
  void a_propeller_that_does_not_reach_admin_says_so(Status.Code code) {
    ask();

    end.set(code.toStatus().withCause(new IllegalStateException("nobody listens")));
    ask();

    assertThat(contact.trouble().orElseThrow())
        .startsWith("admin does not answer: " + code)
        .endsWith("nobody listens");
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.Code.class,
      mode = Mode.INCLUDE,
      names = {"FAILED_PRECONDITION", "ABORTED", "RESOURCE_EXHAUSTED", "NOT_FOUND"})
  void a_word_about_one_thing_is_an_answer(Status.Code code) {
    end.set(code.toStatus());

    ask();

    assertThat(contact.trouble()).isEmpty();
  }

  @Test
  void silence_longer_than_a_lease_is_trouble() {
    ask();

    nanos.addAndGet(AdminContact.SILENCE_MAX.toNanos());
    assertThat(contact.trouble()).isEmpty();
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());

    assertThat(contact.trouble()).contains("admin has not answered for 11 seconds");
  }

  @Test
  void a_propeller_without_credentials_says_why() {
    var refused = Status.UNAUTHENTICATED.withDescription("admin gave this propeller no token: no");
    ClientInterceptor none =
        new ClientInterceptor() {
          @Override
          public <Q, A> ClientCall<Q, A> interceptCall(
              MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
            throw refused.asRuntimeException();
          }
        };
    var without = new AdminContact(none, nanos::get);

    assertThatThrownBy(
            () ->
                without.interceptCall(
                    JournalServiceGrpc.getDescribeMethod(), CallOptions.DEFAULT, new Nowhere()))
        .isInstanceOf(StatusRuntimeException.class);

    assertThat(without.trouble().orElseThrow())
        .endsWith("UNAUTHENTICATED admin gave this propeller no token: no");
  }

  @Test
  void what_an_attempt_may_not_have_says_nothing_about_the_propeller() {
    ask();

    end.set(Status.PERMISSION_DENIED);
    call(AttemptServiceGrpc.getGetSecretMethod());

    assertThat(contact.trouble()).isEmpty();
  }

  private void ask() {
    MethodDescriptor<DescribeRequest, DescribeResponse> describe =
        JournalServiceGrpc.getDescribeMethod();
    call(describe);
  }

  private <Q, A> void call(MethodDescriptor<Q, A> method) {
    contact
        .interceptCall(method, CallOptions.DEFAULT, new Nowhere())
        .start(new ClientCall.Listener<>() {}, new Metadata());
  }

  /** Calls that end at once as they are told to. */
  private final class Ending implements ClientInterceptor {
    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(
        MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
      return new ClientCall<>() {
        @Override
        public void start(Listener<A> listener, Metadata headers) {
          listener.onClose(end.get(), new Metadata());
        }

        @Override
        public void request(int count) {}

        @Override
        public void cancel(@Nullable String message, @Nullable Throwable cause) {}

        @Override
        public void halfClose() {}

        @Override
        public void sendMessage(Q message) {}
      };
    }
  }

  private static final class Nowhere extends Channel {
    @Override
    public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
      throw new IllegalStateException("nobody is called");
    }

    @Override
    public String authority() {
      return "nowhere";
    }
  }
}

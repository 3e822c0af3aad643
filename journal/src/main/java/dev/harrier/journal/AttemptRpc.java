package dev.harrier.journal;

import static java.util.Objects.requireNonNull;

import dev.harrier.idl.journal.v1.AttemptServiceGrpc;
import dev.harrier.idl.journal.v1.CreateTokenRequest;
import dev.harrier.idl.journal.v1.CreateTokenResponse;
import dev.harrier.idl.journal.v1.GetSecretRequest;
import dev.harrier.idl.journal.v1.GetSecretResponse;
import dev.harrier.security.secret.SecretUnavailableException;
import dev.harrier.security.token.LiveAttempts;
import dev.harrier.spi.AttemptId;
import dev.harrier.spi.Journal;
import dev.harrier.spi.Rejection;
import dev.harrier.spi.SecretId;
import dev.harrier.spi.SecretValue;
import flyteidl.core.Security.Secret;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Gives a propeller what an attempt needs of admin: its token, and the secrets that its workflow
 * asks for. Only to the propeller that holds the attempt's shard, and only while the attempt lives.
 */
public final class AttemptRpc extends AttemptServiceGrpc.AttemptServiceImplBase {
  /** Tokens are renewed; none is good for longer. */
  static final Duration LIFETIME_MAX = Duration.ofHours(2);

  /**
   * In the trailers of an answer whose sentence is for the task. Whatever else is UNAVAILABLE is
   * admin itself, or its database, and may name hosts.
   */
  static final Metadata.Key<String> SECRET_UNAVAILABLE =
      Metadata.Key.of("harrier-secret-unavailable", Metadata.ASCII_STRING_MARSHALLER);

  private final Journal journal;
  private final Propellers propellers;
  private final LiveAttempts attempts;
  private final Tokens tokens;
  private final Secrets secrets;

  /** Makes the service; nobody is asked for anything yet. */
  public AttemptRpc(
      Journal journal,
      Propellers propellers,
      LiveAttempts attempts,
      Tokens tokens,
      Secrets secrets) {
    this.journal = requireNonNull(journal, "journal");
    this.propellers = requireNonNull(propellers, "propellers");
    this.attempts = requireNonNull(attempts, "attempts");
    this.tokens = requireNonNull(tokens, "tokens");
    this.secrets = requireNonNull(secrets, "secrets");
  }

  /** Makes tokens that end with their attempts. */
  @FunctionalInterface
  public interface Tokens {
    /** A token that is good for so long, if the attempt lives as long. */
    String of(AttemptId attempt, Duration lifetime);
  }

  /** Finds secrets, and decides who may have them. */
  @FunctionalInterface
  public interface Secrets {
    /**
     * The secret for a task of the attempt's execution.
     *
     * @throws dev.harrier.spi.RejectedException if it may not have it, or there is none
     * @throws SecretUnavailableException if it cannot be had now; the task hears its message
     */
    SecretValue find(AttemptId attempt, SecretId id);
  }

  @Override
  public void createToken(CreateTokenRequest request, StreamObserver<CreateTokenResponse> answer) {
    var attempt = own(request.getAttempt());
    var lifetime = Rows.duration(request.getLifetime());
    if (!lifetime.isPositive() || lifetime.compareTo(LIFETIME_MAX) > 0) {
      throw Rejection.invalid(
          "token of %s: expected a lifetime of more than 0 and at most %s, found %s",
          attempt, LIFETIME_MAX, lifetime);
    }
    answer.onNext(CreateTokenResponse.newBuilder().setToken(tokens.of(attempt, lifetime)).build());
    answer.onCompleted();
  }

  @Override
  public void getSecret(GetSecretRequest request, StreamObserver<GetSecretResponse> answer) {
    var attempt = own(request.getAttempt());
    var id =
        new SecretId(
            request.getGroup(),
            request.getKey(),
            Optional.of(request.getVersion()).filter(version -> !version.isEmpty()));
    if (!asked(attempt, id)) {
      throw Rejection.permissionDenied(
          "No task of the workflow of %s asks for the secret '%s'.",
          attempt.node().execution(), id);
    }
    SecretValue value;
    try {
      value = secrets.find(attempt, id);
    } catch (SecretUnavailableException told) {
      var trailers = new Metadata();
      trailers.put(SECRET_UNAVAILABLE, "true");
      answer.onError(
          Status.UNAVAILABLE.withDescription(told.getMessage()).asRuntimeException(trailers));
      return;
    }
    answer.onNext(GetSecretResponse.newBuilder().setValue(value.reveal()).build());
    answer.onCompleted();
  }

  private AttemptId own(dev.harrier.idl.journal.v1.Attempt message) {
    var calling = propellers.calling();
    if (message.getNumber() < 0) {
      throw Rejection.invalid("attempt: expected a number from 0 on, found another");
    }
    var attempt = Rows.attempt(message);
    calling.requireHeld(List.of(attempt.node().execution().shard(journal.shardCount())));
    if (!attempts.live(attempt)) {
      throw Rejection.failedPrecondition("attempt %s: it does not run", attempt);
    }
    return attempt;
  }

  /** Whether the compiled workflow, which nobody changes any more, names the secret. */
  private boolean asked(AttemptId attempt, SecretId id) {
    return journal.load(List.of(attempt.node().execution())).stream()
        .map(record -> journal.closure(record.closureDigest()))
        .flatMap(closure -> closure.getTasksList().stream())
        .flatMap(task -> task.getTemplate().getSecurityContext().getSecretsList().stream())
        .anyMatch(secret -> same(secret, id));
  }

  private static boolean same(Secret asked, SecretId id) {
    return asked.getGroup().equals(id.group())
        && asked.getKey().equals(id.key())
        && asked.getGroupVersion().equals(id.version().orElse(""));
  }
}

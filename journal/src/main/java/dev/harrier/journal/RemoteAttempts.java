package dev.harrier.journal;

import static java.util.Objects.requireNonNull;

import dev.harrier.idl.journal.v1.AttemptServiceGrpc.AttemptServiceBlockingStub;
import dev.harrier.idl.journal.v1.CreateTokenRequest;
import dev.harrier.idl.journal.v1.GetSecretRequest;
import dev.harrier.security.secret.SecretUnavailableException;
import dev.harrier.spi.AttemptId;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import dev.harrier.spi.SecretId;
import dev.harrier.spi.SecretValue;
import dev.harrier.spi.StoreUnavailableException;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The propeller's end of what attempts need of admin. An attempt that starts while admin is away
 * waits for it a while: admin starts within seconds, and a lost attempt costs its author more.
 */
public final class RemoteAttempts {
  /** How long a token may take. */
  private static final Duration TOKEN_MAX = Duration.ofSeconds(10);

  /**
   * How long a secret may take. Beyond what admin waits for a source outside, which is asked three
   * times for ten seconds each, as is its login before: it is admin that knows which one it was.
   */
  private static final Duration SECRET_MAX = Duration.ofMinutes(2);

  /** How long it is tried again while admin is away. */
  private static final Duration AWAY_MAX = Duration.ofMinutes(1);

  private static final long WAIT_MILLIS = 100;
  private static final long WAIT_MAX_MILLIS = 2_000;

  private final AttemptServiceBlockingStub admin;

  /**
   * @param admin with credentials
   */
  public RemoteAttempts(AttemptServiceBlockingStub admin) {
    this.admin = requireNonNull(admin, "admin");
  }

  /** A token for an attempt of a shard that this process holds. */
  public String token(AttemptId attempt, Duration lifetime) {
    var request =
        CreateTokenRequest.newBuilder()
            .setAttempt(Rows.message(attempt))
            .setLifetime(Rows.message(lifetime))
            .build();
    return asked("token", () -> within(TOKEN_MAX).createToken(request).getToken());
  }

  /**
   * A secret that the attempt's task asks for.
   *
   * @throws RejectedException with admin's own sentence if it refuses
   * @throws SecretUnavailableException with admin's own sentence if it cannot have it now
   * @throws StoreUnavailableException if admin did not answer
   */
  public SecretValue secret(AttemptId attempt, SecretId id) {
    var request =
        GetSecretRequest.newBuilder()
            .setAttempt(Rows.message(attempt))
            .setGroup(id.group())
            .setKey(id.key())
            .setVersion(id.version().orElse(""))
            .build();
    return new SecretValue(
        asked("secret '%s'".formatted(id), () -> within(SECRET_MAX).getSecret(request).getValue()));
  }

  private AttemptServiceBlockingStub within(Duration limit) {
    return admin.withDeadlineAfter(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static String asked(String what, Supplier<String> rpc) {
    var wait = WAIT_MILLIS;
    var awaySince = OptionalLong.empty();
    while (true) {
      try {
        return rpc.get();
      } catch (StatusRuntimeException failed) {
        var said = said(failed);
        if (said.isPresent()) {
          throw said.get();
        }
        var now = System.nanoTime();
        // From the first answer that did not come: that alone may have taken longer.
        awaySince = OptionalLong.of(awaySince.orElse(now));
        if (now - awaySince.getAsLong() > AWAY_MAX.toNanos()) {
          throw new StoreUnavailableException(
              "Admin gave no %s (%s). Whoever operates this installation finds why in admin's log."
                  .formatted(what, failed.getStatus().getCode()),
              failed);
        }
      }
      pause(wait, what);
      wait = Math.min(WAIT_MAX_MILLIS, wait * 2);
    }
  }

  private static void pause(long millis, String what) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new StoreUnavailableException(
          "Interrupted while admin gave no %s.".formatted(what), interrupted);
    }
  }

  /** What admin itself said; empty for what it may say otherwise once it is back. */
  private static Optional<RuntimeException> said(StatusRuntimeException failed) {
    var sentence = Optional.ofNullable(failed.getStatus().getDescription()).orElse("");
    return switch (failed.getStatus().getCode()) {
      case INVALID_ARGUMENT -> Optional.of(Rejection.invalid(sentence));
      case NOT_FOUND -> Optional.of(Rejection.notFound(sentence));
      case FAILED_PRECONDITION -> Optional.of(Rejection.failedPrecondition(sentence));
      case PERMISSION_DENIED -> Optional.of(Rejection.permissionDenied(sentence));
      case UNAVAILABLE ->
          marked(failed) ? Optional.of(new SecretUnavailableException(sentence)) : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static boolean marked(StatusRuntimeException failed) {
    var trailers = failed.getTrailers();
    return trailers != null && trailers.containsKey(AttemptRpc.SECRET_UNAVAILABLE);
  }
}

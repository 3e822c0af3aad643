package dev.harrier.journal;

import static java.util.Objects.requireNonNull;

import dev.harrier.idl.journal.v1.AttemptServiceGrpc.AttemptServiceBlockingStub;
import dev.harrier.idl.journal.v1.CreateTokenRequest;
import dev.harrier.idl.journal.v1.GetSecretRequest;
import dev.harrier.spi.AttemptId;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import dev.harrier.spi.SecretId;
import dev.harrier.spi.SecretValue;
import dev.harrier.spi.StoreUnavailableException;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The propeller's end of what attempts need of admin. An attempt that starts while admin is away
 * waits for it a while: admin starts within seconds, and a lost attempt costs its author more.
 */
public final class RemoteAttempts {
  /** How long one call may take. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Tries while admin is away; with their waits a minute in all. */
  private static final int TRIES_MAX = 34;

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
    return asked("token", () -> timed().createToken(request).getToken());
  }

  /**
   * A secret that the attempt's task asks for.
   *
   * @throws RejectedException with admin's own sentence if it refuses
   * @throws StoreUnavailableException if admin, or where it has secrets from, did not answer
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
        asked("secret '%s'".formatted(id), () -> timed().getSecret(request).getValue()));
  }

  private AttemptServiceBlockingStub timed() {
    return admin.withDeadlineAfter(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static String asked(String what, Supplier<String> rpc) {
    var wait = WAIT_MILLIS;
    for (var tried = 1; ; tried++) {
      try {
        return rpc.get();
      } catch (StatusRuntimeException failed) {
        rejection(failed)
            .ifPresent(
                rejection -> {
                  throw rejection;
                });
        if (tried == TRIES_MAX) {
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

  /** What the task's author can mend; empty for what time can. */
  private static Optional<RejectedException> rejection(StatusRuntimeException failed) {
    var sentence = Optional.ofNullable(failed.getStatus().getDescription()).orElse("");
    return switch (failed.getStatus().getCode()) {
      case INVALID_ARGUMENT -> Optional.of(Rejection.invalid(sentence));
      case NOT_FOUND -> Optional.of(Rejection.notFound(sentence));
      case FAILED_PRECONDITION -> Optional.of(Rejection.failedPrecondition(sentence));
      case PERMISSION_DENIED -> Optional.of(Rejection.permissionDenied(sentence));
      default -> Optional.empty();
    };
  }
}

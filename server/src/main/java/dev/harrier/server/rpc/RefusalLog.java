package dev.harrier.server.rpc;

import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.harrier.security.Caller;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells admin's log why a propeller's calls are refused: whoever looks for the reason why nothing
 * runs looks there. One line a minute of each sort, as a propeller that is locked out asks again
 * and again. The sentence is the one that the caller gets, so no more than that is told.
 */
public final class RefusalLog {
  private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);

  /** That a shard has gone to another propeller, or a secret is not there, is nobody's fault. */
  private static final Set<Status.Code> TOLD =
      EnumSet.of(
          Status.Code.UNAUTHENTICATED,
          Status.Code.PERMISSION_DENIED,
          Status.Code.FAILED_PRECONDITION,
          Status.Code.INVALID_ARGUMENT,
          Status.Code.RESOURCE_EXHAUSTED);

  private static final Duration QUIET = Duration.ofMinutes(1);
  private static final int SORTS_MAX = 1_000;
  private static final int SENTENCE_LENGTH_MAX = 300;
  private static final String NOBODY = "a caller that was not let in";
  private static final Context.Key<AtomicReference<String>> WHO = Context.key("refusal-log-caller");

  private final Cache<Sort, Told> told = Caffeine.newBuilder().maximumSize(SORTS_MAX).build();
  private final Consumer<String> lines;
  private final LongSupplier nanos;

  /** Into the log of this process. */
  public RefusalLog() {
    this(LOG::warn, System::nanoTime);
  }

  /**
   * @param nanos a monotonic clock
   */
  RefusalLog(Consumer<String> lines, LongSupplier nanos) {
    this.lines = requireNonNull(lines, "lines");
    this.nanos = requireNonNull(nanos, "nanos");
  }

  private record Sort(String method, Status.Code code, String caller) {}

  /** When a sort was told of last, and how many were not told since. */
  private record Told(long atNanos, long untold) {}

  /** For outside of all that refuses: sees how every call ends. */
  ServerInterceptor outside() {
    return new ServerInterceptor() {
      @Override
      public <Q, A> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        var who = new AtomicReference<>(NOBODY);
        var watched =
            new SimpleForwardingServerCall<>(call) {
              @Override
              public void close(Status status, Metadata trailers) {
                ended(
                    call.getMethodDescriptor().getFullMethodName(),
                    Optional.ofNullable(who.get()).orElse(NOBODY),
                    status);
                super.close(status, trailers);
              }
            };
        return Contexts.interceptCall(
            Context.current().withValue(WHO, who), watched, headers, next);
      }
    };
  }

  /** For inside of the gate: knows the caller. */
  ServerInterceptor inside() {
    return new ServerInterceptor() {
      @Override
      public <Q, A> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Optional.ofNullable(WHO.get()).ifPresent(who -> who.set(Caller.current().toString()));
        return next.startCall(call, headers);
      }
    };
  }

  private void ended(String method, String caller, Status status) {
    if (!TOLD.contains(status.getCode())) {
      return;
    }
    var untold = take(new Sort(method, status.getCode(), caller));
    if (untold.isPresent()) {
      var sentence = Optional.ofNullable(status.getDescription()).orElse("");
      lines.accept(
          "%s of %s is refused: %s %s%s"
              .formatted(
                  method,
                  caller,
                  status.getCode(),
                  sentence.substring(0, Math.min(sentence.length(), SENTENCE_LENGTH_MAX)),
                  untold.get() == 0
                      ? ""
                      : " (and %s more since the last such line)".formatted(untold.get())));
    }
  }

  /** How many were not told of, if it is time to tell again. */
  private Optional<Long> take(Sort sort) {
    var now = nanos.getAsLong();
    synchronized (told) {
      var last = Optional.ofNullable(told.getIfPresent(sort));
      var quiet = last.filter(one -> now - one.atNanos() < QUIET.toNanos());
      if (quiet.isPresent()) {
        told.put(sort, new Told(quiet.get().atNanos(), quiet.get().untold() + 1));
        return Optional.empty();
      }
      told.put(sort, new Told(now, 0));
      return Optional.of(last.map(Told::untold).orElse(0L));
    }
  }
}

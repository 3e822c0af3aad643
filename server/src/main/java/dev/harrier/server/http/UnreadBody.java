package dev.harrier.server.http;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpObject;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Lets the body of a refused request arrive, keeping nothing of it, before the refusal goes out.
 *
 * <p>An answer before the end of a request resets its stream, and many clients then tell of the
 * reset alone: the JDK's, for one. Who sends more than a small body, or slowly, is not waited for.
 */
public final class UnreadBody {
  private static final long BYTES_MAX = 64 * 1024;
  private static final Duration ARRIVAL_MAX = Duration.ofSeconds(1);

  private UnreadBody() {}

  /** The refusal, once the request has ended or was waited for long enough. */
  public static HttpResponse discardedBefore(HttpResponse refusal, HttpRequest request) {
    if (request.isComplete() || request.headers().contentLength() > BYTES_MAX) {
      return refusal;
    }
    var ended = new CompletableFuture<Void>();
    request.subscribe(new Discarding(ended));
    return HttpResponse.of(
        ended
            .completeOnTimeout(null, ARRIVAL_MAX.toMillis(), TimeUnit.MILLISECONDS)
            .thenApply(nothing -> refusal));
  }

  private static final class Discarding implements Subscriber<HttpObject> {
    private final CompletableFuture<Void> ended;
    private @Nullable Subscription subscription;
    private long seen;

    Discarding(CompletableFuture<Void> ended) {
      this.ended = ended;
    }

    @Override
    public void onSubscribe(Subscription given) {
      subscription = given;
      given.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(HttpObject part) {
      if (part instanceof HttpData data) {
        seen += data.length();
        data.close();
        if (seen > BYTES_MAX && subscription != null) {
          subscription.cancel();
          ended.complete(null);
        }
      }
    }

    @Override
    public void onError(Throwable failure) {
      // Cut off, or read by somebody already: nobody waits for more of it.
      ended.complete(null);
    }

    @Override
    public void onComplete() {
      ended.complete(null);
    }
  }
}

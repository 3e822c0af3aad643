package dev.harrier.server.page;

import static java.util.Objects.requireNonNull;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.harrier.audit.Resource;
import dev.harrier.security.Caller;
import dev.harrier.server.audit.CallTrail;
import dev.harrier.server.audit.TellsWhatItIsAbout;
import dev.harrier.server.port.ForKnownCallers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Answers known callers, on a thread that may wait for the database. */
final class KnownService implements ForKnownCallers, TellsWhatItIsAbout {
  private final HttpCallers callers;
  private final Answer answer;

  private interface Answer {
    HttpResponse answer(ServiceRequestContext context, Caller caller, HttpRequest request);
  }

  private KnownService(HttpCallers callers, Answer answer) {
    this.callers = requireNonNull(callers, "callers");
    this.answer = answer;
  }

  /** One that takes no body. */
  static KnownService showing(
      HttpCallers callers, BiFunction<ServiceRequestContext, Caller, HttpResponse> answer) {
    return new KnownService(
        callers,
        (context, caller, request) -> {
          CallTrail.about(List.of());
          return answer.apply(context, caller);
        });
  }

  /**
   * One that takes a body, which is read for a known caller alone.
   *
   * @param asked what the caller asks for; rejects whom it does not concern
   * @param about what that is about: it is recorded before it is done
   */
  static <Q> KnownService taking(
      HttpCallers callers,
      BiFunction<Caller, AggregatedHttpRequest, Q> asked,
      Function<Q, List<Resource>> about,
      BiFunction<Caller, Q, HttpResponse> answer) {
    return new KnownService(
        callers,
        (context, caller, request) -> {
          var one = asked.apply(caller, request.aggregate().join());
          CallTrail.about(about.apply(one));
          return answer.apply(caller, one);
        });
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
    return HttpResponse.of(
        CompletableFuture.supplyAsync(
            () -> answer.answer(context, callers.of(request), request),
            context.blockingTaskExecutor()));
  }
}

package dev.harrier.server.page;

import static java.util.Objects.requireNonNull;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.harrier.security.Caller;
import dev.harrier.server.audit.CallTrail;
import dev.harrier.server.audit.TellsWhatItIsAbout;
import dev.harrier.server.port.ForKnownCallers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;

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
   * One that takes a body, which is read for a known caller alone, and tells {@link
   * CallTrail#about} itself.
   */
  static KnownService taking(
      HttpCallers callers, BiFunction<Caller, AggregatedHttpRequest, HttpResponse> answer) {
    return new KnownService(
        callers, (context, caller, request) -> answer.apply(caller, request.aggregate().join()));
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
    return HttpResponse.of(
        CompletableFuture.supplyAsync(
            () -> answer.answer(context, callers.of(request), request),
            context.blockingTaskExecutor()));
  }
}

package dev.harrier.server.page;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.Route;
import com.linecorp.armeria.server.ServerBuilder;
import dev.harrier.audit.Resource;
import dev.harrier.security.Caller;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What known callers may ask for below one path: JSON in, JSON out.
 *
 * @param folder the path, with a slash at its end
 * @param bodyBytesMax longest request
 * @param guard refuses, before its body is looked at, whom none of it concerns
 */
record JsonRoutes(
    ServerBuilder server,
    HttpCallers callers,
    String folder,
    long bodyBytesMax,
    Consumer<Caller> guard) {
  /** Answers one of them. */
  interface Call {
    JsonObject answer(Caller caller, JsonRequest asked);
  }

  JsonRoutes {
    requireNonNull(server, "server");
    requireNonNull(callers, "callers");
    requireNonNull(folder, "folder");
    requireNonNull(guard, "guard");
  }

  /** One that is about nothing in particular, such as a list. */
  void add(String name, Call call) {
    add(name, asked -> List.of(), call);
  }

  /**
   * Adds a path.
   *
   * @param about what a request is about, for the audit log; may reject it
   */
  void add(String name, Function<JsonRequest, List<Resource>> about, Call call) {
    var service =
        KnownService.taking(
            callers,
            (caller, request) -> {
              guard.accept(caller);
              return JsonRequest.of(request);
            },
            about,
            (caller, asked) -> answer(call.answer(caller, asked)));
    server
        .route()
        .addRoute(Route.builder().exact(folder + name).methods(HttpMethod.POST).build())
        .maxRequestLength(bodyBytesMax)
        .build(service);
  }

  /** An answer that is a list alone. */
  static JsonObject listed(String name, JsonArray list) {
    var answer = new JsonObject();
    answer.add(name, list);
    return answer;
  }

  private static HttpResponse answer(JsonObject body) {
    var headers =
        ResponseHeaders.builder(HttpStatus.OK)
            .contentType(MediaType.JSON)
            .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
            .build();
    return HttpResponse.of(headers, HttpData.ofUtf8(body.toString()));
  }
}

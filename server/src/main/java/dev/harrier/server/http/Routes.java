package dev.harrier.server.http;

import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.Message;
import dev.harrier.spi.Rejection;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which RPC a method and path of HTTP stand for. */
final class Routes {
  private final List<Route> routes;

  private Routes(List<Route> routes) {
    this.routes = routes;
  }

  /**
   * One binding of an RPC.
   *
   * @param wholeBody whether the body is the request; else there is none, and the query has the
   *     rest
   */
  record Route(
      String method,
      PathTemplate path,
      boolean wholeBody,
      ServerMethodDefinition<?, ?> rpc,
      Message request) {}

  /** A route with the fields that the path gives, by their paths in the request. */
  record Match(Route route, Map<String, String> pathFields) {}

  /** Reads the annotations of all methods of the services. */
  static Routes of(Collection<ServerServiceDefinition> services) {
    var routes = new ArrayList<Route>();
    for (var service : services) {
      for (var rpc : service.getMethods()) {
        var descriptor = rpc.getMethodDescriptor();
        if (descriptor.getSchemaDescriptor() instanceof ProtoMethodDescriptorSupplier schema
            && schema.getMethodDescriptor().getOptions().hasExtension(AnnotationsProto.http)) {
          var rule = schema.getMethodDescriptor().getOptions().getExtension(AnnotationsProto.http);
          var request =
              (Message)
                  ((PrototypeMarshaller<?>) descriptor.getRequestMarshaller())
                      .getMessagePrototype();
          add(routes, rule, rpc, request);
          rule.getAdditionalBindingsList().forEach(more -> add(routes, more, rpc, request));
        }
      }
    }
    routes.sort(Comparator.comparingInt((Route route) -> -route.path().leadingLiterals()));
    return new Routes(List.copyOf(routes));
  }

  private static void add(
      List<Route> routes, HttpRule rule, ServerMethodDefinition<?, ?> rpc, Message request) {
    var wholeBody = rule.getBody().equals("*");
    if ((!wholeBody && !rule.getBody().isEmpty()) || !rule.getResponseBody().isEmpty()) {
      throw new IllegalStateException(
          "part of a message as a body: " + rpc.getMethodDescriptor().getFullMethodName());
    }
    switch (rule.getPatternCase()) {
      case GET -> routes.add(route("GET", rule.getGet(), wholeBody, rpc, request));
      case PUT -> routes.add(route("PUT", rule.getPut(), wholeBody, rpc, request));
      case POST -> routes.add(route("POST", rule.getPost(), wholeBody, rpc, request));
      case DELETE -> routes.add(route("DELETE", rule.getDelete(), wholeBody, rpc, request));
      case PATCH -> routes.add(route("PATCH", rule.getPatch(), wholeBody, rpc, request));
      case CUSTOM, PATTERN_NOT_SET ->
          throw new IllegalStateException(
              "no path: " + rpc.getMethodDescriptor().getFullMethodName());
    }
  }

  private static Route route(
      String method,
      String template,
      boolean wholeBody,
      ServerMethodDefinition<?, ?> rpc,
      Message request) {
    return new Route(method, PathTemplate.parse(template), wholeBody, rpc, request);
  }

  /** All bindings, for a description of the API. */
  List<Route> all() {
    return routes;
  }

  /** The binding of a method and path; empty if no binding has the path. */
  Optional<Match> find(String method, String rawPath) {
    var path = segments(rawPath);
    var pathFound = false;
    for (var route : routes) {
      var fields = route.path().match(path);
      if (fields.isPresent()) {
        if (route.method().equals(method)) {
          return Optional.of(new Match(route, fields.get()));
        }
        pathFound = true;
      }
    }
    if (pathFound) {
      throw Rejection.unimplemented("Method Not Allowed");
    }
    return Optional.empty();
  }

  // Split first, then decoded: a slash within a name comes as %2F.
  private static List<String> segments(String rawPath) {
    try {
      return Arrays.stream(rawPath.substring(1).split("/", -1))
          .map(part -> URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8))
          .toList();
    } catch (IllegalArgumentException e) {
      throw Rejection.invalid("The path has a percent sign without two hex digits.");
    }
  }
}

package dev.harrier.conformance.access;

import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Calls the API over HTTP: RPCs by the routes that their annotations give, and any other path. */
final class HttpCalls {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Pattern FIELD = Pattern.compile("\\{([a-z0-9_.]+)(=[^}]*)?}");

  private final URI url;
  private final Optional<String> token;
  private final HttpClient client = HttpClient.newHttpClient();

  HttpCalls(URI url, Optional<String> token) {
    this.url = url;
    this.token = token;
  }

  /**
   * An answer.
   *
   * @param text of its body
   * @param headers as text
   */
  record Answer(int status, String text, String headers) {}

  /** A route of an RPC. */
  record Route(MethodDescriptor<?, ?> rpc, String method, String path, boolean body) {
    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  /** The routes of an RPC; none if it has no annotation. */
  static List<Route> routes(MethodDescriptor<?, ?> rpc) {
    if (!(rpc.getSchemaDescriptor() instanceof ProtoMethodDescriptorSupplier schema)
        || !schema.getMethodDescriptor().getOptions().hasExtension(AnnotationsProto.http)) {
      return List.of();
    }
    var rule = schema.getMethodDescriptor().getOptions().getExtension(AnnotationsProto.http);
    var routes = new ArrayList<Route>();
    routes.add(route(rpc, rule));
    rule.getAdditionalBindingsList().forEach(more -> routes.add(route(rpc, more)));
    return routes;
  }

  private static Route route(MethodDescriptor<?, ?> rpc, HttpRule rule) {
    var body = rule.getBody().equals("*");
    return switch (rule.getPatternCase()) {
      case GET -> new Route(rpc, "GET", rule.getGet(), body);
      case PUT -> new Route(rpc, "PUT", rule.getPut(), body);
      case POST -> new Route(rpc, "POST", rule.getPost(), body);
      case DELETE -> new Route(rpc, "DELETE", rule.getDelete(), body);
      case PATCH -> new Route(rpc, "PATCH", rule.getPatch(), body);
      case CUSTOM, PATTERN_NOT_SET -> throw new AssertionError("no path: " + rpc);
    };
  }

  /** Sends a request by a route. */
  Answer call(Route route, Message request) {
    var path = new StringBuilder();
    var matcher = FIELD.matcher(route.path());
    while (matcher.find()) {
      matcher.appendReplacement(
          path,
          java.util.regex.Matcher.quoteReplacement(encoded(value(request, matcher.group(1)))));
    }
    matcher.appendTail(path);
    if (!route.body()) {
      var query = new ArrayList<String>();
      query(request, "", query);
      path.append('?').append(String.join("&", query));
    }
    return send(
        route.method(),
        path.toString(),
        route.body() ? json(request) : "",
        route.body() ? "application/json" : "");
  }

  /** Sends any request. */
  Answer send(String method, String path, String body, String contentType) {
    var request = HttpRequest.newBuilder(URI.create(url + path)).timeout(LIMIT);
    token.ifPresent(text -> request.header("authorization", "Bearer " + text));
    if (!contentType.isEmpty()) {
      request.header("content-type", contentType);
    }
    request.method(
        method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    try {
      var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(answer.statusCode(), answer.body(), answer.headers().map().toString());
    } catch (IOException e) {
      throw new UncheckedIOException(method + " " + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted while calling the server", e);
    }
  }

  private static String json(Message message) {
    try {
      return JsonFormat.printer().omittingInsignificantWhitespace().print(message);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static String value(Message message, String path) {
    var here = message;
    var names = path.split("\\.", -1);
    for (var i = 0; i < names.length; i++) {
      var field = here.getDescriptorForType().findFieldByName(names[i]);
      var value = here.getField(field);
      if (i == names.length - 1) {
        return field.getJavaType() == JavaType.ENUM
            ? Integer.toString(
                ((com.google.protobuf.Descriptors.EnumValueDescriptor) value).getNumber())
            : value.toString();
      }
      here = (Message) value;
    }
    throw new AssertionError("no field " + path);
  }

  private static void query(Message message, String prefix, List<String> query) {
    message
        .getAllFields()
        .forEach(
            (field, value) -> {
              var name = prefix + field.getName();
              if (field.isRepeated()) {
                return;
              }
              if (value instanceof Message below) {
                query(below, name + ".", query);
              } else {
                query.add(name + "=" + encoded(queried(field, value)));
              }
            });
  }

  private static String queried(FieldDescriptor field, Object value) {
    return field.getJavaType() == JavaType.ENUM
        ? ((com.google.protobuf.Descriptors.EnumValueDescriptor) value).getName()
        : value.toString();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}

package dev.harrier.server.http;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/** Describes what the gateway serves as an OpenAPI 3.0 document, made from the same annotations. */
public final class OpenApi {
  private static final String REFERENCE = "#/components/schemas/";

  private final JsonObject schemas = new JsonObject();
  private final Set<String> known = new HashSet<>();
  private final Deque<Descriptor> waiting = new ArrayDeque<>();

  private OpenApi() {}

  /** The document, in JSON with the names of the protos. */
  public static String of(Collection<ServerServiceDefinition> services, String version) {
    return new OpenApi().document(Routes.of(services), version).toString();
  }

  private JsonObject document(Routes routes, String version) {
    var info = new JsonObject();
    info.addProperty("title", "Flyte's API, served by Harrier");
    info.addProperty("version", version);
    var paths = new JsonObject();
    for (var route : routes.all()) {
      var path = text(route.path());
      if (!paths.has(path)) {
        paths.add(path, new JsonObject());
      }
      paths
          .getAsJsonObject(path)
          .add(route.method().toLowerCase(java.util.Locale.ROOT), operation(route));
    }
    while (!waiting.isEmpty()) {
      var type = waiting.pop();
      schemas.add(type.getFullName(), schema(type));
    }
    var components = new JsonObject();
    components.add("schemas", schemas);
    var document = new JsonObject();
    document.addProperty("openapi", "3.0.3");
    document.add("info", info);
    document.add("paths", paths);
    document.add("components", components);
    return document;
  }

  private static String text(PathTemplate path) {
    var text = new StringBuilder();
    for (var segment : path.segments()) {
      text.append('/');
      switch (segment) {
        case PathTemplate.Literal literal -> text.append(literal.text());
        case PathTemplate.Field field -> text.append('{').append(field.path()).append('}');
      }
    }
    return text.toString();
  }

  private JsonObject operation(Routes.Route route) {
    var descriptor = route.rpc().getMethodDescriptor();
    var operation = new JsonObject();
    operation.addProperty("operationId", descriptor.getFullMethodName().replace('/', '.'));
    var parameters = new JsonArray();
    for (var segment : route.path().segments()) {
      if (segment instanceof PathTemplate.Field field) {
        parameters.add(parameter(field.path()));
      }
    }
    operation.add("parameters", parameters);
    if (route.wholeBody()) {
      var body = content(route.request().getDescriptorForType());
      body.addProperty("required", true);
      operation.add("requestBody", body);
    }
    var answered = new JsonObject();
    if (descriptor.getSchemaDescriptor() instanceof ProtoMethodDescriptorSupplier schema) {
      answered = content(schema.getMethodDescriptor().getOutputType());
    }
    answered.addProperty("description", "The answer");
    var responses = new JsonObject();
    responses.add("200", answered);
    operation.add("responses", responses);
    return operation;
  }

  private static JsonObject parameter(String name) {
    var parameter = new JsonObject();
    parameter.addProperty("name", name);
    parameter.addProperty("in", "path");
    parameter.addProperty("required", true);
    parameter.add("schema", typed("string"));
    return parameter;
  }

  private JsonObject content(Descriptor type) {
    var media = new JsonObject();
    media.add("schema", reference(type));
    var content = new JsonObject();
    content.add("application/json", media);
    var body = new JsonObject();
    body.add("content", content);
    return body;
  }

  private JsonObject reference(Descriptor type) {
    if (known.add(type.getFullName())) {
      waiting.push(type);
    }
    var reference = new JsonObject();
    reference.addProperty("$ref", REFERENCE + type.getFullName());
    return reference;
  }

  private JsonObject schema(Descriptor type) {
    // Google's own have forms in JSON that differ from their fields: a time is a text, for one.
    if (type.getFile().getPackage().equals("google.protobuf")) {
      return new JsonObject();
    }
    var properties = new JsonObject();
    for (var field : type.getFields()) {
      properties.add(field.getName(), schema(field));
    }
    var schema = typed("object");
    schema.add("properties", properties);
    return schema;
  }

  private JsonObject schema(FieldDescriptor field) {
    if (field.isMapField()) {
      var map = typed("object");
      map.add("additionalProperties", single(field.getMessageType().findFieldByNumber(2)));
      return map;
    }
    if (field.isRepeated()) {
      var list = typed("array");
      list.add("items", single(field));
      return list;
    }
    return single(field);
  }

  private JsonObject single(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case MESSAGE -> reference(field.getMessageType());
      case ENUM -> {
        var names = new JsonArray();
        field.getEnumType().getValues().stream()
            .map(EnumValueDescriptor::getName)
            .forEach(names::add);
        var schema = typed("string");
        schema.add("enum", names);
        yield schema;
      }
      case BOOLEAN -> typed("boolean");
      case INT -> typed("integer");
      // Wider than what a number of JavaScript holds, so it is written as text.
      case LONG, STRING, BYTE_STRING -> typed("string");
      case FLOAT, DOUBLE -> typed("number");
    };
  }

  private static JsonObject typed(String type) {
    var schema = new JsonObject();
    schema.addProperty("type", type);
    return schema;
  }
}

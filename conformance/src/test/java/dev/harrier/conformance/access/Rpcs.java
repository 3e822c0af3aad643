package dev.harrier.conformance.access;

import static java.util.stream.Collectors.toMap;

import com.google.protobuf.Message;
import datacatalog.DataCatalogGrpc;
import dev.harrier.idl.access.v1.AccessServiceGrpc;
import flyteidl.cacheservice.CacheServiceGrpc;
import flyteidl.service.AdminServiceGrpc;
import flyteidl.service.AgentMetadataServiceGrpc;
import flyteidl.service.AsyncAgentServiceGrpc;
import flyteidl.service.AuthMetadataServiceGrpc;
import flyteidl.service.DataProxyServiceGrpc;
import flyteidl.service.ExternalPluginServiceGrpc;
import flyteidl.service.IdentityServiceGrpc;
import flyteidl.service.SignalServiceGrpc;
import flyteidl.service.SyncAgentServiceGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServiceDescriptor;
import io.grpc.health.v1.HealthGrpc;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every method of the protocol, health included, by its full name. */
final class Rpcs {
  private static final List<ServiceDescriptor> SERVICES =
      List.of(
          AdminServiceGrpc.getServiceDescriptor(),
          AuthMetadataServiceGrpc.getServiceDescriptor(),
          SignalServiceGrpc.getServiceDescriptor(),
          DataProxyServiceGrpc.getServiceDescriptor(),
          IdentityServiceGrpc.getServiceDescriptor(),
          SyncAgentServiceGrpc.getServiceDescriptor(),
          AsyncAgentServiceGrpc.getServiceDescriptor(),
          AgentMetadataServiceGrpc.getServiceDescriptor(),
          ExternalPluginServiceGrpc.getServiceDescriptor(),
          DataCatalogGrpc.getServiceDescriptor(),
          CacheServiceGrpc.getServiceDescriptor(),
          AccessServiceGrpc.getServiceDescriptor(),
          HealthGrpc.getServiceDescriptor());

  private static final Map<String, MethodDescriptor<?, ?>> ALL =
      SERVICES.stream()
          .flatMap(service -> service.getMethods().stream())
          .collect(
              toMap(
                  MethodDescriptor::getFullMethodName,
                  method -> method,
                  (one, other) -> one,
                  LinkedHashMap::new));

  private Rpcs() {}

  static Map<String, MethodDescriptor<?, ?>> all() {
    return ALL;
  }

  /** A method by its short name, or its full one. */
  static MethodDescriptor<?, ?> of(String name) {
    return ALL.values().stream()
        .filter(method -> name.equals(shortName(method)) || name.equals(method.getFullMethodName()))
        .findFirst()
        .orElseThrow(() -> new AssertionError("There is no RPC " + name));
  }

  /** The request with nothing in it. */
  static Message empty(MethodDescriptor<?, ?> method) {
    return (Message) ((PrototypeMarshaller<?>) method.getRequestMarshaller()).getMessagePrototype();
  }

  /** The name of a method without its package: {@code AdminService/GetTask}. */
  static String shortName(MethodDescriptor<?, ?> method) {
    var name = method.getFullMethodName();
    return name.substring(name.lastIndexOf('.', name.indexOf('/')) + 1);
  }
}

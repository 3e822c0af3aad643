package dev.harrier.security.rpc;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.grpc.ServiceDescriptor;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class RpcRulesTest {
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
          AccessServiceGrpc.getServiceDescriptor());

  private final RpcRules rules = RpcRules.all();

  @Test
  void every_rpc_of_the_protocol_has_a_rule_and_no_rule_is_left_over() {
    var methods = methods().collect(Collectors.toSet());

    // Flyte's, and Harrier's own.
    assertThat(methods).hasSize(92 + 7);
    assertThat(rules.missing(methods)).isEmpty();
    assertThat(rules.methods().stream().filter(name -> !name.startsWith("grpc.health.")))
        .containsExactlyInAnyOrderElementsOf(methods);
  }

  @Test
  void a_method_without_a_rule_is_named() {
    assertThat(rules.missing(List.of("some.Service/New", "flyteidl.service.AdminService/GetTask")))
        .containsExactly("some.Service/New");
  }

  @Test
  void only_login_and_liveness_are_open_to_nobody() {
    var open =
        rules.methods().stream()
            .filter(name -> rules.rule(name) instanceof RpcRule.Anonymous)
            .collect(Collectors.toSet());

    assertThat(open)
        .isEqualTo(
            Set.of(
                "flyteidl.service.AuthMetadataService/GetOAuth2Metadata",
                "flyteidl.service.AuthMetadataService/GetPublicClientConfig",
                "grpc.health.v1.Health/Check",
                "grpc.health.v1.Health/List",
                "grpc.health.v1.Health/Watch"));
  }

  private static Stream<String> methods() {
    return SERVICES.stream()
        .flatMap(service -> service.getMethods().stream())
        .map(MethodDescriptor::getFullMethodName);
  }
}

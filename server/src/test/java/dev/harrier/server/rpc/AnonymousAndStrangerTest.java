package dev.harrier.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import datacatalog.DataCatalogGrpc.DataCatalogImplBase;
import dev.harrier.security.rpc.AuthMetadataRpc;
import dev.harrier.security.rpc.IdentityRpc;
import dev.harrier.security.rpc.RpcRule;
import dev.harrier.security.rpc.RpcRules;
import dev.harrier.security.token.ServerAddress;
import dev.harrier.server.EdgeUnderTest;
import flyteidl.cacheservice.CacheServiceGrpc.CacheServiceImplBase;
import flyteidl.service.AdminServiceGrpc.AdminServiceImplBase;
import flyteidl.service.AgentMetadataServiceGrpc.AgentMetadataServiceImplBase;
import flyteidl.service.AsyncAgentServiceGrpc.AsyncAgentServiceImplBase;
import flyteidl.service.DataProxyServiceGrpc.DataProxyServiceImplBase;
import flyteidl.service.ExternalPluginServiceGrpc.ExternalPluginServiceImplBase;
import flyteidl.service.IdentityServiceGrpc;
import flyteidl.service.SignalServiceGrpc.SignalServiceImplBase;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Calls every RPC that could be served, as nobody, with garbage, as a stranger, as a client. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AnonymousAndStrangerTest {
  private static final List<BindableService> SERVICES =
      List.of(
          new AdminServiceImplBase() {},
          new SignalServiceImplBase() {},
          new DataProxyServiceImplBase() {},
          new AsyncAgentServiceImplBase() {},
          new AgentMetadataServiceImplBase() {},
          new ExternalPluginServiceImplBase() {},
          new DataCatalogImplBase() {},
          new CacheServiceImplBase() {},
          new IdentityRpc(),
          new AuthMetadataRpc(new ServerAddress(URI.create("http://localhost:1"))),
          new HealthStatusManager().getHealthService());

  private final EdgeUnderTest edge;

  AnonymousAndStrangerTest() throws IOException {
    edge = EdgeUnderTest.serving(SERVICES.toArray(BindableService[]::new));
  }

  @AfterAll
  void stop() {
    edge.close();
  }

  @Test
  void nobody_is_let_in_but_on_the_closed_list() {
    var codes = codes(new Metadata());

    codes.forEach(
        (method, code) ->
            assertThat(code)
                .as(method)
                .isEqualTo(anonymous(method) ? Status.Code.OK : Status.Code.UNAUTHENTICATED));
  }

  @Test
  void a_garbage_token_is_no_token_and_never_an_unknown_error() {
    for (var value :
        List.of("Bearer x", "Bearer ", "Bearer a.b.c", "Basic eDp5", "IDToken x", "")) {
      codes(headers(value))
          .forEach(
              (method, code) ->
                  assertThat(code)
                      .as("%s with '%s'", method, value)
                      .isEqualTo(anonymous(method) ? Status.Code.OK : Status.Code.UNAUTHENTICATED));
    }
  }

  @Test
  void a_stranger_is_denied_whatever_names_a_project() {
    var codes = codes(headers("Bearer " + edge.stranger()));

    codes.forEach((method, code) -> assertThat(code).as(method).isEqualTo(forStranger(method)));
  }

  @Test
  void a_client_reaches_the_service_itself() {
    var codes = codes(headers("Bearer " + edge.administrator()));

    codes.forEach(
        (method, code) ->
            assertThat(code)
                .as(method)
                .isIn(
                    answered(method)
                        ? List.of(Status.Code.OK)
                        : List.of(Status.Code.UNIMPLEMENTED)));
  }

  @Test
  void flytes_own_header_is_as_good() {
    var headers = new Metadata();
    headers.put(
        Metadata.Key.of("flyte-authorization", Metadata.ASCII_STRING_MARSHALLER),
        "Bearer " + edge.administrator());

    assertThat(codes(headers).get("flyteidl.service.IdentityService/UserInfo"))
        .isEqualTo(Status.Code.OK);
  }

  @Test
  void a_service_whose_method_has_no_rule_is_not_served() {
    var unknown =
        io.grpc.ServerServiceDefinition.builder("some.New")
            .addMethod(
                IdentityServiceGrpc.getUserInfoMethod().toBuilder()
                    .setFullMethodName("some.New/Call")
                    .setSchemaDescriptor(null)
                    .build(),
                (call, headers) -> new io.grpc.ServerCall.Listener<>() {})
            .build();

    assertThatThrownBy(() -> EdgeUnderTest.serving(() -> unknown))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("some.New/Call");
  }

  private static boolean anonymous(String method) {
    return RpcRules.all().rule(method) instanceof RpcRule.Anonymous;
  }

  private static boolean answered(String method) {
    return anonymous(method) || method.startsWith("flyteidl.service.IdentityService/");
  }

  private static Status.Code forStranger(String method) {
    return switch (RpcRules.all().rule(method)) {
      case RpcRule.Anonymous anonymous -> Status.Code.OK;
      case RpcRule.Authenticated authenticated ->
          answered(method) ? Status.Code.OK : Status.Code.UNIMPLEMENTED;
      case RpcRule.Filtered filtered -> Status.Code.UNIMPLEMENTED;
      case RpcRule.NotServed notServed -> Status.Code.UNIMPLEMENTED;
      case RpcRule.Needs needs -> Status.Code.PERMISSION_DENIED;
    };
  }

  private static Metadata headers(String authorization) {
    var headers = new Metadata();
    headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), authorization);
    return headers;
  }

  private Map<String, Status.Code> codes(Metadata headers) {
    var rpcs = new AnyRpc(edge.url(), headers);
    var codes = new LinkedHashMap<String, Status.Code>();
    methods()
        .forEach(
            method ->
                codes.put(method.getFullMethodName(), rpcs.call(method, AnyRpc.empty(method))));
    assertThat(codes).hasSizeGreaterThan(90);
    return codes;
  }

  private static Stream<MethodDescriptor<?, ?>> methods() {
    return SERVICES.stream()
        .flatMap(service -> service.bindService().getServiceDescriptor().getMethods().stream());
  }
}

package dev.harrier.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.admin.AdminServices;
import dev.harrier.admin.AdminSettings;
import dev.harrier.blobstore.BlobStoreSettings;
import dev.harrier.blobstore.FileBlobStore;
import dev.harrier.database.Database;
import dev.harrier.database.EmbeddedPostgres;
import dev.harrier.security.rpc.RpcRules;
import dev.harrier.server.EdgeUnderTest;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Calls every RPC of the real services with requests that name what is there and what is not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EveryRpcTest {
  private static final Map<String, String> ELSEWHERE = texts("elsewhere", "production");

  private static final Map<String, String> NEXT_DOOR = texts("flytesnacks", "production");

  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<BindableService> services = new ArrayList<>();
  private final EdgeUnderTest edge;

  EveryRpcTest(@TempDir Path folder) throws Exception {
    var postgres = EmbeddedPostgres.start(folder.resolve("database"));
    open.add(postgres);
    var database = Database.open(postgres.settings());
    open.add(database);
    var blobs =
        FileBlobStore.open(
            BlobStoreSettings.of(folder.resolve("blobs"), folder.resolve("key")),
            Clock.systemUTC(),
            () -> URI.create("http://localhost:1"));
    edge =
        EdgeUnderTest.serving(
            List.of(),
            access -> {
              var admin =
                  AdminServices.open(
                      database, blobs, access, AdminSettings.of("test"), Clock.systemUTC());
              services.addAll(admin.services());
              return admin.services();
            });
    open.add(edge);
  }

  @AfterAll
  void stop() throws Exception {
    for (var part : open.reversed()) {
      part.close();
    }
  }

  @Test
  void no_request_makes_the_server_fail_on_its_own_side() {
    var rpcs = new AnyRpc(edge.url(), headers(edge.administrator()));
    for (var method : methods()) {
      for (var request :
          List.of(
              AnyRpc.empty(method),
              AnyRpc.filled(method, ELSEWHERE),
              AnyRpc.filled(method, NEXT_DOOR),
              AnyRpc.filled(method, texts("flytesnacks", "development")))) {
        assertThat(rpcs.call(method, request))
            .as("%s with %s", method.getFullMethodName(), request)
            .isNotIn(Status.Code.INTERNAL, Status.Code.UNKNOWN, Status.Code.UNAVAILABLE);
      }
    }
  }

  @Test
  void every_rpc_of_the_real_services_has_a_rule() {
    assertThat(
            RpcRules.all()
                .missing(methods().stream().map(MethodDescriptor::getFullMethodName).toList()))
        .isEmpty();
    assertThat(methods()).hasSizeGreaterThan(60);
  }

  private List<MethodDescriptor<?, ?>> methods() {
    return services.stream()
        .<MethodDescriptor<?, ?>>flatMap(
            service -> service.bindService().getServiceDescriptor().getMethods().stream())
        .toList();
  }

  private static Metadata headers(String token) {
    var headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
    return headers;
  }

  private static Map<String, String> texts(String project, String domain) {
    return Map.ofEntries(
        Map.entry("project", project),
        Map.entry("domain", domain),
        Map.entry("name", "e1"),
        Map.entry("version", "v1"),
        Map.entry("node_id", "n0"),
        Map.entry("signal_id", "s"),
        Map.entry("workflow", "w"),
        Map.entry("id", project),
        Map.entry("filename", "f"),
        Map.entry("type", "python-task"),
        Map.entry("native_url", "/tmp/blobs/" + project + "/" + domain + "/x"),
        Map.entry("flyte_url", "flyte://v1/%s/%s/e1/n0/0/o".formatted(project, domain)));
  }
}

package dev.harrier.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.admin.AdminServices;
import dev.harrier.admin.AdminSettings;
import dev.harrier.blobstore.BlobStoreSettings;
import dev.harrier.blobstore.FileBlobStore;
import dev.harrier.database.Database;
import dev.harrier.database.EmbeddedPostgres;
import dev.harrier.security.rpc.RpcRule;
import dev.harrier.security.rpc.RpcRules;
import dev.harrier.server.EdgeUnderTest;
import dev.harrier.spi.ExecutionId;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Calls every RPC of the real services with requests that name another project, as a task that may
 * read and create, but in its own.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ForeignProjectTest {
  private static final Map<String, String> ELSEWHERE = texts("elsewhere", "production");

  /** There, but not the task's. */
  private static final Map<String, String> NEXT_DOOR = texts("flytesnacks", "production");

  private static final Set<Status.Code> TELLS_NOTHING =
      EnumSet.of(
          Status.Code.PERMISSION_DENIED, Status.Code.INVALID_ARGUMENT, Status.Code.UNIMPLEMENTED);

  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<BindableService> services = new ArrayList<>();
  private final EdgeUnderTest edge;

  ForeignProjectTest(@TempDir Path folder) throws Exception {
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
  void a_task_learns_nothing_of_another_project_whether_it_exists_or_not() {
    var rpcs = new AnyRpc(edge.url(), headers(edge.task(task())));
    var denied = 0;
    for (var method : methods()) {
      if (!(RpcRules.all().rule(method.getFullMethodName()) instanceof RpcRule.Needs)) {
        continue;
      }

      var elsewhere = rpcs.call(method, AnyRpc.filled(method, ELSEWHERE));
      var nextDoor = rpcs.call(method, AnyRpc.filled(method, NEXT_DOOR));

      assertThat(elsewhere).as(method.getFullMethodName()).isIn(TELLS_NOTHING);
      assertThat(nextDoor).as(method.getFullMethodName()).isEqualTo(elsewhere);
      if (elsewhere == Status.Code.PERMISSION_DENIED) {
        denied++;
      }
    }
    assertThat(denied).isGreaterThan(30);
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

  private static ExecutionId task() {
    return new ExecutionId("flytesnacks", "development", "f1");
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

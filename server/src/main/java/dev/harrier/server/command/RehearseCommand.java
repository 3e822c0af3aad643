package dev.harrier.server.command;

import com.linecorp.armeria.client.grpc.GrpcClients;
import dev.harrier.server.Wiring;
import dev.harrier.server.home.Home;
import dev.harrier.server.log.Logs;
import flyteidl.admin.Common.NamedEntityIdentifierListRequest;
import flyteidl.admin.Common.ResourceListRequest;
import flyteidl.admin.ProjectOuterClass.ProjectListRequest;
import flyteidl.service.AdminServiceGrpc.AdminServiceBlockingStub;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.lang.ref.Reference;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Starts, answers a few calls and stops, so that the JVM can note which classes a start needs. The
 * build runs it once to make the cache of classes.
 */
@Command(name = "rehearse", hidden = true, mixinStandardHelpOptions = true)
public final class RehearseCommand implements Callable<Integer> {
  private static final int PAGE = 10;

  @Mixin private final HomeOption home = new HomeOption();
  @Mixin private final ServerOptions options = new ServerOptions();

  @Override
  public Integer call() throws Exception {
    var config = options.read(home.folder(), Map.of());
    var logs = Logs.start(config.log());
    try (var held = Home.open(home.folder());
        var server = Wiring.start(config, held)) {
      var token = TokenCommand.token(server.clientFile());
      overGrpc(server.url(), token);
      overHttp(server.url(), token);
    } finally {
      Reference.reachabilityFence(logs);
    }
    return 0;
  }

  private static void overGrpc(URI url, String token) {
    var headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
    var admin =
        GrpcClients.newClient("gproto+" + url, AdminServiceBlockingStub.class)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    admin.listProjects(ProjectListRequest.getDefaultInstance());
    var all = ResourceListRequest.newBuilder().setLimit(PAGE);
    all.getIdBuilder().setProject("flytesnacks").setDomain("development");
    admin.listExecutions(all.build());
    admin.listWorkflows(all.build());
    admin.listTaskIds(
        NamedEntityIdentifierListRequest.newBuilder()
            .setProject("flytesnacks")
            .setDomain("development")
            .setLimit(PAGE)
            .build());
  }

  private static void overHttp(URI url, String token) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      for (var path : List.of("/api/v1/projects", "/me", "/api/v1/version")) {
        var request =
            HttpRequest.newBuilder(url.resolve(path))
                .header("authorization", "Bearer " + token)
                .header("accept", "application/json")
                .build();
        client.send(request, HttpResponse.BodyHandlers.ofString());
      }
    }
  }
}

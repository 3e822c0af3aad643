package dev.harrier.admin.dataproxy;

import static dev.harrier.admin.nodeexecution.ExecutionFixture.STRANGER;
import static dev.harrier.admin.nodeexecution.ExecutionFixture.USER;
import static dev.harrier.admin.nodeexecution.ExecutionFixture.as;
import static dev.harrier.admin.nodeexecution.ExecutionFixture.assertRejected;
import static dev.harrier.admin.nodeexecution.ExecutionFixture.literal;
import static dev.harrier.admin.nodeexecution.ExecutionFixture.literals;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.linecorp.armeria.server.Server;
import dev.harrier.admin.nodeexecution.ExecutionFixture;
import dev.harrier.admin.nodeexecution.ExecutionFixture.Node;
import dev.harrier.admin.nodeexecution.NodeExecutionIds;
import dev.harrier.admin.nodeexecution.NodeExecutionQueries;
import dev.harrier.admin.nodeexecution.NodeExecutionStore;
import dev.harrier.admin.nodeexecution.NodeExecutionView;
import dev.harrier.admin.project.ChangeProject;
import dev.harrier.admin.project.ProjectCheck;
import dev.harrier.admin.project.ProjectSettings;
import dev.harrier.admin.project.ProjectStore;
import dev.harrier.admin.taskexecution.LogLinks;
import dev.harrier.admin.taskexecution.TaskExecutionQueries;
import dev.harrier.admin.taskexecution.TaskExecutionStore;
import dev.harrier.admin.taskexecution.TaskExecutionView;
import dev.harrier.admin.taskexecution.TestGraph;
import dev.harrier.blobstore.FileBlobStore;
import dev.harrier.blobstore.SignedBlobService;
import dev.harrier.database.Database;
import dev.harrier.database.TestDatabase;
import dev.harrier.security.Caller;
import dev.harrier.spi.AttemptId;
import dev.harrier.spi.AttemptPhase;
import dev.harrier.spi.DataLayout;
import dev.harrier.spi.NodeId;
import dev.harrier.spi.NodeKind;
import dev.harrier.spi.NodePhase;
import dev.harrier.spi.Rejection;
import flyteidl.service.Dataproxy.ArtifactType;
import flyteidl.service.Dataproxy.CreateDownloadLinkRequest;
import flyteidl.service.Dataproxy.CreateDownloadLinkResponse;
import flyteidl.service.Dataproxy.CreateUploadLocationRequest;
import flyteidl.service.Dataproxy.CreateUploadLocationResponse;
import flyteidl.service.Dataproxy.GetDataRequest;
import flyteidl.service.Dataproxy.GetDataResponse;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(TestDatabase.class)
final class DataProxyRpcTest {
  private final ExecutionFixture execution;
  private final AtomicReference<URI> address = new AtomicReference<>(URI.create("http://unset"));
  private final FileBlobStore blobs;
  private final Server server;
  private final OfferDownload downloads;
  private final DataProxyRpc rpc;
  private final HttpClient http = HttpClient.newHttpClient();

  DataProxyRpcTest(Database database, @TempDir Path folder) {
    this.execution = ExecutionFixture.create(database, TestGraph.CLOSURE);
    this.blobs = ExecutionFixture.blobs(folder, address::get);
    this.server =
        Server.builder()
            .http(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .serviceUnder(SignedBlobService.PATH, new SignedBlobService(blobs))
            .build();
    server.start().join();
    address.set(URI.create("http://127.0.0.1:" + server.activeLocalPort()));
    new ChangeProject(new ProjectStore(database), ProjectSettings.DEFAULT, ExecutionFixture.ACCESS)
        .seed();
    this.downloads =
        new OfferDownload(
            new NodeExecutionQueries(
                new NodeExecutionStore(
                    database, new NodeExecutionView(blobs, ExecutionFixture.CLOCK)),
                ExecutionFixture.ACCESS,
                blobs),
            new TaskExecutionQueries(
                new TaskExecutionStore(
                    database,
                    new TaskExecutionView(blobs, ExecutionFixture.CLOCK, LogLinks.AS_TOLD)),
                ExecutionFixture.ACCESS,
                blobs),
            ExecutionFixture.ACCESS,
            blobs,
            DataProxySettings.DEFAULT);
    this.rpc =
        new DataProxyRpc(
            new OfferUpload(
                ExecutionFixture.ACCESS,
                new ProjectCheck(database, ProjectSettings.DEFAULT),
                blobs,
                DataProxySettings.DEFAULT),
            downloads);
    execution
        .add(
            Node.of("n0", NodeKind.TASK, NodePhase.SUCCEEDED)
                .with(literals("a", "in"), literals("o0", "out")))
        .attempt("n0", 0, AttemptPhase.SUCCEEDED);
  }

  @AfterEach
  void close() {
    http.close();
    // Its thread for new connections lingers for two seconds, which no test needs to wait for.
    var unused = server.stop();
  }

  @Test
  void what_is_put_to_the_signed_url_is_read_by_the_native_url() throws Exception {
    var content = "print('hello')";
    var offer = upload(request(content).setFilename("code.py").build());

    var status = put(offer, content);

    assertThat(status).isEqualTo(200);
    assertThat(Files.readString(Path.of(offer.getNativeUrl()))).isEqualTo(content);
    assertThat(offer.getNativeUrl()).contains("/flytesnacks/development/upload/");
    assertThat(offer.getHeadersMap()).doesNotContainKey("Content-Length");
    assertThat(offer.getExpiresAt().getSeconds())
        .isEqualTo(ExecutionFixture.NOW.plusSeconds(3600).getEpochSecond());
  }

  @Test
  void the_same_content_goes_to_the_same_place_again() throws Exception {
    var request = request("same").setFilename("code.py").setFilenameRoot("run-1").build();
    put(upload(request), "same");

    var again = upload(request);

    assertThat(put(again, "same")).isEqualTo(200);
    assertThat(again.getNativeUrl()).isEqualTo(upload(request).getNativeUrl());
  }

  @Test
  void other_content_at_a_named_place_is_refused() throws Exception {
    put(upload(request("first").setFilename("f").setFilenameRoot("run-2").build()), "first");

    var other = request("second").setFilename("f").setFilenameRoot("run-2").build();
    var unknown = request("").clearContentMd5().setFilename("f").setFilenameRoot("run-2").build();

    assertRejected(() -> upload(other), Rejection.Code.ALREADY_EXISTS);
    assertRejected(() -> upload(unknown), Rejection.Code.ALREADY_EXISTS);
  }

  @Test
  void other_content_than_announced_is_not_taken() throws Exception {
    var offer = upload(request("announced").setFilename("f").build());

    assertThat(put(offer, "another")).isEqualTo(400);
    assertThat(Path.of(offer.getNativeUrl())).doesNotExist();
  }

  @Test
  void a_table_is_uploaded_without_a_name_and_without_a_digest() throws Exception {
    var request =
        CreateUploadLocationRequest.newBuilder()
            .setProject("flytesnacks")
            .setDomain("development")
            .setFilenameRoot("table")
            .build();

    var one = upload(request);
    var another = upload(request);

    assertThat(put(one, "rows")).isEqualTo(200);
    assertThat(Files.readString(Path.of(one.getNativeUrl()))).isEqualTo("rows");
    assertThat(one.getNativeUrl()).isNotEqualTo(another.getNativeUrl());
  }

  @Test
  void an_upload_needs_a_project_that_is_there_and_a_time_within_bounds() {
    var valid = request("x").setFilename("f").build();

    assertRejected(
        () -> upload(valid.toBuilder().clearProject().build()), Rejection.Code.INVALID_ARGUMENT);
    assertRejected(
        () -> upload(valid.toBuilder().setProject("nope").build()),
        Rejection.Code.INVALID_ARGUMENT);
    assertRejected(
        () ->
            upload(valid.toBuilder().setExpiresIn(Duration.newBuilder().setSeconds(3601)).build()),
        Rejection.Code.INVALID_ARGUMENT);
    assertRejected(
        () -> upload(valid.toBuilder().setFilename("../../x").build()),
        Rejection.Code.INVALID_ARGUMENT);
  }

  @Test
  void a_deck_is_read_by_its_link() throws Exception {
    writeDeck("<html>deck</html>");

    var link = link(USER, "n0");

    var url = URI.create(link.getPreSignedUrls().getSignedUrl(0));
    assertThat(http.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString()).body())
        .isEqualTo("<html>deck</html>");
    // flytekit 1.16 reads the field that the protocol calls old.
    assertThat(
            link.getField(CreateDownloadLinkResponse.getDescriptor().findFieldByName("signed_url")))
        .isEqualTo(List.of(url.toString()));
  }

  @Test
  void a_node_without_a_deck_has_no_link() {
    assertRejected(() -> link(USER, "n0"), Rejection.Code.NOT_FOUND);
    assertRejected(() -> link(USER, "n9"), Rejection.Code.NOT_FOUND);
    assertRejected(() -> data(USER, "n0/d"), Rejection.Code.NOT_FOUND);
    assertRejected(() -> data(USER, "n0/0/d"), Rejection.Code.NOT_FOUND);
  }

  @Test
  void data_are_read_by_their_names() throws IOException {
    writeDeck("<html>");

    assertThat(data(USER, "n0/i").getLiteralMap()).isEqualTo(literals("a", "in"));
    assertThat(data(USER, "n0/o").getLiteralMap()).isEqualTo(literals("o0", "out"));
    assertThat(data(USER, "n0/0/o").getLiteralMap()).isEqualTo(literals("o0", "out"));
    assertThat(data(USER, "n0/o/o0").getLiteral()).isEqualTo(literal("out"));
    assertThat(data(USER, "n0/0/i/a").getLiteral()).isEqualTo(literal("in"));
    assertThat(data(USER, "n0/d").getPreSignedUrls().getSignedUrlList()).hasSize(1);
    assertThat(data(USER, "n0/0/d").getPreSignedUrls().getSignedUrlList()).hasSize(1);
  }

  @Test
  void names_of_what_is_not_there_are_refused() {
    assertRejected(() -> data(USER, "n0/o/o9"), Rejection.Code.INVALID_ARGUMENT);
    assertRejected(() -> data(USER, "n9/i"), Rejection.Code.NOT_FOUND);
    assertRejected(() -> data(USER, "n0/7/i"), Rejection.Code.NOT_FOUND);
    assertRejected(() -> data(USER, "n0"), Rejection.Code.INVALID_ARGUMENT);
  }

  @Test
  void a_stranger_is_told_the_same_of_what_is_there_and_of_what_is_not() throws IOException {
    writeDeck("<html>");

    for (var node : List.of("n0", "n9")) {
      assertRejected(() -> link(STRANGER, node), Rejection.Code.PERMISSION_DENIED);
      for (var part : List.of("/i", "/o/o0", "/0/o", "/d", "/0/d", "/7/i")) {
        assertRejected(() -> data(STRANGER, node + part), Rejection.Code.PERMISSION_DENIED);
      }
    }
    for (var project : List.of("flytesnacks", "nope")) {
      var request = request("x").setProject(project).setFilename("f").build();
      assertRejected(
          () -> answer(STRANGER, request, rpc::createUploadLocation),
          Rejection.Code.PERMISSION_DENIED);
    }
  }

  @Test
  void nothing_is_read_by_its_path() throws IOException {
    writeDeck("<html>");
    var path =
        blobs.uri(
            DataLayout.outputPrefix(new AttemptId(new NodeId(execution.id(), "n0"), 0))
                .child("deck.html"));

    assertThat(downloads.byPath(USER, path).rejection().code())
        .isEqualTo(Rejection.Code.UNIMPLEMENTED);
    for (var asked : List.of(path, "/etc/passwd", "s3://bucket/key", "")) {
      assertRejected(() -> downloads.byPath(STRANGER, asked), Rejection.Code.PERMISSION_DENIED);
    }
  }

  private void writeDeck(String page) throws IOException {
    blobs.write(
        DataLayout.outputPrefix(new AttemptId(new NodeId(execution.id(), "n0"), 0))
            .child("deck.html"),
        ByteString.copyFromUtf8(page));
  }

  private static CreateUploadLocationRequest.Builder request(String content) {
    return CreateUploadLocationRequest.newBuilder()
        .setProject("flytesnacks")
        .setDomain("development")
        .setContentMd5(md5(content))
        .setAddContentMd5Metadata(true);
  }

  private static ByteString md5(String content) {
    try {
      return ByteString.copyFrom(
          MessageDigest.getInstance("MD5").digest(content.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException missing) {
      throw new AssertionError(missing);
    }
  }

  private CreateUploadLocationResponse upload(CreateUploadLocationRequest request) {
    return answer(USER, request, rpc::createUploadLocation);
  }

  private CreateDownloadLinkResponse link(Caller caller, String node) {
    return answer(
        caller,
        CreateDownloadLinkRequest.newBuilder()
            .setArtifactType(ArtifactType.ARTIFACT_TYPE_DECK)
            .setNodeExecutionId(NodeExecutionIds.identifier(new NodeId(execution.id(), node)))
            .build(),
        rpc::createDownloadLink);
  }

  private GetDataResponse data(Caller caller, String rest) {
    return answer(
        caller,
        GetDataRequest.newBuilder()
            .setFlyteUrl("flyte://v1/flytesnacks/development/" + execution.id().name() + "/" + rest)
            .build(),
        rpc::getData);
  }

  /** Puts as flytekit does: with the headers of the answer, and no others. */
  private int put(CreateUploadLocationResponse offer, String content)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(offer.getSignedUrl()))
            .PUT(BodyPublishers.ofString(content));
    offer.getHeadersMap().forEach(request::header);
    return http.send(request.build(), BodyHandlers.discarding()).statusCode();
  }

  private static <Q, A> A answer(Caller caller, Q request, BiConsumer<Q, StreamObserver<A>> call) {
    var answer = new AtomicReference<A>();
    return as(
        caller,
        () -> {
          call.accept(
              request,
              new StreamObserver<A>() {
                @Override
                public void onNext(A value) {
                  answer.set(value);
                }

                @Override
                public void onError(Throwable failure) {
                  throw new AssertionError(failure);
                }

                @Override
                public void onCompleted() {}
              });
          return answer.get();
        });
  }
}

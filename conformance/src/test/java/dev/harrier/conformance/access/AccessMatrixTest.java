package dev.harrier.conformance.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.harrier.conformance.access.AccessWorld.World;
import dev.harrier.conformance.access.Matrix.Row;
import dev.harrier.security.rpc.RpcRule;
import dev.harrier.security.rpc.RpcRules;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The table of who may call what where is what a person reviewed: the evaluator decides so, and the
 * server answers so, over gRPC and over HTTP.
 */
@Tag("python")
@ExtendWith(AccessWorld.class)
final class AccessMatrixTest {
  private static final Map<String, RpcRule> RULES =
      Rpcs.all().values().stream()
          .collect(
              Collectors.toMap(
                  Rpcs::shortName, rpc -> RpcRules.all().rule(rpc.getFullMethodName())));

  @Test
  void every_rpc_has_a_row_that_asks_for_what_its_rule_asks_for() {
    var rows = Matrix.rows();

    assertThat(rows.stream().map(Row::method).distinct())
        .containsExactlyInAnyOrderElementsOf(RULES.keySet());
    for (var row : rows) {
      var named = assertThat(row.needs()).as(row.rpc());
      switch (RULES.get(row.method())) {
        case RpcRule.Needs needs ->
            named.isNotEmpty().anyMatch(word -> needs.anyOf().contains(Decided.permission(word)));
        case RpcRule.Filtered filtered -> named.containsExactly(filtered.permission().word());
        case RpcRule.Anonymous anonymous -> named.isEmpty();
        case RpcRule.Authenticated authenticated -> named.isEmpty();
        case RpcRule.NotServed notServed -> named.isEmpty();
        case null -> throw new AssertionError(row.rpc());
      }
    }
  }

  @Test
  void the_evaluator_decides_as_the_table_says(World world) throws IOException {
    var decided = Matrix.table(new Decided(world.decisions(), world.issuer()));

    assertThat(difference("decided", decided)).isEmpty();
  }

  @Test
  void the_server_answers_as_the_table_says(World world) throws IOException {
    var answered = Matrix.table(new Answered(world));

    assertThat(difference("answered", answered)).isEmpty();
  }

  /** Beside the difference, which a test shows, all that was found is kept: to be reviewed. */
  private static String difference(String name, String found) throws IOException {
    Files.writeString(Path.of("target", "matrix-" + name + ".txt"), found + "\n");
    return Matrix.difference(found);
  }

  @Test
  void a_token_that_calls_itself_the_engine_is_a_strangers(World world) {
    for (var subject : List.of("engine:local", "engine:", "harrier:process", "engine:local ")) {
      var caller = world.withToken(world.tokenOf(subject));
      var stranger = world.as("stranger");
      for (var rpc : Rpcs.all().values()) {
        var request = world.requests(Place.FOREIGN).of(rpc, "");

        assertThat(caller.call(rpc, request).code())
            .as("%s as %s", rpc.getFullMethodName(), subject)
            .isEqualTo(stranger.call(rpc, request).code());
      }
    }
  }

  /** What the running server answers. */
  private static final class Answered implements Matrix.Cells {
    private final World world;
    private final Map<String, GrpcCalls> grpc = new ConcurrentHashMap<>();
    private final Map<String, HttpCalls> http = new ConcurrentHashMap<>();
    private final Map<String, Boolean> made = new ConcurrentHashMap<>();

    Answered(World world) {
      this.world = world;
    }

    @Override
    public String of(Row row, String column) {
      if (column.equals("engine")) {
        // It calls in its own process: no token is the engine's.
        return Matrix.written(row, column);
      }
      var whole = column + Decided.wholeSuffix(column);
      return switch (row.on()) {
        case PROJECT ->
            mark(row, whole, Place.OWN)
                + mark(row, column, Place.OTHER_DOMAIN)
                + mark(row, whole, Place.FOREIGN);
        case ROWS ->
            seen(row, whole, Place.OWN)
                + seen(row, column, Place.OTHER_DOMAIN)
                + seen(row, whole, Place.FOREIGN);
        case NOTHING_YET -> nothing(row, column);
        case DOMAIN, MADE, PLATFORM, KNOWN, ANYBODY, UNSERVED ->
            mark(row, column, Place.OWN)
                + mark(row, column, Place.OTHER_DOMAIN)
                + mark(row, column, Place.FOREIGN);
      };
    }

    /**
     * Who is known gets a list without rows, or hears that there is none: that tells nothing of who
     * would see which rows, which the evaluator alone says then.
     */
    private String nothing(Row row, String caller) {
      var answer = answer(row, caller, Place.OWN);
      return switch (answer.code()) {
        case UNAUTHENTICATED -> "!!!";
        case OK -> {
          assertThat(answer.messages())
              .as(row.rpc())
              .singleElement()
              .satisfies(
                  message -> assertThat(message).isEqualTo(message.getDefaultInstanceForType()));
          yield Matrix.written(row, caller);
        }
        case UNIMPLEMENTED -> Matrix.written(row, caller);
        default -> answer.code().toString();
      };
    }

    private String seen(Row row, String caller, Place place) {
      var answer = answer(row, caller, place);
      if (answer.code() != Status.Code.OK) {
        return mark(row, answer.code());
      }
      return answer.text().contains(rowOf(row) + ": \"" + place.project() + "\"") ? "+" : "-";
    }

    /** The field by which a row says which project it is of. */
    private static String rowOf(Row row) {
      return row.rpc().equals("AccessService/ListBindings") ? "project" : "id";
    }

    private String mark(Row row, String caller, Place place) {
      var request = world.requests(place).of(Rpcs.of(row.method()), row.kind());
      var mark = mark(row, answer(row, caller, place).code());
      for (var route : HttpCalls.routes(Rpcs.of(row.method()))) {
        var overHttp = http(caller).call(route, request);
        var same =
            switch (mark) {
              case "!" -> overHttp.status() == 401;
              case "-" -> overHttp.status() == 403;
              default -> overHttp.status() != 401 && overHttp.status() != 403;
            };
        assertThat(same).as("%s by %s: %s, %s", route, caller, mark, overHttp).isTrue();
      }
      return row.on() == Matrix.On.MADE && mark.equals("-") && place.equals(Place.OWN)
          ? own(row, caller)
          : mark;
    }

    /** Whether the caller may do it to an execution of its own. */
    private String own(Row row, String caller) {
      var name = "by-" + caller;
      if (!made.computeIfAbsent(caller, key -> create(caller, name))) {
        return "-";
      }
      var rpc = Rpcs.of(row.method());
      var request = world.requests(Place.OWN).of(rpc, row.kind()).toBuilder();
      var id = request.getFieldBuilder(request.getDescriptorForType().findFieldByName("id"));
      id.setField(id.getDescriptorForType().findFieldByName("name"), name);
      return mark(row, grpc(caller).call(rpc, request.build()).code()).equals("+") ? "o" : "-";
    }

    private boolean create(String caller, String name) {
      var rpc = Rpcs.of("AdminService/CreateExecution");
      Message.Builder request = world.requests(Place.OWN).of(rpc, "").toBuilder();
      request.setField(request.getDescriptorForType().findFieldByName("name"), name);
      return grpc(caller).call(rpc, request.build()).code() == Status.Code.OK;
    }

    private GrpcCalls.Answer answer(Row row, String caller, Place place) {
      var rpc = Rpcs.of(row.method());
      return grpc(caller).call(rpc, world.requests(place).of(rpc, row.kind()));
    }

    private GrpcCalls grpc(String caller) {
      return grpc.computeIfAbsent(
          caller, name -> new GrpcCalls(world.harrier().url(), token(name)));
    }

    private HttpCalls http(String caller) {
      return http.computeIfAbsent(caller, name -> world.http(token(name)));
    }

    private Optional<String> token(String caller) {
      return switch (caller) {
        case "anonymous" -> Optional.empty();
        case "task" -> Optional.of(world.taskToken());
        default -> Optional.of(world.token(caller));
      };
    }

    private static String mark(Row row, Status.Code code) {
      return switch (code) {
        case UNAUTHENTICATED -> "!";
        case PERMISSION_DENIED -> "-";
        case UNIMPLEMENTED -> row.on() == Matrix.On.UNSERVED ? "=" : "+";
        case OK, NOT_FOUND, ALREADY_EXISTS, FAILED_PRECONDITION -> "+";
        // A request that is not whole, or a failure, tells nothing about access.
        default -> "?";
      };
    }
  }
}

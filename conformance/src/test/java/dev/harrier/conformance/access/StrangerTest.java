package dev.harrier.conformance.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.harrier.conformance.access.AccessWorld.World;
import dev.harrier.security.rpc.RpcRule;
import dev.harrier.security.rpc.RpcRules;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Calls everything as callers who are bound to nothing, or to another project: they are refused,
 * and hear the same of what is there and of what is not.
 */
@Tag("python")
@ExtendWith(AccessWorld.class)
final class StrangerTest {
  @Test
  void a_stranger_calls_no_rpc_but_on_the_closed_list(World world) {
    var stranger = world.as("stranger");
    var let = new TreeSet<String>();
    for (var rpc : Rpcs.all().values()) {
      var answer = stranger.call(rpc, world.requests(Place.FOREIGN).of(rpc, ""));
      if (unserved(rpc)) {
        assertThat(answer.code()).isEqualTo(Status.Code.UNIMPLEMENTED);
      } else if (answer.code() != Status.Code.PERMISSION_DENIED) {
        let.add(rpc.getFullMethodName());
      }
      assertThat(answer.text()).as(rpc.getFullMethodName()).doesNotContain("canary");
    }

    var expected = new TreeSet<>(Reach.of("anonymous", "rpc"));
    expected.addAll(Reach.of("authenticated", "rpc"));
    assertThat(let).isEqualTo(expected);
  }

  @Test
  void a_stranger_hears_the_same_of_what_is_there_and_of_what_is_not(World world) {
    sameOfBoth(world, world.token("stranger"));
  }

  @Test
  void a_viewer_of_another_project_hears_the_same_of_what_is_there_and_of_what_is_not(World world) {
    sameOfBoth(world, world.token("viewer"));
  }

  @Test
  void an_administrator_of_another_project_hears_the_same_of_both(World world) {
    sameOfBoth(world, world.token("project-admin-whole"));
  }

  @Test
  void a_task_of_another_project_hears_the_same_of_both(World world) {
    sameOfBoth(world, world.taskToken());
  }

  private static void sameOfBoth(World world, String token) {
    var grpc = world.withToken(token);
    var http = world.http(Optional.of(token));
    var denied = 0;
    for (var rpc : Rpcs.all().values()) {
      var there = request(world, rpc, Place.FOREIGN);
      var missing = request(world, rpc, Place.NOWHERE);

      var one = grpc.call(rpc, there);
      var other = grpc.call(rpc, missing);

      assertThat(plain(one.text())).as(rpc.getFullMethodName()).isEqualTo(plain(other.text()));
      assertThat(one.code())
          .as("%s: %s", rpc.getFullMethodName(), one)
          .isNotIn(Status.Code.NOT_FOUND, Status.Code.ALREADY_EXISTS, Status.Code.INTERNAL);
      if (one.code() == Status.Code.PERMISSION_DENIED) {
        denied++;
        HttpCalls.routes(rpc)
            .forEach(
                route -> {
                  var overHttp = http.call(route, there);
                  assertThat(overHttp.status()).as(route.toString()).isEqualTo(403);
                  assertThat(plain(overHttp.text()))
                      .isEqualTo(plain(http.call(route, missing).text()));
                });
      }
    }
    assertThat(denied).isGreaterThan(50);
  }

  private static Message request(World world, MethodDescriptor<?, ?> rpc, Place place) {
    return world.requests(place).of(rpc, "");
  }

  private static boolean unserved(MethodDescriptor<?, ?> rpc) {
    return RpcRules.all().rule(rpc.getFullMethodName()) instanceof RpcRule.NotServed;
  }

  /** Without what differs between any two calls: the id of the request, the ends of links. */
  private static String plain(String text) {
    return text.replaceAll("x-request-id=[0-9a-f]+", "")
        .replaceAll("[0-9a-f]{16,}", "")
        .replace(Place.FOREIGN.project(), "P")
        .replace(Place.NOWHERE.project(), "P");
  }
}

package dev.harrier.conformance.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.conformance.access.AccessWorld.World;
import dev.harrier.conformance.access.HttpCalls.Answer;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Calls everything that the server answers to without a token, and with tokens that are none. */
@Tag("python")
@ExtendWith(AccessWorld.class)
final class NobodyTest {
  private static final int UNAUTHENTICATED = 401;

  @Test
  void the_server_serves_every_rpc_of_the_protocol_and_no_other(World world) {
    var served = new TreeSet<String>();
    for (var route : world.harrier().routes()) {
      var path = route.substring(route.indexOf(' ') + 2);
      if (path.matches("[a-z0-9.]+\\.[A-Za-z]+/[A-Za-z0-9]+")) {
        served.add(path);
      }
    }

    // No reflection: it would tell nobody-in-particular what there is.
    assertThat(served).containsExactlyInAnyOrderElementsOf(Rpcs.all().keySet());
  }

  @Test
  void nobody_calls_an_rpc_but_on_the_closed_list(World world) {
    var nobody = world.nobody();
    var let = new TreeSet<String>();
    for (var rpc : Rpcs.all().values()) {
      for (var request : List.of(Rpcs.empty(rpc), world.requests(Place.FOREIGN).of(rpc, ""))) {
        var code = nobody.call(rpc, request).code();
        if (code != Status.Code.UNAUTHENTICATED) {
          let.add(rpc.getFullMethodName());
        }
      }
    }

    assertThat(let).containsExactlyInAnyOrderElementsOf(Reach.of("anonymous", "rpc"));
  }

  @Test
  void nobody_calls_an_rpc_over_http_but_on_the_closed_list(World world) {
    var open = Reach.of("anonymous", "rpc");
    var http = world.http(Optional.empty());
    var refused = 0;
    for (var rpc : Rpcs.all().values()) {
      var closed = !open.contains(rpc.getFullMethodName());
      for (var route : HttpCalls.routes(rpc)) {
        var empty = http.call(route, Rpcs.empty(rpc));
        var whole = http.call(route, world.requests(Place.FOREIGN).of(rpc, ""));

        assertThat(whole.status() == UNAUTHENTICATED).as("%s: %s", route, whole).isEqualTo(closed);
        assertThat(empty.status() == UNAUTHENTICATED)
            .as("%s: %s", route, empty)
            .isEqualTo(closed && !unmatched(empty));
        refused += whole.status() == UNAUTHENTICATED ? 1 : 0;
      }
    }
    assertThat(refused).isGreaterThan(60);
  }

  // Without a word in it a path is another route's, or none.
  private static boolean unmatched(Answer answer) {
    return (answer.status() == 404 && answer.text().contains("Not Found"))
        || (answer.status() == 501 && answer.text().contains("Method Not Allowed"));
  }

  @Test
  void what_nobody_sends_is_not_read(World world) {
    var http = world.http(Optional.empty());

    for (var body : List.of("{", "[]", "{\"project\": 1}", "\0", "null")) {
      var answer = http.send("POST", "/api/v1/executions", body, "application/json");

      assertThat(answer.status()).as(body).isEqualTo(UNAUTHENTICATED);
    }
    assertThat(http.send("GET", "/api/v1/projects?limit=x&nothing=1", "", "").status())
        .isEqualTo(UNAUTHENTICATED);
  }

  @Test
  void nobody_opens_a_page_but_on_the_closed_list(World world) {
    var http = world.http(Optional.empty());
    var anonymous = new HashSet<String>();
    var ownProof = new HashSet<String>();
    for (var route : pages(world)) {
      for (var answer : answers(http, route)) {
        if (answer.status() < 400) {
          anonymous.add(route);
        } else if (answer.status() != UNAUTHENTICATED || answer.text().contains("invalid_client")) {
          ownProof.add(route);
        }
      }
    }

    // A page that answers to many methods may refuse some of them.
    ownProof.removeAll(anonymous);
    assertThat(anonymous).isEqualTo(Reach.of("anonymous", "page"));
    assertThat(ownProof).isEqualTo(Reach.of("own-proof", "page"));
  }

  @Test
  void a_token_that_is_none_is_no_better_than_nothing_and_never_an_unknown_error(World world) {
    var good = world.token("root");
    var tokens =
        List.of(
            "x",
            "a.b.c",
            good.substring(0, good.length() - 20),
            good + "x",
            good.substring(0, good.lastIndexOf('.') + 1),
            "e".repeat(20 << 10));
    var open = Reach.of("anonymous", "rpc");
    for (var token : tokens) {
      var caller = world.withToken(token);
      for (var rpc : Rpcs.all().values()) {
        assertThat(caller.call(rpc, Rpcs.empty(rpc)).code())
            .as("%s with a token of %s characters", rpc.getFullMethodName(), token.length())
            .isEqualTo(
                open.contains(rpc.getFullMethodName())
                    ? Status.Code.OK
                    : Status.Code.UNAUTHENTICATED);
      }
    }
  }

  @Test
  void a_stranger_opens_no_page_but_on_the_closed_list(World world) {
    var http = world.http(Optional.of(world.token("stranger")));
    var reached = new TreeSet<String>();
    for (var route : pages(world)) {
      for (var answer : answers(http, route)) {
        if (answer.status() < 400) {
          reached.add(route);
        }
      }
    }

    var expected = new TreeSet<>(Reach.of("anonymous", "page"));
    expected.addAll(Reach.of("authenticated", "page"));
    assertThat(reached).isEqualTo(expected);
  }

  /** The routes that are neither RPCs nor the gateway to them. */
  private static Set<String> pages(World world) {
    var pages = new TreeSet<String>();
    for (var route : world.harrier().routes()) {
      var path = route.substring(route.indexOf(' ') + 1);
      if (!path.equals("/*") && !Rpcs.all().containsKey(path.substring(1))) {
        pages.add(route);
      }
    }
    return pages;
  }

  private static List<Answer> answers(HttpCalls http, String route) {
    var parts = route.split(" ", 2);
    var path = parts[1].replaceAll(":[a-z]+", "x").replace("*", "x");
    var answers = new ArrayList<Answer>();
    for (var method : parts[0].equals("ANY") ? List.of("GET", "POST", "PUT") : List.of(parts[0])) {
      answers.add(http.send(method, path, "", ""));
    }
    return answers;
  }
}

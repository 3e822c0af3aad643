package dev.harrier.server.page;

import static java.util.Objects.requireNonNull;

import dev.harrier.audit.Resource;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where accounts are looked at and changed: who changes one is in the log. */
record AccountRoutes(JsonRoutes routes) {
  private static final Logger LOG = LoggerFactory.getLogger(AccountPages.class);

  /** What the log may know of a request: names and flags. */
  private static final List<String> TOLD = List.of("name", "id", "administrator", "compromised");

  AccountRoutes {
    requireNonNull(routes, "routes");
  }

  /** A call that changes nothing. */
  void read(String name, JsonRoutes.Call call) {
    routes.add(name, call);
  }

  /** A call that changes what it is about. */
  void change(String name, Function<JsonRequest, Resource> about, JsonRoutes.Call call) {
    routes.add(
        name,
        asked -> List.of(about.apply(asked)),
        (caller, asked) -> {
          var answered = call.answer(caller, asked);
          LOG.info("Account changed: {} {} by {}", name, asked.told(TOLD), caller);
          return answered;
        });
  }
}

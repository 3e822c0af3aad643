package dev.harrier.server.page;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonObject;
import dev.harrier.audit.Resource;
import dev.harrier.security.Caller;
import dev.harrier.security.account.AccountGuard;
import dev.harrier.security.token.SigningKeys;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What {@code harrier key} asks for. */
final class KeyCalls {
  private static final Resource SIGNING_KEY = new Resource("key", "signing");

  private final AccountGuard guard;
  private final SigningKeys keys;

  KeyCalls(AccountGuard guard, SigningKeys keys) {
    this.guard = requireNonNull(guard, "guard");
    this.keys = requireNonNull(keys, "keys");
  }

  void mount(AccountRoutes routes) {
    routes.change("rotate-key", asked -> SIGNING_KEY, this::rotate);
  }

  private JsonObject rotate(Caller caller, JsonRequest asked) {
    guard.requireAdministrator(caller);
    try {
      if (asked.truth("compromised")) {
        keys.replace();
      } else {
        keys.rotate();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new JsonObject();
  }
}

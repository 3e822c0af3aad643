package dev.harrier.server.page;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.harrier.audit.Resource;
import dev.harrier.security.Caller;
import dev.harrier.security.Subjects;
import dev.harrier.security.account.AccountGuard;
import dev.harrier.security.client.CertificateName;
import dev.harrier.security.client.Clients;
import dev.harrier.server.home.ClientFiles;
import dev.harrier.spi.Rejection;

/** What {@code harrier client} asks for. */
final class ClientCalls {
  private final AccountGuard guard;
  private final Clients clients;

  ClientCalls(AccountGuard guard, Clients clients) {
    this.guard = requireNonNull(guard, "guard");
    this.clients = requireNonNull(clients, "clients");
  }

  void mount(AccountRoutes routes) {
    routes.change("add-client", ClientCalls::client, this::add);
    routes.read("list-clients", (caller, asked) -> list());
    routes.change("replace-secret", ClientCalls::client, this::replaceSecret);
    routes.change("disable-client", ClientCalls::client, this::disable);
  }

  private static Resource client(JsonRequest asked) {
    return Resource.named("client", asked.text("id"));
  }

  private JsonObject add(Caller caller, JsonRequest asked) {
    var id = asked.text("id");
    var redirects = asked.texts("redirect_uris");
    var administrator = asked.truth("administrator");
    guard.requireFor(caller, Subjects.client(id), administrator);
    var answer = new JsonObject();
    if (asked.has("jwks")) {
      clients.addWithKeys(id, administrator, redirects, asked.text("jwks"));
    } else if (asked.has("certificate")) {
      clients.addWithCertificate(
          id, administrator, redirects, CertificateName.parse(asked.text("certificate")));
    } else {
      answer.addProperty("secret", clients.addWithSecret(id, administrator, redirects).reveal());
    }
    return answer;
  }

  private JsonObject list() {
    var list = new JsonArray();
    for (var client : clients.list()) {
      var one = new JsonObject();
      one.addProperty("id", client.id());
      one.addProperty("administrator", client.administrator());
      one.addProperty("proof", client.proof().word());
      var redirects = new JsonArray();
      client.redirectUris().forEach(redirects::add);
      one.add("redirect_uris", redirects);
      list.add(one);
    }
    return JsonRoutes.listed("clients", list);
  }

  private JsonObject replaceSecret(Caller caller, JsonRequest asked) {
    var id = asked.text("id");
    guard.requireFor(caller, Subjects.client(id));
    if (id.equals(ClientFiles.CLIENT_ID)) {
      throw Rejection.failedPrecondition(
          "'%s' is this home's own client: a start makes a new secret for it if its file is gone.",
          id);
    }
    var answer = new JsonObject();
    answer.addProperty("secret", clients.replaceSecret(id).reveal());
    return answer;
  }

  private JsonObject disable(Caller caller, JsonRequest asked) {
    var id = asked.text("id");
    guard.requireFor(caller, Subjects.client(id));
    clients.disable(id);
    return new JsonObject();
  }
}

package dev.harrier.server.page;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.Route;
import com.linecorp.armeria.server.ServerBuilder;
import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Secret;
import dev.harrier.security.Subjects;
import dev.harrier.security.account.AccountGuard;
import dev.harrier.security.client.CertificateName;
import dev.harrier.security.client.Clients;
import dev.harrier.security.session.People;
import dev.harrier.security.session.Sessions;
import dev.harrier.security.token.ServerAddress;
import dev.harrier.security.token.SigningKeys;
import dev.harrier.security.user.PasswordLinks;
import dev.harrier.security.user.Users;
import dev.harrier.server.port.Page;
import dev.harrier.spi.Rejection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Users, clients, sessions and keys, for those who may write accounts: what the commands {@code
 * harrier user}, {@code client}, {@code session} and {@code key} ask for. JSON in, JSON out.
 * Whoever touches an administrator's account, or makes one, must administer as well: else each link
 * for a new password would be a way up.
 */
public final class AccountPages implements Page {
  /** Where the commands send what they ask for. */
  public static final String FOLDER = "/harrier/accounts/";

  private static final Logger LOG = LoggerFactory.getLogger(AccountPages.class);
  private static final List<String> TOLD = List.of("name", "id", "administrator", "compromised");
  private static final long BODY_BYTES_MAX = 64 * 1024;

  private final HttpCallers callers;
  private final AccountGuard guard;
  private final Users users;
  private final PasswordLinks links;
  private final Clients clients;
  private final SigningKeys keys;
  private final Sessions sessions;
  private final People people;
  private final ServerAddress address;

  public AccountPages(
      HttpCallers callers,
      Access access,
      Users users,
      PasswordLinks links,
      Clients clients,
      SigningKeys keys,
      Sessions sessions,
      People people,
      ServerAddress address) {
    this.callers = requireNonNull(callers, "callers");
    this.guard = new AccountGuard(access, users, clients, people, address.issuer());
    this.users = requireNonNull(users, "users");
    this.links = requireNonNull(links, "links");
    this.clients = requireNonNull(clients, "clients");
    this.keys = requireNonNull(keys, "keys");
    this.sessions = requireNonNull(sessions, "sessions");
    this.people = requireNonNull(people, "people");
    this.address = requireNonNull(address, "address");
  }

  @Override
  public void mount(ServerBuilder server) {
    post(server, "add-user", this::addUser);
    post(server, "list-users", (caller, asked) -> listUsers());
    post(server, "disable-user", (caller, asked) -> disable(caller, asked, true));
    post(server, "enable-user", (caller, asked) -> disable(caller, asked, false));
    post(server, "reset-link", this::resetLink);
    post(server, "add-client", this::addClient);
    post(server, "list-clients", (caller, asked) -> listClients());
    post(server, "disable-client", this::disableClient);
    post(server, "rotate-key", this::rotateKey);
    post(server, "list-sessions", (caller, asked) -> listSessions(asked));
    post(server, "end-session", this::endSession);
    post(server, "end-sessions-of", this::endSessionsOf);
  }

  /** The address with which a user chooses a password. */
  public static String linkAddress(ServerAddress server, Secret link) {
    return server.at(ServerAddress.PASSWORD_PATH) + "?link=" + link.reveal();
  }

  private JsonObject addUser(Caller caller, JsonObject asked) {
    var name = text(asked, "name");
    var administrator = truth(asked, "administrator");
    guard.requireFor(caller, Subjects.user(name), administrator);
    return link(users.add(name, administrator).name());
  }

  private JsonObject resetLink(Caller caller, JsonObject asked) {
    var name = text(asked, "name");
    guard.requireFor(caller, Subjects.user(name));
    return link(name);
  }

  private JsonObject listUsers() {
    var list = new JsonArray();
    for (var known : people.list()) {
      var one = new JsonObject();
      one.addProperty("name", known.person().principal());
      one.addProperty("administrator", false);
      one.addProperty("has_password", false);
      one.addProperty("created_at", known.seenAt().toString());
      one.addProperty("disabled", known.disabled());
      one.addProperty("known_as", known.person().name());
      list.add(one);
    }
    for (var user : users.list()) {
      var one = new JsonObject();
      one.addProperty("name", user.name());
      one.addProperty("administrator", user.administrator());
      one.addProperty("has_password", user.hasPassword());
      one.addProperty("created_at", user.createdAt().toString());
      one.addProperty("disabled", user.disabledAt().isPresent());
      list.add(one);
    }
    return with("users", list);
  }

  private JsonObject disable(Caller caller, JsonObject asked, boolean disabled) {
    var name = text(asked, "name");
    guard.requireFor(caller, principal(name));
    // Only the principal of somebody whom a provider vouches for has a bar.
    if (name.contains("|")) {
      people.setDisabled(principal(name), disabled);
    } else {
      users.setDisabled(name, disabled);
    }
    return new JsonObject();
  }

  private JsonObject listSessions(JsonObject asked) {
    var of = asked.has("name") ? sessions.of(principal(text(asked, "name"))) : sessions.all();
    return SessionPages.listed(of);
  }

  private JsonObject endSession(Caller caller, JsonObject asked) {
    var id = text(asked, "id");
    var owner = sessions.owner(id);
    owner.ifPresent(one -> guard.requireFor(caller, one));
    if (owner.isEmpty() || !sessions.end(id, owner)) {
      throw Rejection.notFound("There is no session '%s'.", id);
    }
    return new JsonObject();
  }

  private JsonObject endSessionsOf(Caller caller, JsonObject asked) {
    var principal = principal(text(asked, "name"));
    guard.requireFor(caller, principal);
    sessions.endAllOf(principal);
    return new JsonObject();
  }

  private static String principal(String name) {
    return name.startsWith(Subjects.user("")) ? name : Subjects.user(name);
  }

  private JsonObject link(String name) {
    var answer = new JsonObject();
    answer.addProperty("link", linkAddress(address, links.forUser(name)));
    return answer;
  }

  private JsonObject addClient(Caller caller, JsonObject asked) {
    var id = text(asked, "id");
    var redirects = texts(asked, "redirect_uris");
    var administrator = truth(asked, "administrator");
    guard.requireFor(caller, Subjects.client(id), administrator);
    var answer = new JsonObject();
    if (asked.has("jwks")) {
      clients.addWithKeys(id, administrator, redirects, text(asked, "jwks"));
    } else if (asked.has("certificate")) {
      clients.addWithCertificate(
          id, administrator, redirects, CertificateName.parse(text(asked, "certificate")));
    } else {
      answer.addProperty("secret", clients.addWithSecret(id, administrator, redirects).reveal());
    }
    return answer;
  }

  private JsonObject listClients() {
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
    return with("clients", list);
  }

  private JsonObject disableClient(Caller caller, JsonObject asked) {
    var id = text(asked, "id");
    guard.requireFor(caller, Subjects.client(id));
    clients.disable(id);
    return new JsonObject();
  }

  private JsonObject rotateKey(Caller caller, JsonObject asked) {
    guard.requireAdministrator(caller);
    try {
      if (truth(asked, "compromised")) {
        keys.replace();
      } else {
        keys.rotate();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new JsonObject();
  }

  private void post(
      ServerBuilder server, String name, BiFunction<Caller, JsonObject, JsonObject> answer) {
    var service =
        KnownService.taking(
            callers,
            (caller, request) -> {
              guard.require(caller);
              var asked = body(request);
              var answered = answer.apply(caller, asked);
              if (!name.startsWith("list-")) {
                LOG.info("Account changed: {} {} by {}", name, told(asked), caller);
              }
              return json(answered);
            });
    server
        .route()
        .addRoute(Route.builder().exact(FOLDER + name).methods(HttpMethod.POST).build())
        .maxRequestLength(BODY_BYTES_MAX)
        .build(service);
  }

  /** What the log may know of a request: names and flags, on one line. */
  private static String told(JsonObject asked) {
    return TOLD.stream()
        .filter(key -> asked.has(key) && asked.get(key).isJsonPrimitive())
        .map(key -> key + "=" + asked.get(key).getAsString().replaceAll("\\p{Cntrl}", "?"))
        .collect(Collectors.joining(" "));
  }

  static HttpResponse json(JsonObject body) {
    var headers =
        ResponseHeaders.builder(HttpStatus.OK)
            .contentType(MediaType.JSON)
            .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
            .build();
    return HttpResponse.of(headers, com.linecorp.armeria.common.HttpData.ofUtf8(body.toString()));
  }

  static JsonObject body(AggregatedHttpRequest request) {
    try {
      if (JsonParser.parseString(request.contentUtf8()) instanceof JsonObject body) {
        return body;
      }
    } catch (JsonParseException e) {
      // Told below, as any other text that is no object.
    }
    throw Rejection.invalid("Expected a JSON object, found another text.");
  }

  private static JsonObject with(String name, JsonArray list) {
    var answer = new JsonObject();
    answer.add(name, list);
    return answer;
  }

  static String text(JsonObject asked, String name) {
    var value = asked.get(name);
    if (value == null || !value.isJsonPrimitive()) {
      throw Rejection.invalid("Expected a text '%s', found none.", name);
    }
    return value.getAsString();
  }

  private static boolean truth(JsonObject asked, String name) {
    var value = asked.get(name);
    return value != null && value.isJsonPrimitive() && value.getAsBoolean();
  }

  private static List<String> texts(JsonObject asked, String name) {
    var texts = new ArrayList<String>();
    if (asked.get(name) instanceof JsonArray array) {
      for (var value : array) {
        if (!value.isJsonPrimitive()) {
          throw Rejection.invalid("Expected a list of texts '%s', found others.", name);
        }
        texts.add(value.getAsString());
      }
    }
    return texts;
  }
}

package dev.harrier.server.page;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.harrier.audit.Resource;
import dev.harrier.security.Caller;
import dev.harrier.security.Subjects;
import dev.harrier.security.account.AccountGuard;
import dev.harrier.security.session.People;
import dev.harrier.security.token.ServerAddress;
import dev.harrier.security.user.PasswordLinks;
import dev.harrier.security.user.Users;

/** What {@code harrier user} asks for: users with a password, and those of outside providers. */
final class UserCalls {
  private final AccountGuard guard;
  private final Users users;
  private final PasswordLinks links;
  private final People people;
  private final ServerAddress address;

  UserCalls(
      AccountGuard guard, Users users, PasswordLinks links, People people, ServerAddress address) {
    this.guard = requireNonNull(guard, "guard");
    this.users = requireNonNull(users, "users");
    this.links = requireNonNull(links, "links");
    this.people = requireNonNull(people, "people");
    this.address = requireNonNull(address, "address");
  }

  void mount(AccountRoutes routes) {
    routes.change("add-user", UserCalls::user, this::add);
    routes.read("list-users", (caller, asked) -> list());
    routes.change("disable-user", UserCalls::user, (caller, asked) -> disable(caller, asked, true));
    routes.change("enable-user", UserCalls::user, (caller, asked) -> disable(caller, asked, false));
    routes.change("reset-link", UserCalls::user, this::resetLink);
  }

  private JsonObject add(Caller caller, JsonRequest asked) {
    var name = asked.text("name");
    var administrator = asked.truth("administrator");
    guard.requireFor(caller, Subjects.user(name), administrator);
    return link(users.add(name, administrator).name());
  }

  private JsonObject resetLink(Caller caller, JsonRequest asked) {
    var name = asked.text("name");
    guard.requireFor(caller, principal(name));
    return link(local(name));
  }

  private JsonObject link(String name) {
    var answer = new JsonObject();
    answer.addProperty("link", AccountPages.linkAddress(address, links.forUser(name)));
    return answer;
  }

  private JsonObject list() {
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
    return JsonRoutes.listed("users", list);
  }

  private JsonObject disable(Caller caller, JsonRequest asked, boolean disabled) {
    var name = asked.text("name");
    var principal = principal(name);
    guard.requireFor(caller, principal);
    // Only the principal of somebody whom a provider vouches for has a bar.
    if (name.contains("|")) {
      people.setDisabled(principal, disabled);
    } else {
      users.setDisabled(local(name), disabled);
    }
    return new JsonObject();
  }

  /** The user whom a request names. */
  static Resource user(JsonRequest asked) {
    return Resource.named("user", principal(asked.text("name")));
  }

  private static String local(String name) {
    return principal(name).substring(Subjects.user("").length());
  }

  /** Whom a command means: it may leave out what each user's principal begins with. */
  static String principal(String name) {
    return name.startsWith(Subjects.user("")) ? name : Subjects.user(name);
  }
}

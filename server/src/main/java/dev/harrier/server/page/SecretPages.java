package dev.harrier.server.page;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.linecorp.armeria.server.ServerBuilder;
import dev.harrier.audit.Resource;
import dev.harrier.security.Access;
import dev.harrier.security.Caller;
import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import dev.harrier.security.secret.KeptSecret;
import dev.harrier.security.secret.MasterKeyRotation;
import dev.harrier.security.secret.SecretGrants;
import dev.harrier.security.secret.SecretLevel;
import dev.harrier.security.secret.StoredSecrets;
import dev.harrier.server.port.Page;
import dev.harrier.spi.Rejection;
import dev.harrier.spi.SecretId;
import dev.harrier.spi.SecretValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Secrets of tasks, for those who may administer them at their level: what the commands {@code
 * harrier secret} ask for. JSON in, JSON out; a value goes in and never comes out.
 */
public final class SecretPages implements Page {
  /** Where the commands send what they ask for. */
  public static final String FOLDER = "/harrier/secrets/";

  private static final Resource MASTER_KEY = new Resource("key", "master");

  private static final Logger LOG = LoggerFactory.getLogger(SecretPages.class);

  /** More than any value that is taken, so that most that are too large are told so. */
  private static final long BODY_BYTES_MAX = 4L << 20;

  private final HttpCallers callers;
  private final Access access;
  private final StoredSecrets secrets;
  private final SecretGrants grants;
  private final MasterKeyRotation rotation;

  public SecretPages(
      HttpCallers callers,
      Access access,
      StoredSecrets secrets,
      SecretGrants grants,
      MasterKeyRotation rotation) {
    this.callers = requireNonNull(callers, "callers");
    this.access = requireNonNull(access, "access");
    this.secrets = requireNonNull(secrets, "secrets");
    this.grants = requireNonNull(grants, "grants");
    this.rotation = requireNonNull(rotation, "rotation");
  }

  @Override
  public void mount(ServerBuilder server) {
    var routes = new JsonRoutes(server, callers, FOLDER, BODY_BYTES_MAX, this::requireSomewhere);
    routes.add("put", SecretPages::secret, this::put);
    routes.add("list", asked -> at("domain", level(asked, "project", "domain")), this::list);
    routes.add("remove", SecretPages::secret, this::remove);
    routes.add("grant", SecretPages::granted, this::grant);
    routes.add("revoke", SecretPages::granted, this::revoke);
    routes.add("rotate-master-key", asked -> List.of(MASTER_KEY), this::rotate);
  }

  private void requireSomewhere(Caller caller) {
    if (!access.mayAnywhere(caller, Permission.SECRET_ADMIN)) {
      throw Rejection.permissionDenied(
          "%s lacks the permission %s on every project.", caller, Permission.SECRET_ADMIN);
    }
  }

  private static List<Resource> secret(JsonRequest asked) {
    var id = id(asked);
    return Stream.concat(
            at("domain", level(asked, "project", "domain")).stream(),
            Stream.of(Resource.named("secret", id.group(), id.key(), id.version().orElse(""))))
        .toList();
  }

  private static List<Resource> granted(JsonRequest asked) {
    return Stream.concat(
            secret(asked).stream(), at("grantee", level(asked, "to_project", "to_domain")).stream())
        .toList();
  }

  // The installation as a whole has no name.
  private static List<Resource> at(String type, SecretLevel level) {
    var place = Resource.named(type, level.project(), level.domain());
    return place.name().isEmpty() ? List.of() : List.of(place);
  }

  private JsonObject put(Caller caller, JsonRequest asked) {
    var level = required(caller, asked, "project", "domain");
    var id = id(asked);
    secrets.put(level, id, new SecretValue(asked.text("value")), caller.principal());
    LOG.info("Secret kept: {} of {} by {}", id, level, caller);
    return new JsonObject();
  }

  private JsonObject list(Caller caller, JsonRequest asked) {
    var level = required(caller, asked, "project", "domain");
    var after = asked.has("after") ? Long.parseLong(asked.text("after")) : 0;
    var found = grants.list(level, after);
    var list = new JsonArray();
    found.forEach(secret -> list.add(shown(secret)));
    var answer = new JsonObject();
    answer.add("secrets", list);
    if (found.size() == SecretGrants.LISTED_MAX) {
      answer.addProperty("after", Long.toString(found.getLast().number()));
    }
    return answer;
  }

  private JsonObject remove(Caller caller, JsonRequest asked) {
    var level = required(caller, asked, "project", "domain");
    var id = id(asked);
    if (!secrets.remove(level, id)) {
      throw Rejection.notFound("There is no secret '%s' of %s.", id, level);
    }
    LOG.info("Secret removed: {} of {} by {}", id, level, caller);
    return new JsonObject();
  }

  private JsonObject grant(Caller caller, JsonRequest asked) {
    // On both sides: a grant gives a secret away, and gives the other side one that it may not
    // want.
    var level = required(caller, asked, "project", "domain");
    var to = required(caller, asked, "to_project", "to_domain");
    var id = id(asked);
    grants.grant(level, id, to, caller.principal());
    LOG.info("Secret granted: {} of {} to {} by {}", id, level, to, caller);
    return new JsonObject();
  }

  private JsonObject revoke(Caller caller, JsonRequest asked) {
    var level = required(caller, asked, "project", "domain");
    var from = level(asked, "to_project", "to_domain");
    var id = id(asked);
    if (!grants.revoke(level, id, from)) {
      throw Rejection.notFound(
          "The secret '%s' of %s is not granted to %s by itself.", id, level, from);
    }
    LOG.info("Grant of a secret taken back: {} of {} from {} by {}", id, level, from, caller);
    return new JsonObject();
  }

  private JsonObject rotate(Caller caller, JsonRequest asked) {
    access.require(caller, Permission.SECRET_ADMIN, Scope.platform());
    try {
      var result = rotation.rotate();
      LOG.info("Master key of the secrets rotated by {}: {}", caller, result);
      var answer = new JsonObject();
      answer.addProperty("rewrapped", result.rewrapped());
      answer.addProperty("unreadable", result.unreadable());
      answer.addProperty("keys_kept", result.keysKept());
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The level that a request names, where its caller must administer secrets. */
  private SecretLevel required(Caller caller, JsonRequest asked, String project, String domain) {
    var level = level(asked, project, domain);
    access.require(caller, Permission.SECRET_ADMIN, level.scope());
    return level;
  }

  private static SecretLevel level(JsonRequest asked, String project, String domain) {
    return new SecretLevel(
        asked.optionalText(project).orElse(""), asked.optionalText(domain).orElse(""));
  }

  private static SecretId id(JsonRequest asked) {
    return new SecretId(asked.text("group"), asked.text("key"), asked.optionalText("version"));
  }

  private static JsonObject shown(KeptSecret secret) {
    var one = place(secret.level());
    one.addProperty("group", secret.id().group());
    one.addProperty("key", secret.id().key());
    one.addProperty("version", secret.id().version().orElse(""));
    one.addProperty("changed_at", secret.changedAt().toString());
    one.addProperty("changed_by", secret.changedBy());
    var granted = new JsonArray();
    secret.grantedTo().forEach(to -> granted.add(place(to)));
    one.add("granted_to", granted);
    return one;
  }

  private static JsonObject place(SecretLevel level) {
    var place = new JsonObject();
    place.addProperty("project", level.project());
    place.addProperty("domain", level.domain());
    return place;
  }
}

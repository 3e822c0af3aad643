package dev.harrier.secrets.vault;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonObject;
import dev.harrier.secrets.CredentialFile;
import dev.harrier.secrets.ServiceUnavailableException;
import dev.harrier.secrets.http.HttpService;
import dev.harrier.secrets.http.Reply;
import dev.harrier.security.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A token of Vault, got when it is first needed, renewed before it ends, and replaced by a new
 * login when it cannot be. May be asked from several threads; one of them logs in for all.
 */
final class VaultSession {
  private static final String JSON = "application/json";
  private static final Duration LOGINS_APART = Duration.ofSeconds(10);
  private static final Duration IDLE = Duration.ofMinutes(1);
  private static final Duration SOON = Duration.ofMillis(500);

  /** Longer than any server runs. */
  private static final Duration LIFE_MAX = Duration.ofDays(365);

  private final HttpService service;
  private final VaultLogin login;
  private final Optional<String> namespace;
  private final Clock clock;
  private @Nullable Held held;

  /**
   * @param since when it was got or renewed
   * @param renewAt from when on it is renewed at its next use
   * @param endsAt after which it is good for nothing
   * @param fileChangedAt of a token from a file
   */
  private record Held(
      Instant since,
      Secret token,
      boolean renewable,
      Instant renewAt,
      Instant endsAt,
      Optional<FileTime> fileChangedAt) {}

  VaultSession(HttpService service, VaultLogin login, Optional<String> namespace, Clock clock) {
    this.service = requireNonNull(service, "service");
    this.login = requireNonNull(login, "login");
    this.namespace = requireNonNull(namespace, "namespace");
    this.clock = requireNonNull(clock, "clock");
  }

  /** A token that is good now, as far as is known. */
  synchronized Secret token() throws ServiceUnavailableException {
    var now = clock.instant();
    var known = held;
    if (known == null || !now.isBefore(known.endsAt()) || changed(known)) {
      known = logIn();
    } else if (known.renewable() && !now.isBefore(known.renewAt())) {
      known = renewed(known, now);
    }
    held = known;
    return known.token();
  }

  /**
   * Vault refused a token: it was revoked, or it lacks a policy. Another login is tried, but not
   * again and again.
   *
   * @return whether there will be another token
   */
  synchronized boolean refused(Secret token) {
    var known = held;
    if (known == null || !known.token().equals(token)) {
      return true;
    }
    if (Duration.between(known.since(), clock.instant()).compareTo(LOGINS_APART) < 0) {
      return false;
    }
    held = null;
    revoke(token);
    return true;
  }

  // Whoever is refused again and again would leave a token in Vault each time. One from a file is
  // the operator's.
  private void revoke(Secret token) {
    if (login instanceof VaultLogin.TokenFile) {
      return;
    }
    try {
      var unused = service.post("/v1/auth/token/revoke-self", headers(token), JSON, "{}");
    } catch (ServiceUnavailableException e) {
      // Then it ends by itself.
    }
  }

  /** How long until somebody must ask for the token, so that it does not end unused. */
  synchronized Duration untilRenewal() {
    var known = held;
    if (known == null || !known.renewable()) {
      return IDLE;
    }
    var left = Duration.between(clock.instant(), known.renewAt());
    return left.compareTo(SOON) < 0 ? SOON : left.compareTo(IDLE) > 0 ? IDLE : left;
  }

  /** What each request says besides its token. */
  Map<String, String> headers() {
    var headers = new HashMap<String, String>();
    // Vault's own guard against requests that somebody else's program was led to make.
    headers.put("X-Vault-Request", "true");
    namespace.ifPresent(name -> headers.put("X-Vault-Namespace", name));
    return headers;
  }

  private Map<String, String> headers(Secret token) {
    var headers = new HashMap<>(headers());
    headers.put("X-Vault-Token", token.reveal());
    return headers;
  }

  private Held logIn() throws ServiceUnavailableException {
    return switch (login) {
      case VaultLogin.TokenFile file -> fromFile(file.file());
      case VaultLogin.AppRole role ->
          loggedIn("AppRole", role.mount(), VaultLogin.credentials(role));
      case VaultLogin.Kubernetes role ->
          loggedIn("Kubernetes", role.mount(), VaultLogin.credentials(role));
    };
  }

  private Held loggedIn(String method, String mount, JsonObject credentials)
      throws ServiceUnavailableException {
    var reply =
        service.post(
            "/v1/auth/" + HttpService.path(mount) + "/login",
            headers(),
            JSON,
            credentials.toString());
    if (!reply.succeeded()) {
      VaultAnswers.throwIfUnavailable(service, headers(), reply);
      throw new ServiceUnavailableException(
          "refused the login by %s at auth/%s with status %s"
              .formatted(method, mount, reply.status()));
    }
    return held(reply, Optional.empty());
  }

  private Held held(Reply reply, Optional<FileTime> file) throws ServiceUnavailableException {
    var auth =
        Reply.object(reply.json(), "auth")
            .orElseThrow(() -> new ServiceUnavailableException("answered a login without a token"));
    var token =
        Reply.text(auth, "client_token")
            .orElseThrow(() -> new ServiceUnavailableException("answered a login without a token"));
    return held(
        new Secret(token),
        Reply.number(auth, "lease_duration"),
        Reply.truth(auth, "renewable"),
        file);
  }

  private Held held(Secret token, long seconds, boolean renewable, Optional<FileTime> file) {
    var now = clock.instant();
    // 0 is for a token that never ends.
    var life =
        seconds <= 0 ? LIFE_MAX : Duration.ofSeconds(Math.min(seconds, LIFE_MAX.toSeconds()));
    // Two thirds: a renewal that fails may be tried again in the last one.
    return new Held(
        now,
        token,
        renewable && seconds > 0,
        now.plus(life.multipliedBy(2).dividedBy(3)),
        now.plus(life),
        file);
  }

  private Held fromFile(Path file) throws ServiceUnavailableException {
    var changedAt = Optional.of(changedAt(file));
    var token = new CredentialFile(file).line();
    var reply = service.get("/v1/auth/token/lookup-self", headers(token));
    if (!reply.succeeded()) {
      VaultAnswers.throwIfUnavailable(service, headers(), reply);
      throw new ServiceUnavailableException(
          "refused the token in %s with status %s; it may have ended"
              .formatted(file, reply.status()));
    }
    var about = Reply.object(reply.json(), "data").orElseGet(JsonObject::new);
    return held(token, Reply.number(about, "ttl"), Reply.truth(about, "renewable"), changedAt);
  }

  private Held renewed(Held known, Instant now) throws ServiceUnavailableException {
    try {
      var reply = service.post("/v1/auth/token/renew-self", headers(known.token()), JSON, "{}");
      if (reply.succeeded()) {
        var renewed = held(reply, known.fileChangedAt());
        if (renewed.endsAt().isAfter(known.endsAt()) || login instanceof VaultLogin.TokenFile) {
          return renewed;
        }
      }
    } catch (ServiceUnavailableException later) {
      // It is still good, and asked for again at its next use.
      return known;
    }
    // At the end of what may be renewed: another login takes its place, if there is one.
    return login instanceof VaultLogin.TokenFile ? worn(known, now) : logIn();
  }

  // It is renewed no more, and used until it ends.
  private static Held worn(Held known, Instant now) {
    return new Held(
        known.since(), known.token(), false, now, known.endsAt(), known.fileChangedAt());
  }

  private boolean changed(Held known) throws ServiceUnavailableException {
    return login instanceof VaultLogin.TokenFile file
        && !known.fileChangedAt().equals(Optional.of(changedAt(file.file())));
  }

  private static FileTime changedAt(Path file) throws ServiceUnavailableException {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw new ServiceUnavailableException(
          "cannot be asked: its token in %s cannot be read".formatted(file));
    }
  }
}

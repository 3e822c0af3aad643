package dev.harrier.secrets.vault;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonObject;
import dev.harrier.secrets.ServiceUnavailableException;
import dev.harrier.secrets.http.HttpService;
import dev.harrier.secrets.http.Reply;
import dev.harrier.security.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls to one Vault, by one login. */
public final class VaultCalls implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(VaultCalls.class);
  private static final int FORBIDDEN = 403;

  private final HttpService service;
  private final VaultSession session;
  private final VaultLogin login;
  private volatile boolean closed;
  private volatile @Nullable Thread keeping;

  /**
   * @param caFile of certificates in PEM, trusted instead of the system's
   * @param namespace of Vault Enterprise, HCP or OpenBao
   */
  public VaultCalls(
      URI address,
      Optional<Path> caFile,
      Optional<String> namespace,
      VaultLogin login,
      Clock clock) {
    this.service = new HttpService(address, caFile);
    this.session = new VaultSession(service, login, namespace, clock);
    this.login = requireNonNull(login, "login");
  }

  /**
   * Keeps a token from a file alive, which nobody could replace by another login; those of other
   * logins may end unused.
   */
  void start() {
    if (login instanceof VaultLogin.TokenFile) {
      keeping = Thread.ofVirtual().name("vault-token").start(this::keepToken);
    }
  }

  private void keepToken() {
    var lost = false;
    while (!closed) {
      try {
        var unused = session.token();
        if (lost) {
          LOG.info("The token of Vault is good again.");
        }
        lost = false;
      } catch (ServiceUnavailableException e) {
        if (!lost && !closed) {
          LOG.warn("The token of Vault cannot be renewed: Vault {}.", e.getMessage());
        }
        lost = true;
      } catch (RuntimeException e) {
        // Its message may quote what Vault answered.
        LOG.error(
            "The token of Vault could not be looked after, which is tried again ({}).",
            e.getClass().getName());
        lost = true;
      }
      try {
        Thread.sleep(session.untilRenewal());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Reads a path that is encoded already. */
  Reply get(String path) throws ServiceUnavailableException {
    return asked(token -> service.get("/v1/" + path, headers(token)));
  }

  /** Sends an object; only what may be done twice. */
  Reply post(String path, JsonObject body) throws ServiceUnavailableException {
    return asked(
        token -> service.post("/v1/" + path, headers(token), "application/json", body.toString()));
  }

  private interface Ask {
    Reply with(Secret token) throws ServiceUnavailableException;
  }

  private Reply asked(Ask ask) throws ServiceUnavailableException {
    var token = session.token();
    var reply = ask.with(token);
    // Revoked, or without the policy: Vault does not say which. A new login tells.
    if (reply.status() == FORBIDDEN && session.refused(token)) {
      reply = ask.with(session.token());
    }
    VaultAnswers.throwIfUnavailable(service, session.headers(), reply);
    if (reply.status() == FORBIDDEN) {
      throw new ServiceUnavailableException(
          "does not let this server read there (status 403): its policy of Vault lacks the path");
    }
    return reply;
  }

  private Map<String, String> headers(Secret token) {
    var headers = new HashMap<>(session.headers());
    headers.put("X-Vault-Token", token.reveal());
    return headers;
  }

  @Override
  public void close() {
    closed = true;
    var thread = keeping;
    if (thread != null) {
      thread.interrupt();
    }
    service.close();
  }
}

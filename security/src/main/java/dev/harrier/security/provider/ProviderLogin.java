package dev.harrier.security.provider;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.Secret;
import dev.harrier.security.Strength;
import dev.harrier.security.token.OpaqueToken;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.io.IOException;
import java.net.URI;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;

/**
 * Logins of people at one provider: authorization code with PKCE, state and nonce, for a browser
 * that this server sends there and that comes back with a code.
 */
public final class ProviderLogin {
  /**
   * Anybody can come back with a code that is none: the provider is not to be flooded by us.
   * Renewals, which nobody outside can cause, need no turn, and so nobody can keep them from one.
   */
  private static final int AT_ONCE_MAX = 32;

  private final Provider provider;
  private final ProviderSettings.Login settings;
  private final ProviderHttp http;
  private final String callback;
  private final Semaphore free = new Semaphore(AT_ONCE_MAX);

  ProviderLogin(Provider provider, ProviderHttp http, String callback) {
    this.provider = requireNonNull(provider, "provider");
    this.settings = provider.settings().login().orElseThrow();
    this.http = requireNonNull(http, "http");
    this.callback = requireNonNull(callback, "callback");
  }

  /**
   * A login that has begun; what of it is secret stays with the browser that began it, sealed.
   *
   * @param address where the browser goes
   */
  public record Begun(URI address, String state, String nonce, String verifier) {}

  /**
   * A login that came to its end.
   *
   * @param strength of the login, as the provider says it
   * @param renewal with which the provider can be asked again whether it still vouches
   */
  public record Ended(Person person, Strength strength, Optional<Secret> renewal) {}

  /**
   * Somebody for whom the provider still vouches.
   *
   * @param person as the provider knows them now; empty if it told nothing new
   */
  public record Renewed(Optional<Person> person, Secret renewal) {}

  /** The provider's name in addresses. */
  public String name() {
    return provider.settings().name();
  }

  /** The provider's name for people. */
  public String label() {
    return provider.settings().label();
  }

  /** The issuer of its tokens. */
  public String issuer() {
    return provider.settings().issuer();
  }

  /**
   * Whether a browser that came back was sent by this provider, as far as it can be told. Another
   * one that the operator trusts less may have sent a browser there with a login of its own.
   *
   * @param address where it came back to
   * @param issuer that came with it, if one did
   * @throws ProviderUnavailableException if it is not known what the provider promises
   */
  public boolean sent(String address, Optional<String> issuer) {
    return address.equals(callback)
        && issuer.map(issuer()::equals).orElseGet(() -> !provider.metadata().namesItself());
  }

  /**
   * Begins a login.
   *
   * @throws ProviderUnavailableException if it is not known where the provider takes logins
   */
  public Begun begin() {
    var state = OpaqueToken.make().reveal();
    var nonce = OpaqueToken.make().reveal();
    var verifier = OpaqueToken.make();
    var query = new LinkedHashMap<String, String>();
    query.put("client_id", settings.clientId());
    query.put("redirect_uri", callback);
    query.put("response_type", "code");
    query.put("scope", String.join(" ", settings.scopes()));
    query.put("state", state);
    query.put("nonce", nonce);
    query.put("code_challenge", base64(OpaqueToken.digest(verifier)));
    query.put("code_challenge_method", "S256");
    var endpoint = provider.metadata().authorization().orElseThrow().toString();
    var text =
        query.entrySet().stream()
            .map(one -> one.getKey() + "=" + ProviderHttp.encoded(one.getValue()))
            .collect(Collectors.joining("&"));
    var address = URI.create(endpoint + (endpoint.contains("?") ? "&" : "?") + text);
    return new Begun(address, state, nonce, verifier.reveal());
  }

  /**
   * Ends a login with the code that came back.
   *
   * @throws RejectedException UNAUTHENTICATED if the provider does not take the code, or vouches
   *     for nobody
   * @throws ProviderUnavailableException if it does not answer
   */
  public Ended end(Secret code, String nonce, Secret verifier) {
    var form = new LinkedHashMap<String, String>();
    form.put("grant_type", "authorization_code");
    form.put("code", code.reveal());
    form.put("redirect_uri", callback);
    form.put("code_verifier", verifier.reveal());
    var answer = askedInTurn(form);
    var claims =
        claims(answer, nonce)
            .orElseThrow(
                () ->
                    new ProviderUnavailableException(
                        "The identity provider '%s': it answered without an ID token."
                            .formatted(name())));
    return new Ended(person(claims), claims.strength(), renewal(answer));
  }

  /**
   * Asks whether the provider still vouches for somebody who logged in, and with which groups.
   *
   * @throws RejectedException UNAUTHENTICATED if not
   * @throws ProviderUnavailableException if it does not answer
   */
  public Renewed renew(Secret renewal) {
    var form = new LinkedHashMap<String, String>();
    form.put("grant_type", "refresh_token");
    form.put("refresh_token", renewal.reveal());
    var answer = asked(form);
    // Neither must come with the answer: without rotation the one that was used stays good.
    return new Renewed(claims(answer, "").map(this::person), renewal(answer).orElse(renewal));
  }

  private Optional<Claims> claims(Map<String, Object> answer, String nonce) {
    return answer.get("id_token") instanceof String idToken
        ? Optional.of(provider.idToken(idToken, nonce).claims())
        : Optional.empty();
  }

  private Person person(Claims claims) {
    return Providers.person(provider.settings(), claims);
  }

  private static Optional<Secret> renewal(Map<String, Object> answer) {
    return answer.get("refresh_token") instanceof String text && !text.isEmpty()
        ? Optional.of(new Secret(text))
        : Optional.empty();
  }

  private Map<String, Object> askedInTurn(Map<String, String> form) {
    if (!free.tryAcquire()) {
      throw new ProviderUnavailableException(
          "The identity provider '%s': %s logins are under way.".formatted(name(), AT_ONCE_MAX));
    }
    try {
      return asked(form);
    } finally {
      free.release();
    }
  }

  private Map<String, Object> asked(Map<String, String> form) {
    var metadata = provider.metadata();
    var secret = settings.clientSecret();
    var whole = new LinkedHashMap<>(form);
    Optional<Map.Entry<String, Secret>> basic = Optional.empty();
    if (secret.isPresent() && !metadata.secretInBody()) {
      basic = Optional.of(Map.entry(settings.clientId(), secret.get()));
    } else {
      whole.put("client_id", settings.clientId());
      secret.ifPresent(one -> whole.put("client_secret", one.reveal()));
    }
    try {
      var answer = http.post(metadata.token().orElseThrow(), whole, basic);
      if (answer.status() == 200) {
        return answer.body();
      }
      // Only these say that the person or the code is refused; all else is between the two servers.
      if ("invalid_grant".equals(answer.body().get("error"))) {
        throw Rejection.unauthenticated(
            "The identity provider '%s' does not vouch for this login any more.", name());
      }
      throw new ProviderUnavailableException(
          "The identity provider '%s': it answered status %s%s."
              .formatted(name(), answer.status(), error(answer.body())));
    } catch (IOException e) {
      throw new ProviderUnavailableException(
          "The identity provider '%s': %s.".formatted(name(), e.getMessage()), e);
    }
  }

  // The code of an error is one of a few words; whatever else stands there is not repeated.
  private static String error(Map<String, Object> body) {
    return body.get("error") instanceof String text && text.matches("[a-z_]{1,40}")
        ? ", " + text
        : "";
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}

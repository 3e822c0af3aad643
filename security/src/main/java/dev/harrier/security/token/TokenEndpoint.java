package dev.harrier.security.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.nimbusds.jose.util.JSONObjectUtils;
import dev.harrier.security.Secret;
import java.net.URLDecoder;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Hands out tokens for client credentials (RFC 6749, section 4.4). Parameters that it does not know
 * are fine: clients send an audience and more.
 */
public final class TokenEndpoint {
  private static final Duration LIFETIME = Duration.ofMinutes(30);
  private static final Set<String> SCOPES = Set.of("all", "offline", "access_token");
  private static final String BASIC = "basic ";

  private final Clients clients;
  private final TokenIssuer issuer;

  public TokenEndpoint(Clients clients, TokenIssuer issuer) {
    this.clients = requireNonNull(clients, "clients");
    this.issuer = requireNonNull(issuer, "issuer");
  }

  /**
   * What to answer.
   *
   * @param status of HTTP
   * @param json the body; never to be stored or cached
   * @param challenge for the header {@code www-authenticate}
   */
  public record Answer(int status, String json, Optional<String> challenge) {}

  private record Credentials(String clientId, Secret secret) {}

  /** A parameter that cannot be read; its message goes to the client. */
  private static final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnreadableException(String message) {
      super(message);
    }
  }

  /**
   * Answers one request.
   *
   * @param authorization the header of that name, if sent
   * @param form the body, {@code application/x-www-form-urlencoded}
   */
  public Answer answer(Optional<String> authorization, String form) {
    try {
      var parameters = parse(form);
      var grant = parameters.getOrDefault("grant_type", "");
      if (!grant.equals("client_credentials")) {
        return error(
            400,
            "unsupported_grant_type",
            "Expected grant_type=client_credentials; this server knows no other yet.");
      }
      var presented = credentials(authorization, parameters);
      if (presented.isEmpty()
          || !clients.proves(presented.get().clientId(), presented.get().secret())) {
        return new Answer(
            401,
            json("invalid_client", "Unknown client, or its secret is another."),
            Optional.of("Basic realm=\"harrier\""));
      }
      return token(presented.get().clientId(), parameters.getOrDefault("scope", ""));
    } catch (UnreadableException e) {
      return error(400, "invalid_request", String.valueOf(e.getMessage()));
    }
  }

  private Answer token(String clientId, String scope) {
    var scopes =
        Arrays.stream(scope.split(" ", -1)).filter(s -> !s.isEmpty()).collect(Collectors.toSet());
    if (!SCOPES.containsAll(scopes)) {
      return error(400, "invalid_scope", "Expected none or some of: all, offline, access_token.");
    }
    // Nothing follows from a scope: what a caller may do is the policy's to say.
    var token = issuer.forClient(clientId, Set.of("all"), LIFETIME);
    var body = new LinkedHashMap<String, Object>();
    body.put("access_token", token.value().reveal());
    body.put("token_type", "Bearer");
    body.put("expires_in", token.lifetime().toSeconds());
    body.put("scope", "all");
    return new Answer(200, JSONObjectUtils.toJSONString(body), Optional.empty());
  }

  private static Optional<Credentials> credentials(
      Optional<String> authorization, Map<String, String> parameters) throws UnreadableException {
    if (authorization.isPresent()
        && authorization.get().toLowerCase(Locale.ROOT).startsWith(BASIC)) {
      return Optional.of(basic(authorization.get().substring(BASIC.length()).strip()));
    }
    var clientId = parameters.get("client_id");
    var secret = parameters.get("client_secret");
    return clientId == null || secret == null
        ? Optional.empty()
        : Optional.of(new Credentials(clientId, new Secret(secret)));
  }

  private static Credentials basic(String encoded) throws UnreadableException {
    try {
      var pair = new String(Base64.getDecoder().decode(encoded), UTF_8);
      var colon = pair.indexOf(':');
      if (colon >= 0) {
        // Both halves are form-encoded before they are joined (RFC 6749, section 2.3.1).
        return new Credentials(
            decode(pair.substring(0, colon)), new Secret(decode(pair.substring(colon + 1))));
      }
    } catch (IllegalArgumentException e) {
      throw new UnreadableException("The header authorization is no base64.");
    }
    throw new UnreadableException("The header authorization holds no 'client:secret'.");
  }

  private static Map<String, String> parse(String form) throws UnreadableException {
    var parameters = new LinkedHashMap<String, String>();
    for (var pair : form.split("&", -1)) {
      var equals = pair.indexOf('=');
      if (equals > 0) {
        parameters.putIfAbsent(
            decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
      }
    }
    return parameters;
  }

  private static String decode(String encoded) throws UnreadableException {
    try {
      return URLDecoder.decode(encoded, UTF_8);
    } catch (IllegalArgumentException e) {
      throw new UnreadableException("Expected form encoding, found a percent sign without digits.");
    }
  }

  private static Answer error(int status, String code, String description) {
    return new Answer(status, json(code, description), Optional.empty());
  }

  private static String json(String code, String description) {
    var body = new LinkedHashMap<String, Object>();
    body.put("error", code);
    body.put("error_description", description);
    return JSONObjectUtils.toJSONString(body);
  }
}

package dev.harrier.security.oauth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.harrier.security.client.Client;
import dev.harrier.security.client.Clients;
import dev.harrier.security.session.Session;
import java.net.URI;
import java.net.URLEncoder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a client asks for by a user's browser (RFC 6749, section 4.1): checked here before anybody
 * is asked for a password.
 */
public final class AuthorizeEndpoint {
  private static final int STATE_CHARACTERS_MAX = 2048;

  private final String issuer;
  private final Clients clients;
  private final AuthorizationCodes codes;

  AuthorizeEndpoint(String issuer, Clients clients, AuthorizationCodes codes) {
    this.issuer = requireNonNull(issuer, "issuer");
    this.clients = requireNonNull(clients, "clients");
    this.codes = requireNonNull(codes, "codes");
  }

  /** What a request comes to. */
  public sealed interface Request {
    /** A user may be asked. */
    record Good(
        String clientId,
        String redirectUri,
        Set<String> scopes,
        Optional<String> state,
        String challenge)
        implements Request {}

    /**
     * It names no client and redirect that belong together: the user is told, and the browser goes
     * nowhere.
     */
    record Untrusted(String sentence) implements Request {}

    /** Something else is wrong: the client is told, by way of the browser. */
    record Refused(URI back) implements Request {}
  }

  /** Checks a request; {@code query} is the address's part after the question mark. */
  public Request check(String query) {
    Parameters parameters;
    Client client;
    String redirectUri;
    try {
      parameters = Parameters.parse(query);
      client =
          clients
              .find(parameters.required("client_id"))
              .orElseThrow(() -> OauthException.invalidRequest("The client is unknown."));
      redirectUri = parameters.required("redirect_uri");
      if (!client.redirectsTo(redirectUri)) {
        throw OauthException.invalidRequest(
            "The address to go back to is not one that the client registered.");
      }
    } catch (OauthException e) {
      return new Request.Untrusted(e.sentence());
    }
    var state = parameters.get("state");
    try {
      return checked(parameters, client, redirectUri, state);
    } catch (OauthException e) {
      var kept = state.filter(text -> text.length() <= STATE_CHARACTERS_MAX);
      return new Request.Refused(error(redirectUri, kept, e));
    }
  }

  private static Request.Good checked(
      Parameters parameters, Client client, String redirectUri, Optional<String> state)
      throws OauthException {
    if (!parameters.required("response_type").equals("code")) {
      throw new OauthException(
          "unsupported_response_type", "Expected response_type=code, found another.");
    }
    if (!parameters.get("response_mode").orElse("query").equals("query")) {
      throw OauthException.invalidRequest("Expected response_mode=query or none, found another.");
    }
    if (state.isPresent() && state.get().length() > STATE_CHARACTERS_MAX) {
      throw OauthException.invalidRequest(
          "state: expected at most %s characters.".formatted(STATE_CHARACTERS_MAX));
    }
    var challenge = parameters.required("code_challenge");
    // Without a method it would be 'plain', by which whoever reads the request has the verifier.
    if (!parameters.get("code_challenge_method").orElse("plain").equals(Pkce.METHOD)) {
      throw OauthException.invalidRequest("Expected code_challenge_method=S256, found another.");
    }
    if (!Pkce.isChallenge(challenge)) {
      throw OauthException.invalidRequest("code_challenge: expected 43 letters of base64url.");
    }
    var scopes = Scopes.parse(parameters.get("scope").orElse(""));
    return new Request.Good(client.id(), redirectUri, scopes, state, challenge);
  }

  /** Whoever is logged in at the browser allowed it: where the browser goes with a code. */
  public URI allowed(Request.Good request, Session session) {
    var code =
        codes.make(
            request.clientId(),
            ResourceOwner.of(session),
            request.scopes(),
            request.redirectUri(),
            request.challenge());
    var answer = new LinkedHashMap<String, String>();
    answer.put("code", code.reveal());
    return back(request.redirectUri(), request.state(), answer);
  }

  /** The user did not allow it: where the browser goes. */
  public URI denied(Request.Good request) {
    return error(
        request.redirectUri(),
        request.state(),
        new OauthException("access_denied", "The user did not allow it."));
  }

  private URI error(String redirectUri, Optional<String> state, OauthException refused) {
    var answer = new LinkedHashMap<String, String>();
    answer.put("error", refused.code());
    answer.put("error_description", refused.sentence());
    return back(redirectUri, state, answer);
  }

  private URI back(String redirectUri, Optional<String> state, Map<String, String> answer) {
    state.ifPresent(text -> answer.put("state", text));
    // Says who answers, so that a client of several servers mixes none up (RFC 9207).
    answer.put("iss", issuer);
    var address = new StringBuilder(redirectUri);
    var separator = redirectUri.contains("?") ? '&' : '?';
    for (var entry : answer.entrySet()) {
      address
          .append(separator)
          .append(entry.getKey())
          .append('=')
          .append(URLEncoder.encode(entry.getValue(), UTF_8).replace("+", "%20"));
      separator = '&';
    }
    return URI.create(address.toString());
  }
}

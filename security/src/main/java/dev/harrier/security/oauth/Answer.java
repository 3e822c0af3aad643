package dev.harrier.security.oauth;

import static java.util.Objects.requireNonNull;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What to answer a client.
 *
 * @param status of HTTP
 * @param json the body; never to be stored or cached
 * @param challenge for the header {@code www-authenticate}
 */
public record Answer(int status, String json, Optional<String> challenge) {
  private static final int UNAUTHORIZED = 401;
  private static final int BAD_REQUEST = 400;
  private static final int UNAVAILABLE = 503;

  public Answer {
    requireNonNull(json, "json");
    requireNonNull(challenge, "challenge");
  }

  static Answer ok(Map<String, Object> body) {
    return new Answer(200, JSONObjectUtils.toJSONString(body), Optional.empty());
  }

  static Answer refusal(OauthException refused) {
    var body = new LinkedHashMap<String, Object>();
    body.put("error", refused.code());
    body.put("error_description", refused.sentence());
    var json = JSONObjectUtils.toJSONString(body);
    return switch (refused.code()) {
      case "invalid_client" ->
          new Answer(UNAUTHORIZED, json, Optional.of("Basic realm=\"harrier\""));
      case OauthException.UNAVAILABLE -> new Answer(UNAVAILABLE, json, Optional.empty());
      default -> new Answer(BAD_REQUEST, json, Optional.empty());
    };
  }

  /** The database did not answer; another try may help. */
  static Answer unavailable() {
    var body = Map.<String, Object>of("error", OauthException.UNAVAILABLE);
    return new Answer(UNAVAILABLE, JSONObjectUtils.toJSONString(body), Optional.empty());
  }
}

package dev.harrier.security.oauth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The parameters of a form or query, each at most once (RFC 6749, section 3.1). Unknown ones are
 * fine: clients send an audience and more. Empty ones count as not sent.
 */
final class Parameters {
  private final Map<String, String> values;

  private Parameters(Map<String, String> values) {
    this.values = values;
  }

  static Parameters parse(String form) throws OauthException {
    var values = new LinkedHashMap<String, String>();
    for (var pair : form.split("&", -1)) {
      var equals = pair.indexOf('=');
      if (equals > 0) {
        var name = decode(pair.substring(0, equals));
        var value = decode(pair.substring(equals + 1));
        if (!value.isEmpty() && values.put(name, value) != null) {
          throw OauthException.invalidRequest("A parameter is there twice; expected it once.");
        }
      }
    }
    return new Parameters(values);
  }

  Optional<String> get(String name) {
    return Optional.ofNullable(values.get(name));
  }

  String required(String name) throws OauthException {
    var value = values.get(name);
    if (value == null) {
      throw OauthException.invalidRequest("Expected the parameter " + name + ", found none.");
    }
    return value;
  }

  static String decode(String encoded) throws OauthException {
    try {
      var decoded = URLDecoder.decode(encoded, UTF_8);
      if (decoded.indexOf('\0') >= 0) {
        throw OauthException.invalidRequest("A parameter holds the character NUL.");
      }
      return decoded;
    } catch (IllegalArgumentException e) {
      throw OauthException.invalidRequest(
          "Expected form encoding, found a percent sign without digits.");
    }
  }
}

package dev.harrier.security.provider;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.text.ParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The public keys that a provider publishes. An object stands for one state of them: who kept it
 * sees by its identity whether another came.
 */
final class ProviderKeys {
  /** A provider has a handful; more are a mistake or an attack. */
  private static final int KEYS_MAX = 100;

  private final String text;
  private final Map<String, List<JWK>> byId;

  private ProviderKeys(String text, Map<String, List<JWK>> byId) {
    this.text = text;
    this.byId = byId;
  }

  /** Reads them; the ones before stay if nothing changed. */
  static ProviderKeys of(Map<String, Object> document, Optional<ProviderKeys> before)
      throws IOException {
    var text = JSONObjectUtils.toJSONString(document);
    if (before.isPresent() && before.get().text.equals(text)) {
      return before.get();
    }
    try {
      var keys = JWKSet.parse(document).getKeys();
      if (keys.size() > KEYS_MAX) {
        throw new IOException("it publishes more than %s keys".formatted(KEYS_MAX));
      }
      return new ProviderKeys(
          text,
          keys.stream()
              .filter(key -> key.getKeyID() != null && !KeyUse.ENCRYPTION.equals(key.getKeyUse()))
              // A symmetric key that somebody published by mistake proves nothing.
              .filter(key -> !key.isPrivate())
              .collect(Collectors.groupingBy(JWK::getKeyID)));
    } catch (ParseException | IllegalArgumentException | IllegalStateException e) {
      throw new IOException("what it publishes is no set of keys", e);
    }
  }

  /** The keys of this id; most often one or none. */
  List<JWK> of(String id) {
    return byId.getOrDefault(id, List.of());
  }
}

package dev.harrier.security.token;

import static java.util.Objects.requireNonNull;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import dev.harrier.security.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;

/** The RSA key that signs this home's tokens. */
public final class SigningKey {
  private static final int SIZE_BITS = 2048;

  private final RSAKey key;
  private final String jwks;

  private SigningKey(RSAKey key) {
    this.key = requireNonNull(key, "key");
    this.jwks = new JWKSet(key).toPublicJWKSet().toString();
  }

  /** Reads the key from a file of mode 0600, or makes one at the first start. */
  public static SigningKey open(Path file) throws IOException {
    if (Files.exists(file)) {
      try {
        var key = RSAKey.parse(PrivateFiles.read(file));
        if (!key.isPrivate() || key.getKeyID() == null) {
          throw new IOException("%s holds no private RSA key with an id.".formatted(file));
        }
        return new SigningKey(key);
      } catch (ParseException e) {
        throw new IOException(
            "%s is no signing key. Delete it and the next start makes a new one; tokens of the old one end."
                .formatted(file),
            e);
      }
    }
    PrivateFiles.createFolder(requireNonNull(file.getParent(), "folder of the key"));
    var made = generate();
    PrivateFiles.write(file, made.key.toJSONString());
    return made;
  }

  /** A key that lives as long as the process. */
  public static SigningKey generate() {
    try {
      return new SigningKey(
          new RSAKeyGenerator(SIZE_BITS)
              .keyUse(KeyUse.SIGNATURE)
              .algorithm(JWSAlgorithm.RS256)
              .keyIDFromThumbprint(true)
              .generate());
    } catch (JOSEException e) {
      throw new IllegalStateException("This Java makes no RSA keys.", e);
    }
  }

  /** The public half as a JWKS document (RFC 7517). */
  public String jwks() {
    return jwks;
  }

  RSAKey key() {
    return key;
  }
}

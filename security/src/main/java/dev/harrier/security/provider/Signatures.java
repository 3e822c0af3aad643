package dev.harrier.security.provider;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.SignedJWT;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Set;

/** The algorithms with which a provider may sign: those of a key pair, and no others. */
final class Signatures {
  private static final int RSA_BITS_MIN = 2048;
  private static final Set<JWSAlgorithm> EDWARDS = Set.of(JWSAlgorithm.EdDSA, JWSAlgorithm.Ed25519);

  /** Never {@code none}; never HMAC, whose secret would be the key that everybody may read. */
  static final Set<JWSAlgorithm> ALLOWED =
      Set.of(
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.PS384,
          JWSAlgorithm.PS512,
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384,
          JWSAlgorithm.ES512,
          JWSAlgorithm.EdDSA,
          JWSAlgorithm.Ed25519);

  private Signatures() {}

  /** Whether the key signed it, with an algorithm that is allowed and fits the key. */
  static boolean holds(SignedJWT token, JWK key) {
    var algorithm = token.getHeader().getAlgorithm();
    if (!ALLOWED.contains(algorithm)
        || (key.getAlgorithm() != null && !key.getAlgorithm().equals(algorithm))) {
      return false;
    }
    try {
      return switch (key) {
        case RSAKey rsa ->
            JWSAlgorithm.Family.RSA.contains(algorithm)
                && rsa.toRSAPublicKey().getModulus().bitLength() >= RSA_BITS_MIN
                && verified(token, new RSASSAVerifier(rsa.toRSAPublicKey()));
        case ECKey ec ->
            JWSAlgorithm.Family.EC.contains(algorithm) && verified(token, new ECDSAVerifier(ec));
        case OctetKeyPair pair ->
            EDWARDS.contains(algorithm)
                && Curve.Ed25519.equals(pair.getCurve())
                && edwards(token, pair);
        default -> false;
      };
    } catch (JOSEException | GeneralSecurityException | IllegalArgumentException e) {
      // The key and the algorithm do not go together, or the signature is no signature at all.
      return false;
    }
  }

  private static boolean verified(SignedJWT token, JWSVerifier verifier) throws JOSEException {
    return verifier.verify(token.getHeader(), token.getSigningInput(), token.getSignature());
  }

  // The library would need Tink for this; the JDK has it.
  private static boolean edwards(SignedJWT token, OctetKeyPair pair)
      throws GeneralSecurityException {
    var bytes = pair.getDecodedX();
    if (bytes.length != 32) {
      return false;
    }
    var backwards = new byte[bytes.length];
    for (var i = 0; i < bytes.length; i++) {
      backwards[i] = bytes[bytes.length - 1 - i];
    }
    var odd = (backwards[0] & 0x80) != 0;
    backwards[0] &= 0x7f;
    var point = new EdECPoint(odd, new BigInteger(1, backwards));
    var key =
        KeyFactory.getInstance("Ed25519")
            .generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, point));
    var signature = Signature.getInstance("Ed25519");
    signature.initVerify(key);
    signature.update(token.getSigningInput());
    return signature.verify(token.getSignature().decode());
  }
}

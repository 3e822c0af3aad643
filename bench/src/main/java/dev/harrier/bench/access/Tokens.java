package dev.harrier.bench.access;

import dev.harrier.security.Caller;
import dev.harrier.security.token.Endings;
import dev.harrier.security.token.LiveAttempts;
import dev.harrier.security.token.SigningKeys;
import dev.harrier.security.token.TokenIssuer;
import dev.harrier.security.token.TokenVerifier;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The check of a token that was never seen, of one that was, and of a bare signature. */
public class Tokens {
  private static final String ISSUER = "https://harrier.example";
  private static final String BEARER = "Bearer ";
  private static final int KEY_BITS = 2048;

  private static String token(SigningKeys keys) {
    return new TokenIssuer(ISSUER, keys, Clock.systemUTC())
        .forClient("bench", Set.of("all", "offline"), Duration.ofHours(1))
        .value()
        .reveal();
  }

  private static TokenVerifier verifier(SigningKeys keys) {
    return new TokenVerifier(ISSUER, keys, Clock.systemUTC(), Endings.NONE, LiveAttempts.ALL);
  }

  /** A verifier that has seen nothing yet. */
  @State(org.openjdk.jmh.annotations.Scope.Thread)
  public static class Unseen {
    private final SigningKeys keys = SigningKeys.generate();
    private final String token = token(keys);
    private TokenVerifier verifier = verifier(keys);

    @Setup(Level.Invocation)
    public void forget() {
      verifier = verifier(keys);
    }
  }

  /** A verifier that has seen the token, and a call's header with it. */
  @State(org.openjdk.jmh.annotations.Scope.Benchmark)
  public static class Seen {
    private final SigningKeys keys = SigningKeys.generate();
    private final String token = token(keys);
    private final TokenVerifier verifier = verifier(keys);
    private final String header = BEARER + token;

    public Seen() {
      var unused = verifier.verify(token);
    }
  }

  /** A signature of as many bytes as a token's. */
  @State(org.openjdk.jmh.annotations.Scope.Thread)
  public static class Bare {
    private final byte[] signed = token(SigningKeys.generate()).getBytes(StandardCharsets.US_ASCII);
    private @Nullable PublicKey key;
    private byte[] signature = BigInteger.ZERO.toByteArray();

    @Setup(Level.Trial)
    public void sign() throws GeneralSecurityException {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(KEY_BITS);
      var pair = generator.generateKeyPair();
      key = pair.getPublic();
      signature = signature(pair.getPrivate());
    }

    private byte[] signature(PrivateKey secret) throws GeneralSecurityException {
      var signer = Signature.getInstance("SHA256withRSA");
      signer.initSign(secret);
      signer.update(signed);
      return signer.sign();
    }
  }

  @Benchmark
  public Caller firstUse(Unseen state) {
    return state.verifier.verify(state.token);
  }

  @Benchmark
  public Caller secondUse(Seen state) {
    // Each call brings a text of its own, whose hash nobody has worked out yet.
    return state.verifier.verify(state.header.substring(BEARER.length()));
  }

  @Benchmark
  public boolean bareSignature(Bare state) throws GeneralSecurityException {
    var verifier = Signature.getInstance("SHA256withRSA");
    verifier.initVerify(state.key);
    verifier.update(state.signed);
    return verifier.verify(state.signature);
  }
}

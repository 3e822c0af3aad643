package dev.harrier.security.user;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.harrier.security.Secret;
import dev.harrier.security.token.OpaqueToken;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Argon2id (RFC 9106) in the PHC form {@code $argon2id$v=19$m=…,t=…,p=…$salt$hash}, so that hashes
 * of other costs stay readable when the costs here are raised.
 */
final class PasswordHash {
  /** What OWASP asks for at the least: 19 MiB, two passes, one lane. */
  private static final int MEMORY_KIB = 19 * 1024;

  private static final int PASSES = 2;
  private static final int LANES = 1;
  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 32;

  /** Hashes at once: each takes a core and its memory, and the rest of both is for other calls. */
  private static final int AT_ONCE_MAX =
      Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

  private static final Duration IDLE_MAX = Duration.ofSeconds(10);

  private static final Pattern FORM =
      Pattern.compile(
          "\\$argon2id\\$v=19\\$m=(?<memory>[0-9]{1,7}),t=(?<passes>[0-9]{1,3}),p=(?<lanes>[0-9]{1,3})"
              + "\\$(?<salt>[A-Za-z0-9+/]+)\\$(?<hash>[A-Za-z0-9+/]+)");

  private final SecureRandom random = new SecureRandom();
  // A hash never waits for anything: on a virtual thread it would keep the few threads that carry
  // those from all calls that do.
  private final Executor threads = threads();
  private final String ofNobody = hash(OpaqueToken.make());

  /** A new hash of a password. */
  String hash(Secret password) {
    var salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    var encoder = Base64.getEncoder().withoutPadding();
    return "$argon2id$v=19$m=%s,t=%s,p=%s$%s$%s"
        .formatted(
            MEMORY_KIB,
            PASSES,
            LANES,
            encoder.encodeToString(salt),
            encoder.encodeToString(
                argon2id(password, salt, MEMORY_KIB, PASSES, LANES, HASH_BYTES)));
  }

  /** Whether a password is the one that was hashed. */
  boolean matches(Secret password, String hashed) {
    var parts = FORM.matcher(hashed);
    if (!parts.matches()) {
      throw new IllegalStateException("a stored password: expected Argon2id, found another form");
    }
    var decoder = Base64.getDecoder();
    var expected = decoder.decode(parts.group("hash"));
    var found =
        argon2id(
            password,
            decoder.decode(parts.group("salt")),
            Integer.parseInt(parts.group("memory")),
            Integer.parseInt(parts.group("passes")),
            Integer.parseInt(parts.group("lanes")),
            expected.length);
    return MessageDigest.isEqual(expected, found);
  }

  /** Takes as long as {@link #matches} for a user who exists, and comes to nothing. */
  void matchNobody(Secret password) {
    var unused = matches(password, ofNobody);
  }

  private byte[] argon2id(
      Secret password, byte[] salt, int memoryKib, int passes, int lanes, int length) {
    var parameters =
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(memoryKib)
            .withIterations(passes)
            .withParallelism(lanes)
            .withSalt(salt)
            .build();
    return CompletableFuture.supplyAsync(
            () -> {
              var generator = new Argon2BytesGenerator();
              generator.init(parameters);
              var hash = new byte[length];
              generator.generateBytes(password.reveal().getBytes(UTF_8), hash);
              return hash;
            },
            threads)
        .join();
  }

  private static Executor threads() {
    var threads =
        new ThreadPoolExecutor(
            AT_ONCE_MAX,
            AT_ONCE_MAX,
            IDLE_MAX.toSeconds(),
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("password-", 0).factory());
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }
}

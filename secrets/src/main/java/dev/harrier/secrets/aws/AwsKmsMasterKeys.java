package dev.harrier.secrets.aws;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import dev.harrier.secrets.FirstUse;
import dev.harrier.secrets.ServiceUnavailableException;
import dev.harrier.security.secret.MasterKeys;
import dev.harrier.security.secret.UnknownMasterKeyException;
import dev.harrier.security.secret.UnreadableSecretException;
import dev.harrier.spi.StoreUnavailableException;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.DecryptResponse;
import software.amazon.awssdk.services.kms.model.DisabledException;
import software.amazon.awssdk.services.kms.model.IncorrectKeyException;
import software.amazon.awssdk.services.kms.model.InvalidCiphertextException;
import software.amazon.awssdk.services.kms.model.InvalidKeyUsageException;
import software.amazon.awssdk.services.kms.model.KmsException;
import software.amazon.awssdk.services.kms.model.KmsInvalidStateException;
import software.amazon.awssdk.services.kms.model.NotFoundException;

/**
 * Master keys that AWS KMS keeps and never gives away: data keys are sent there to be wrapped and
 * unwrapped. What a key wrapped names that key, so an alias may be pointed at another one and
 * secrets of the former open until a rotation. Key material that KMS itself changes has no name of
 * its own; KMS keeps what came before.
 */
public final class AwsKmsMasterKeys implements MasterKeys, AutoCloseable {
  private static final String PREFIX = "aws-kms:";

  /** The part up to the account is the first group. */
  private static final Pattern ARN =
      Pattern.compile("(arn:aws[a-z-]*:kms:[a-z0-9-]+:\\d{12}:)key/[A-Za-z0-9-]+");

  private final String key;
  private final FirstUse<KmsClient> client;
  private volatile @Nullable String account;

  /**
   * @param key symmetric: its id, its ARN or an alias
   * @param region if it is another than AWS's programs find
   * @param endpoint if it is another than the region's, such as one within a private network
   */
  public AwsKmsMasterKeys(String key, Optional<String> region, Optional<URI> endpoint) {
    this.key = requireNonNull(key, "key");
    this.client = new AwsAccess(region, endpoint).client(KmsClient::builder);
  }

  @Override
  public Wrapped wrap(byte[] dataKey, byte[] context) {
    try {
      var answer =
          asked(
              Call.WRAP,
              key,
              kms ->
                  kms.encrypt(
                      request ->
                          request
                              .keyId(key)
                              .plaintext(SdkBytes.fromByteArray(dataKey))
                              .encryptionContext(bound(context))));
      var sealed = answer.ciphertextBlob();
      if (sealed == null) {
        throw new ServiceUnavailableException("wrapped a key without an answer");
      }
      return new Wrapped(
          PREFIX + named(answer.keyId()), ByteString.copyFrom(sealed.asByteArrayUnsafe()));
    } catch (ServiceUnavailableException e) {
      throw unavailable(e);
    }
  }

  @Override
  public boolean mayHave(String master) {
    return master.startsWith(PREFIX);
  }

  @Override
  public byte[] unwrap(Wrapped wrapped, byte[] context) {
    try {
      var arn = ours(wrapped.master());
      var plain = asked(Call.UNWRAP, arn, kms -> opened(kms, arn, wrapped, context)).plaintext();
      if (plain == null) {
        throw new ServiceUnavailableException("unwrapped a key without an answer");
      }
      return plain.asByteArray();
    } catch (ServiceUnavailableException e) {
      throw unavailable(e);
    }
  }

  private static DecryptResponse opened(
      KmsClient kms, String arn, Wrapped wrapped, byte[] context) {
    try {
      return kms.decrypt(
          request ->
              request
                  .keyId(arn)
                  .ciphertextBlob(SdkBytes.fromByteArray(wrapped.bytes().toByteArray()))
                  .encryptionContext(bound(context)));
    } catch (InvalidCiphertextException | IncorrectKeyException wrong) {
      // Not as the cause: its message is AWS's.
      throw new UnreadableSecretException(
          "AWS KMS does not unwrap its data key",
          new IllegalArgumentException(wrong.getClass().getSimpleName()));
    } catch (NotFoundException gone) {
      throw new UnknownMasterKeyException(
          "The secret is wrapped with the master key %s, which AWS KMS does not have any more"
              .formatted(wrapped.master()));
    }
  }

  @Override
  public String current() {
    try {
      return PREFIX + described();
    } catch (ServiceUnavailableException e) {
      throw unavailable(e);
    }
  }

  // A row names the key that opens it, and whoever can write rows could name one of an account of
  // their own: KMS would unwrap what they wrapped.
  private String ours(String master) throws ServiceUnavailableException {
    var arn = master.startsWith(PREFIX) ? master.substring(PREFIX.length()) : "";
    var read = ARN.matcher(arn);
    if (!read.matches() || !read.group(1).equals(account())) {
      throw new UnknownMasterKeyException(
          "The secret is wrapped with the master key %s: expected one of AWS KMS in the account and region of '%s'"
              .formatted(master, key));
    }
    return arn;
  }

  private String account() throws ServiceUnavailableException {
    var known = account;
    if (known == null) {
      var read = ARN.matcher(described());
      known = read.matches() ? read.group(1) : "";
      account = known;
    }
    return known;
  }

  private String described() throws ServiceUnavailableException {
    var about = asked(Call.DESCRIBE, key, kms -> kms.describeKey(request -> request.keyId(key)));
    return named(about.keyMetadata() == null ? null : about.keyMetadata().arn());
  }

  private static String named(@Nullable String arn) throws ServiceUnavailableException {
    if (arn == null || !ARN.matcher(arn).matches()) {
      throw new ServiceUnavailableException("answered without the name of the key");
    }
    return arn;
  }

  private interface Ask<A> {
    A of(KmsClient kms);
  }

  private enum Call {
    WRAP("wrap with", "kms:Encrypt"),
    UNWRAP("unwrap with", "kms:Decrypt"),
    DESCRIBE("ask for", "kms:DescribeKey");

    private final String words;
    private final String permission;

    Call(String words, String permission) {
      this.words = words;
      this.permission = permission;
    }
  }

  private <A> A asked(Call call, String asked, Ask<A> ask) throws ServiceUnavailableException {
    try {
      return ask.of(client.get());
    } catch (KmsException refused) {
      throw refused(call, asked, refused);
    } catch (SdkException lost) {
      throw AwsAccess.lost(lost);
    }
  }

  private static ServiceUnavailableException refused(Call call, String key, KmsException why) {
    return switch (why) {
      case NotFoundException none ->
          new ServiceUnavailableException(
              "has no key '%s': is it of this account and region?".formatted(key));
      case DisabledException off -> unusable(key);
      case KmsInvalidStateException off -> unusable(key);
      case InvalidKeyUsageException other ->
          new ServiceUnavailableException(
              "has the key '%s' for another use: expected a symmetric one that encrypts"
                  .formatted(key));
      default ->
          AwsAccess.refused(why, "%s the key '%s'".formatted(call.words, key), call.permission);
    };
  }

  private static ServiceUnavailableException unusable(String key) {
    return new ServiceUnavailableException(
        "has the key '%s' disabled, or about to be deleted: whoever keeps it must enable it"
            .formatted(key));
  }

  // AWS writes it into its own log in the clear, and a policy may ask for it: so the place and the
  // names of the secret are there as a hash alone.
  private static Map<String, String> bound(byte[] context) {
    try {
      var hash = MessageDigest.getInstance("SHA-256").digest(context);
      return Map.of("application", "harrier", "secret", HexFormat.of().formatHex(hash));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("This Java has no SHA-256.", e);
    }
  }

  private static StoreUnavailableException unavailable(ServiceUnavailableException why) {
    return new StoreUnavailableException(
        "The master key of the secrets cannot be had now: AWS KMS %s.".formatted(why.getMessage()));
  }

  @Override
  public void close() {
    client.close();
  }
}

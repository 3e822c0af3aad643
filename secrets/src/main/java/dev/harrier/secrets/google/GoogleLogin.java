package dev.harrier.secrets.google;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.google.gson.JsonObject;
import dev.harrier.secrets.BearerToken;
import dev.harrier.secrets.CredentialFile;
import dev.harrier.secrets.ServiceUnavailableException;
import dev.harrier.secrets.http.HttpService;
import dev.harrier.secrets.http.Reply;
import dev.harrier.security.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/** How the server logs in at Google: by the key of a service account, or as its machine. */
public final class GoogleLogin implements BearerToken.Source {
  private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";
  private static final long ASSERTION_SECONDS = 600;

  private static final String METADATA_PATH =
      "/computeMetadata/v1/instance/service-accounts/default/token";

  private final Optional<CredentialFile> key;
  private final HttpService tokens;
  private final URI audience;
  private final Clock clock;

  private GoogleLogin(Optional<CredentialFile> key, HttpService tokens, URI audience, Clock clock) {
    this.key = requireNonNull(key, "key");
    this.tokens = requireNonNull(tokens, "tokens");
    this.audience = requireNonNull(audience, "audience");
    this.clock = requireNonNull(clock, "clock");
  }

  /**
   * By the JSON key of a service account.
   *
   * @param tokenAddress of Google's token endpoint; the one in the file is not followed
   */
  public static GoogleLogin byKey(Path file, URI tokenAddress, Optional<Path> caFile, Clock clock) {
    return new GoogleLogin(
        Optional.of(new CredentialFile(file)),
        new HttpService(tokenAddress, caFile),
        tokenAddress,
        clock);
  }

  /**
   * As the machine, or by GKE's workload identity: a metadata server gives the token.
   *
   * @param metadata its address
   */
  public static GoogleLogin byMachine(URI metadata, Clock clock) {
    return new GoogleLogin(
        Optional.empty(), new HttpService(metadata, Optional.empty()), metadata, clock);
  }

  @Override
  public Reply ask() throws ServiceUnavailableException {
    if (key.isEmpty()) {
      return tokens.get(METADATA_PATH, Map.of("Metadata-Flavor", "Google"));
    }
    return tokens.post(
        "",
        Map.of(),
        "application/x-www-form-urlencoded",
        HttpService.form(
            Map.of(
                "grant_type",
                "urn:ietf:params:oauth:grant-type:jwt-bearer",
                "assertion",
                assertion(key.get()))));
  }

  // A JWT of RFC 7523, signed with the account's key.
  private String assertion(CredentialFile file) throws ServiceUnavailableException {
    var account = new Reply(200, file.text().reveal()).json();
    var now = clock.instant().getEpochSecond();
    var header = new JsonObject();
    header.addProperty("alg", "RS256");
    header.addProperty("typ", "JWT");
    Reply.text(account, "private_key_id").ifPresent(id -> header.addProperty("kid", id));
    var claims = new JsonObject();
    claims.addProperty("iss", said(account, "client_email", file));
    claims.addProperty("scope", SCOPE);
    claims.addProperty("aud", audience.toString());
    claims.addProperty("iat", now);
    claims.addProperty("exp", now + ASSERTION_SECONDS);
    var signed =
        encoded(header.toString().getBytes(UTF_8))
            + "."
            + encoded(claims.toString().getBytes(UTF_8));
    return signed
        + "."
        + encoded(signature(new Secret(said(account, "private_key", file)), signed, file));
  }

  private static byte[] signature(Secret pem, String text, CredentialFile file)
      throws ServiceUnavailableException {
    try {
      var base64 = pem.reveal().replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
      var signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(
          KeyFactory.getInstance("RSA")
              .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64))));
      signature.update(text.getBytes(US_ASCII));
      return signature.sign();
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      // Without the cause, which may quote the key.
      throw new ServiceUnavailableException(
          "was not asked: expected an RSA key in PKCS #8 in 'private_key' of %s".formatted(file));
    }
  }

  private static String said(JsonObject account, String name, CredentialFile file)
      throws ServiceUnavailableException {
    return Reply.text(account, name)
        .orElseThrow(
            () ->
                new ServiceUnavailableException(
                    "was not asked: expected the key of a service account with '%s' in %s"
                        .formatted(name, file)));
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  void close() {
    tokens.close();
  }
}

package dev.harrier.secrets.google;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.harrier.secrets.FakeService;
import dev.harrier.secrets.FakeService.Answer;
import dev.harrier.secrets.FakeService.Request;
import dev.harrier.secrets.FlatName;
import dev.harrier.secrets.OutsideSecrets;
import dev.harrier.secrets.Places;
import dev.harrier.secrets.SecretFile;
import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.SecretId;
import dev.harrier.spi.SecretSource;
import dev.harrier.spi.SecretValue;
import dev.harrier.spi.StoreUnavailableException;
import dev.harrier.testkit.SecretSourceContract;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Behind a Secret Manager of the tests', which checks the signatures and claims of logins and the
 * shapes of names. No real one was reached.
 */
final class GoogleSecretsTest extends SecretSourceContract {
  private static final ProjectDomain PLACE = new ProjectDomain("flytesnacks", "development");
  private static final SecretId ID = SecretId.of("warehouse", "password");
  private static final String ACCOUNT = "harrier@acme.iam.gserviceaccount.com";
  private static final Pattern PATH =
      Pattern.compile("/v1/projects/acme/secrets/([A-Za-z0-9_-]{1,255})/versions/(\\w+):access");

  private static final KeyPair KEYS = keys();

  private final Path folder;
  private final Map<String, List<String>> secrets = new ConcurrentHashMap<>();
  private final List<String> tokens = new CopyOnWriteArrayList<>();
  private final AtomicInteger logins = new AtomicInteger();
  private final FakeService google = new FakeService(this::answer);

  GoogleSecretsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private static KeyPair keys() {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterEach
  void stop() {
    google.close();
  }

  private Answer answer(Request request) {
    if (request.path().equals("/token")) {
      return login(request);
    }
    if (request.path().startsWith("/computeMetadata/")) {
      return request
              .headers()
              .toLowerCase(java.util.Locale.ROOT)
              .contains("metadata-flavor=[google]")
          ? token()
          : new Answer(403, "{}");
    }
    var bearer = request.authorization().orElse("").replace("Bearer ", "");
    if (!tokens.contains(bearer)) {
      return new Answer(401, "{}");
    }
    var path = PATH.matcher(request.path());
    if (!path.matches()) {
      return new Answer(400, "{}");
    }
    var versions = secrets.getOrDefault(path.group(1), List.of());
    var number = path.group(2).equals("latest") ? versions.size() : Integer.parseInt(path.group(2));
    if (number < 1 || number > versions.size()) {
      return new Answer(404, "{}");
    }
    var data = Base64.getEncoder().encodeToString(versions.get(number - 1).getBytes(UTF_8));
    return new Answer(200, "{\"payload\": {\"data\": \"" + data + "\"}}");
  }

  private Answer token() {
    var token = "token-" + logins.incrementAndGet();
    tokens.add(token);
    return new Answer(200, "{\"access_token\": \"%s\", \"expires_in\": 3600}".formatted(token));
  }

  private Answer login(Request request) {
    var form = request.form();
    var parts = String.valueOf(form.get("assertion")).split("\\.", 3);
    var claims = json(parts[1]);
    var now = Instant.now().getEpochSecond();
    var good =
        "urn:ietf:params:oauth:grant-type:jwt-bearer".equals(form.get("grant_type"))
            && json(parts[0]).get("alg").getAsString().equals("RS256")
            && signed(parts)
            && claims.get("iss").getAsString().equals(ACCOUNT)
            && claims.get("aud").getAsString().equals(google.address() + "/token")
            && claims.get("scope").getAsString().endsWith("/cloud-platform")
            && claims.get("iat").getAsLong() <= now + 5
            && claims.get("exp").getAsLong() > now
            && claims.get("exp").getAsLong() <= now + 3600;
    return good ? token() : new Answer(400, "{\"error\": \"invalid_grant\"}");
  }

  private static JsonObject json(String part) {
    return JsonParser.parseString(new String(Base64.getUrlDecoder().decode(part), UTF_8))
        .getAsJsonObject();
  }

  private static boolean signed(String[] parts) {
    try {
      var signature = Signature.getInstance("SHA256withRSA");
      signature.initVerify(KEYS.getPublic());
      signature.update((parts[0] + "." + parts[1]).getBytes(US_ASCII));
      return signature.verify(Base64.getUrlDecoder().decode(parts[2]));
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private Path keyFile(KeyPair keys) throws Exception {
    var account = new JsonObject();
    account.addProperty("type", "service_account");
    account.addProperty("client_email", ACCOUNT);
    account.addProperty("private_key_id", "1");
    account.addProperty(
        "private_key",
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(keys.getPrivate().getEncoded())
            + "\n-----END PRIVATE KEY-----\n");
    return SecretFile.write(
        folder.resolve("account-" + UUID.randomUUID() + ".json"), account.toString());
  }

  private SecretSource source(GoogleLogin login) {
    return new OutsideSecrets(
        "google",
        new Places(List.of(), "{project}/{domain}"),
        new GoogleSecrets(google.address(), "acme", login, Clock.systemUTC()));
  }

  private GoogleLogin byKey(KeyPair keys) throws Exception {
    return GoogleLogin.byKey(
        keyFile(keys),
        URI.create(google.address() + "/token"),
        Optional.empty(),
        Clock.systemUTC());
  }

  @Override
  protected SecretSource open() throws Exception {
    return source(byKey(KEYS));
  }

  @Override
  protected void put(ProjectDomain place, SecretId id, String text) {
    var name =
        FlatName.of(
            "_ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            Stream.of(place.project(), place.domain(), id.group(), id.key()));
    secrets.compute(
        name,
        (unused, before) -> {
          var versions = new ArrayList<>(before == null ? List.of() : before);
          versions.add(text);
          return versions;
        });
  }

  @Test
  void one_login_serves_many_and_another_follows_one_that_is_refused() throws Exception {
    put(PLACE, ID, "hunter2");
    var source = open();
    assertThat(source.find(ID, PLACE)).isPresent();
    assertThat(source.find(ID, PLACE)).isPresent();
    assertThat(logins).hasValue(1);

    tokens.clear();

    assertThat(source.find(ID, PLACE)).isPresent();
    assertThat(logins).hasValue(2);
  }

  @Test
  void a_machine_logs_in_without_a_key() {
    put(PLACE, ID, "hunter2");

    assertThat(source(GoogleLogin.byMachine(google.address(), Clock.systemUTC())).find(ID, PLACE))
        .isPresent();
  }

  @Test
  void a_certain_version_is_googles() throws Exception {
    put(PLACE, ID, "first");
    put(PLACE, ID, "second");

    var first = open().find(new SecretId("warehouse", "password", Optional.of("1")), PLACE);

    assertThat(first.map(SecretValue::reveal)).contains("first");
  }

  @Test
  void a_key_of_somebody_else_is_told_without_it() {
    assertThatThrownBy(() -> source(byKey(keys())).find(ID, PLACE))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("the login for it was refused with status 400");
  }
}

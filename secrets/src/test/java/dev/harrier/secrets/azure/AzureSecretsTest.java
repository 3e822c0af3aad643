package dev.harrier.secrets.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import dev.harrier.secrets.FakeService;
import dev.harrier.secrets.FakeService.Answer;
import dev.harrier.secrets.FakeService.Request;
import dev.harrier.secrets.FlatName;
import dev.harrier.secrets.OutsideSecrets;
import dev.harrier.secrets.Places;
import dev.harrier.secrets.SecretFile;
import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.SecretId;
import dev.harrier.spi.SecretSource;
import dev.harrier.spi.StoreUnavailableException;
import dev.harrier.testkit.SecretSourceContract;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Behind a Key Vault and a token endpoint of the tests', which check logins and the shapes of
 * names. No real ones were reached.
 */
final class AzureSecretsTest extends SecretSourceContract {
  private static final ProjectDomain PLACE = new ProjectDomain("flytesnacks", "development");
  private static final SecretId ID = SecretId.of("warehouse", "password");
  private static final Pattern PATH =
      Pattern.compile("/secrets/([0-9a-zA-Z-]{1,127})\\?api-version=7\\.4");

  private final Path folder;
  private final Map<String, String> secrets = new ConcurrentHashMap<>();
  private final FakeService azure = new FakeService(this::answer);

  AzureSecretsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @AfterEach
  void stop() {
    azure.close();
  }

  private Answer answer(Request request) {
    if (request.path().equals("/acme-tenant/oauth2/v2.0/token")) {
      var form = request.form();
      var bySecret = "the-secret".equals(form.get("client_secret"));
      var byToken =
          "the-jwt".equals(form.get("client_assertion"))
              && String.valueOf(form.get("client_assertion_type")).endsWith(":jwt-bearer");
      var good =
          "client_credentials".equals(form.get("grant_type"))
              && "harrier".equals(form.get("client_id"))
              && "https://vault.azure.net/.default".equals(form.get("scope"))
              && (bySecret || byToken);
      return good
          ? new Answer(200, "{\"access_token\": \"the-token\", \"expires_in\": 3599}")
          : new Answer(401, "{\"error\": \"invalid_client\"}");
    }
    if (!request.authorization().equals(Optional.of("Bearer the-token"))) {
      return new Answer(401, "{}");
    }
    var path = PATH.matcher(request.path());
    if (!path.matches()) {
      return new Answer(400, "{}");
    }
    var value = secrets.get(path.group(1).toLowerCase(Locale.ROOT));
    if (value == null) {
      return new Answer(404, "{}");
    }
    var body = new JsonObject();
    body.addProperty("value", value);
    return new Answer(200, body.toString());
  }

  private Path file(String text) throws Exception {
    return SecretFile.write(folder.resolve("credential-" + UUID.randomUUID()), text);
  }

  private SecretSource source(AzureLogin login) {
    return new OutsideSecrets(
        "azure",
        new Places(List.of(), "{project}/{domain}"),
        new AzureSecrets(azure.address(), Optional.empty(), login, Clock.systemUTC()));
  }

  private AzureLogin bySecret(String secret) throws Exception {
    return AzureLogin.bySecret(
        azure.address(), Optional.empty(), "acme-tenant", "harrier", file(secret));
  }

  @Override
  protected SecretSource open() throws Exception {
    return source(bySecret("the-secret"));
  }

  @Override
  protected void put(ProjectDomain place, SecretId id, String text) {
    var name = FlatName.of("", Stream.of(place.project(), place.domain(), id.group(), id.key()));
    secrets.put(name.toLowerCase(Locale.ROOT), text);
  }

  @Test
  void large_letters_and_small_ones_are_two_secrets() throws Exception {
    put(PLACE, SecretId.of("warehouse", "Password"), "large");

    assertThat(open().find(ID, PLACE)).isEmpty();
  }

  @Test
  void a_service_account_of_kubernetes_logs_in() throws Exception {
    put(PLACE, ID, "hunter2");
    var login =
        AzureLogin.byFederatedToken(
            azure.address(), Optional.empty(), "acme-tenant", "harrier", file("the-jwt"));

    assertThat(source(login).find(ID, PLACE)).isPresent();
  }

  @Test
  void a_wrong_secret_is_told_without_it() {
    assertThatThrownBy(() -> source(bySecret("hunter2")).find(ID, PLACE))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("the login for it was refused with status 401")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void a_name_that_key_vault_cannot_have_is_refused() {
    assertThatThrownBy(() -> open().find(SecretId.of("g".repeat(128), "k"), PLACE))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("at most 127 letters in Key Vault");
  }
}

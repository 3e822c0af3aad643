package dev.harrier.secrets.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.secrets.FakeService;
import dev.harrier.secrets.FakeService.Answer;
import dev.harrier.secrets.FakeService.Request;
import dev.harrier.secrets.FlatName;
import dev.harrier.secrets.OutsideSecrets;
import dev.harrier.secrets.Places;
import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.SecretId;
import dev.harrier.spi.SecretSource;
import dev.harrier.spi.StoreUnavailableException;
import dev.harrier.testkit.SecretSourceContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Behind an API of the tests' that holds names to Kubernetes' own rules. */
final class KubernetesSecretsTest extends SecretSourceContract {
  private static final ProjectDomain PLACE = new ProjectDomain("flytesnacks", "development");
  private static final SecretId ID = SecretId.of("warehouse", "password");
  private static final Pattern PATH =
      Pattern.compile(
          "/api/v1/namespaces/([a-z0-9]([-a-z0-9]*[a-z0-9])?)/secrets/([a-z0-9]([-a-z0-9.]*[a-z0-9])?)");

  private final Map<String, Map<String, String>> secrets = new ConcurrentHashMap<>();
  private final Path token;
  private volatile String accepted = "Bearer the-first-token";
  private final FakeService api = new FakeService(this::answer);

  KubernetesSecretsTest(@TempDir Path folder) throws Exception {
    token = Files.writeString(folder.resolve("service-account"), "the-first-token\n");
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private Answer answer(Request request) {
    if (!request.authorization().equals(Optional.of(accepted))) {
      return new Answer(401, "{}");
    }
    var path = PATH.matcher(request.path());
    if (!path.matches()) {
      return new Answer(422, "{}");
    }
    if (path.group(1).equals("forbidden-development")) {
      return new Answer(403, "{}");
    }
    return Optional.ofNullable(secrets.get(path.group(1) + "/" + path.group(3)))
        .map(
            data ->
                new Answer(
                    200,
                    data.entrySet().stream()
                        .map(one -> "\"%s\": \"%s\"".formatted(one.getKey(), one.getValue()))
                        .collect(Collectors.joining(",", "{\"data\": {", "}}"))))
        .orElse(new Answer(404, "{}"));
  }

  @Override
  protected SecretSource open() {
    return new OutsideSecrets(
        "cluster",
        new Places(List.of(), "{project}-{domain}"),
        new KubernetesSecrets(api.address(), Optional.empty(), token));
  }

  @Override
  protected void put(ProjectDomain place, SecretId id, String text) {
    var key = FlatName.of("._ABCDEFGHIJKLMNOPQRSTUVWXYZ", Stream.of(id.key()));
    assertThat(key).matches("[-._a-zA-Z0-9]+");
    secrets
        .computeIfAbsent(
            "%s-%s/%s".formatted(place.project(), place.domain(), name(id)),
            first -> new ConcurrentHashMap<>())
        .put(key, Base64.getEncoder().encodeToString(text.getBytes(UTF_8)));
  }

  private static String name(SecretId id) {
    return FlatName.of(".", Stream.of(id.group()));
  }

  @Test
  void a_token_that_kubernetes_replaced_is_read_again() throws Exception {
    put(PLACE, ID, "hunter2");
    var source = open();
    assertThat(source.find(ID, PLACE)).isPresent();

    accepted = "Bearer the-second-token";
    assertThatThrownBy(() -> source.find(ID, PLACE))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("does not know this server's service account")
        .hasMessageNotContaining("the-first-token");
    Files.writeString(token, "the-second-token");

    assertThat(source.find(ID, PLACE)).isPresent();
  }

  @Test
  void a_namespace_without_a_role_is_temporary_and_named() {
    assertThatThrownBy(() -> open().find(ID, new ProjectDomain("forbidden", "development")))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("in the namespace 'forbidden-development' (status 403)");
  }

  @Test
  void it_has_no_versions() {
    put(PLACE, ID, "hunter2");

    assertThat(open().find(new SecretId("warehouse", "password", Optional.of("1")), PLACE))
        .isEmpty();
  }
}

package dev.harrier.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.harrier.secrets.FakeService.Answer;
import dev.harrier.secrets.FakeService.Request;
import dev.harrier.secrets.aws.AwsSecrets;
import dev.harrier.secrets.azure.AzureLogin;
import dev.harrier.secrets.azure.AzureSecrets;
import dev.harrier.secrets.google.GoogleLogin;
import dev.harrier.secrets.google.GoogleSecrets;
import dev.harrier.secrets.kubernetes.KubernetesSecrets;
import dev.harrier.secrets.vault.VaultCalls;
import dev.harrier.secrets.vault.VaultLogin;
import dev.harrier.secrets.vault.VaultSecrets;
import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.SecretId;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Services that answer with the token and the value in their errors: nobody sees either. */
final class QuietFailuresTest {
  private static final ProjectDomain PLACE = new ProjectDomain("flytesnacks", "development");
  private static final SecretId ID = SecretId.of("warehouse", "password");
  private static final String CANARY = "canary-" + UUID.randomUUID();

  /** An answer of each sort, each with all that a service could repeat. */
  private static final List<Function<String, Answer>> ANSWERS =
      List.of(
          told -> new Answer(400, told),
          told -> new Answer(401, told),
          told ->
              new Answer(
                  403, "{\"errors\": [\"" + CANARY + "\"], \"Message\": \"" + CANARY + "\"}"),
          told -> new Answer(302, told),
          told -> new Answer(418, told),
          told -> new Answer(500, told),
          told -> new Answer(200, told),
          told -> new Answer(200, "{\"data\": {\"data\": {\"password\": [\"" + CANARY + "\"]}}}"),
          told -> new Answer(200, "{\"data\": {\"password\": \"" + CANARY + "*\"}}"),
          told -> new Answer(200, "{\"payload\": {\"data\": \"" + CANARY + "*\"}}"),
          told -> new Answer(200, "{\"value\": \"" + CANARY + "\\u0000\"}"),
          told -> new Answer(200, "{\"SecretString\": \"" + CANARY + "\\u0000\"}"),
          told -> new Answer(200, "{\"SecretBinary\": \"" + CANARY + "*\"}"),
          told -> new Answer(200, "{\"SecretString\": 1 " + CANARY));

  private final Path folder;

  QuietFailuresTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private Path file() {
    try {
      return SecretFile.write(folder.resolve("credential"), CANARY);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<String, SecretService> services(URI address) {
    System.setProperty("aws.accessKeyId", "of-the-tests");
    System.setProperty("aws.secretAccessKey", CANARY);
    var file = file();
    var clock = Clock.systemUTC();
    var services = new TreeMap<String, SecretService>();
    for (var login :
        List.of(
            new VaultLogin.TokenFile(file),
            new VaultLogin.AppRole("approle", "role", file),
            new VaultLogin.Kubernetes("kubernetes", "role", file))) {
      services.put(
          "vault " + login.getClass().getSimpleName(),
          new VaultSecrets(
              new VaultCalls(address, Optional.empty(), Optional.empty(), login, clock),
              "secret",
              VaultSecrets.Store.KV2));
    }
    services.put("kubernetes", new KubernetesSecrets(address, Optional.empty(), file));
    services.put(
        "google", new GoogleSecrets(address, "acme", GoogleLogin.byMachine(address, clock), clock));
    services.put(
        "google key",
        new GoogleSecrets(
            address, "acme", GoogleLogin.byKey(file, address, Optional.empty(), clock), clock));
    services.put(
        "azure",
        new AzureSecrets(
            address,
            Optional.empty(),
            AzureLogin.bySecret(address, Optional.empty(), "t", "c", file),
            clock));
    services.put("aws", new AwsSecrets(Optional.of("eu-central-1"), Optional.of(address)));
    return services;
  }

  /**
   * Logins succeed, with a token that is the canary; what comes after is the answer of the test.
   */
  private static Answer answer(Request request, Function<String, Answer> answers) {
    var path = request.path();
    if (path.endsWith("/lookup-self")) {
      return new Answer(200, "{\"data\": {\"ttl\": 3600, \"renewable\": true}}");
    }
    if (path.endsWith("/login")) {
      return new Answer(
          200,
          "{\"auth\": {\"client_token\": \"%s\", \"lease_duration\": 3600}}".formatted(CANARY));
    }
    if (path.endsWith("/token")) {
      return new Answer(200, "{\"access_token\": \"%s\", \"expires_in\": 3600}".formatted(CANARY));
    }
    return answers.apply(CANARY + " " + request.headers() + " " + request.body());
  }

  @Test
  void no_failure_and_no_log_repeats_what_a_service_said() {
    var logged = new ArrayList<String>();
    var handler = new Listening(logged);
    Logger.getLogger("").addHandler(handler);
    var failures = 0;
    try {
      for (var answers : ANSWERS) {
        try (var fake = new FakeService(request -> answer(request, answers))) {
          for (var service : services(fake.address()).entrySet()) {
            var source =
                new OutsideSecrets(
                    "loud", new Places(List.of(), "{project}/{domain}"), service.getValue());

            var failure = catchThrowable(() -> source.find(ID, PLACE));

            if (failure != null) {
              failures++;
              var text = new StringWriter();
              failure.printStackTrace(new PrintWriter(text));
              assertThat(text.toString()).as(service.getKey()).doesNotContain(CANARY);
              assertThat(failure)
                  .as(service.getKey())
                  .hasMessageContaining("warehouse/password")
                  .hasMessageContaining("'loud'");
            }
            source.close();
          }
        }
      }
    } finally {
      Logger.getLogger("").removeHandler(handler);
    }
    assertThat(failures).isGreaterThan(60);
    assertThat(logged).noneMatch(line -> line.contains(CANARY));
  }

  private static final class Listening extends Handler {
    private final List<String> lines;

    Listening(List<String> lines) {
      this.lines = lines;
    }

    @Override
    public synchronized void publish(LogRecord line) {
      lines.add(line.getMessage() + " " + line.getThrown());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}

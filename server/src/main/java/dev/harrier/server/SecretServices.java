package dev.harrier.server;

import dev.harrier.secrets.OutsideSecrets;
import dev.harrier.secrets.SecretService;
import dev.harrier.secrets.aws.AwsSecrets;
import dev.harrier.secrets.azure.AzureLogin;
import dev.harrier.secrets.azure.AzureSecrets;
import dev.harrier.secrets.google.GoogleLogin;
import dev.harrier.secrets.google.GoogleSecrets;
import dev.harrier.secrets.http.HttpService;
import dev.harrier.secrets.kubernetes.KubernetesSecrets;
import dev.harrier.secrets.kubernetes.MountedSecrets;
import dev.harrier.secrets.vault.VaultSecrets;
import dev.harrier.secrets.vault.VaultSecrets.Store;
import dev.harrier.security.secret.AttemptSecretRules.Source;
import dev.harrier.server.config.ConfigurationException;
import dev.harrier.server.config.SecretSourceConfig;
import dev.harrier.server.config.SecretSourceConfig.AzureConfig;
import dev.harrier.server.config.SecretSourceConfig.GcpConfig;
import dev.harrier.server.config.SecretSourceConfig.Kind;
import dev.harrier.spi.SecretSource;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** Makes the sources of secrets that the configuration names, in its order. */
final class SecretServices {
  private static final URI GOOGLE = URI.create("https://secretmanager.googleapis.com");
  private static final URI GOOGLE_TOKENS = URI.create("https://oauth2.googleapis.com/token");
  private static final URI GOOGLE_MACHINE = URI.create("http://metadata.google.internal");
  private static final URI AZURE = URI.create("https://login.microsoftonline.com");

  private SecretServices() {}

  /**
   * @param stored Harrier's own, which is the only one where nothing is configured
   * @param closing takes those outside along when the server ends
   */
  static List<Source> open(
      List<SecretSourceConfig> configured, SecretSource stored, Clock clock, Closing closing) {
    if (configured.isEmpty()) {
      return List.of(Source.stored(stored));
    }
    var names = new HashSet<String>();
    var sources = new ArrayList<Source>();
    for (var i = 0; i < configured.size(); i++) {
      var path = "secrets.sources[%s]".formatted(i);
      var config = configured.get(i);
      if (!names.add(config.name())) {
        throw new ConfigurationException(
            "%s.name: expected one that no other has, found '%s' again"
                .formatted(path, config.name()));
      }
      sources.add(
          config.kind() == Kind.STORED
              ? Source.stored(stored)
              : outside(config, path, clock, closing));
    }
    return sources;
  }

  private static Source outside(
      SecretSourceConfig config, String path, Clock clock, Closing closing) {
    var source =
        new OutsideSecrets(config.name(), config.places(path), service(config, path, clock));
    closing.add(source);
    source.start();
    return Source.outside(config.name(), source);
  }

  private static SecretService service(SecretSourceConfig config, String path, Clock clock) {
    return switch (config.kind()) {
      case STORED -> throw new IllegalStateException("no service outside: " + path);
      case VAULT ->
          new VaultSecrets(
              config.vault().calls(path + ".vault", clock),
              config.store().mount(),
              config.store().version() == 1 ? Store.KV1 : Store.KV2);
      case FILES -> new MountedSecrets(said(config.folder(), path + ".folder"));
      case KUBERNETES ->
          new KubernetesSecrets(
              address(config.kubernetes().address(), path + ".kubernetes.address"),
              Optional.of(config.kubernetes().caFile()),
              config.kubernetes().tokenFile());
      case AWS ->
          new AwsSecrets(
              config.aws().region(),
              config.aws().endpoint().map(text -> address(text, path + ".aws.endpoint")));
      case GCP -> google(config.gcp(), path + ".gcp", clock);
      case AZURE -> azure(config.azure(), path + ".azure", clock);
    };
  }

  private static SecretService google(GcpConfig config, String path, Clock clock) {
    var login =
        config
            .keyFile()
            .map(file -> GoogleLogin.byKey(file, GOOGLE_TOKENS, Optional.empty(), clock))
            .orElseGet(() -> GoogleLogin.byMachine(GOOGLE_MACHINE, clock));
    return new GoogleSecrets(GOOGLE, said(config.project(), path + ".project"), login, clock);
  }

  private static SecretService azure(AzureConfig config, String path, Clock clock) {
    var vault = address(config.vault(), path + ".vault");
    var tenant = said(config.tenantId(), path + ".tenantId");
    var client = said(config.clientId(), path + ".clientId");
    if (config.secretFile().isPresent() == config.tokenFile().isPresent()) {
      throw new ConfigurationException(
          path + ": expected one of secretFile and tokenFile, found none or both");
    }
    var login =
        config
            .secretFile()
            .map(file -> AzureLogin.bySecret(AZURE, Optional.empty(), tenant, client, file))
            .orElseGet(
                () ->
                    AzureLogin.byFederatedToken(
                        AZURE, Optional.empty(), tenant, client, config.tokenFile().get()));
    return new AzureSecrets(vault, Optional.empty(), login, clock);
  }

  /**
   * An address of the configuration.
   *
   * @param path in the configuration, for messages
   */
  static URI address(String text, String path) {
    try {
      return HttpService.address(text);
    } catch (IllegalArgumentException wrong) {
      throw new ConfigurationException(
          "%s: %s, found '%s'".formatted(path, wrong.getMessage(), text));
    }
  }

  private static Path said(Optional<Path> file, String path) {
    return file.orElseThrow(() -> new ConfigurationException(path + ": expected one, found none"));
  }

  private static String said(String text, String path) {
    if (text.isBlank()) {
      throw new ConfigurationException(path + ": expected one, found none");
    }
    return text;
  }
}

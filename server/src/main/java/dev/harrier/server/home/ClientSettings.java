package dev.harrier.server.home;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.Secret;
import dev.harrier.server.tls.OutgoingTls;
import dev.harrier.spi.machine.PrivateFiles;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * What a configuration for pyflyte and flytectl says of its server, for the program's own commands.
 *
 * @param server its address without a path
 * @param clientId that logs in
 * @param secretFile its secret
 * @param authorityFile that the server's certificate is to be checked with, if not the system's
 */
public record ClientSettings(
    URI server, String clientId, Path secretFile, Optional<Path> authorityFile) {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  public ClientSettings {
    requireNonNull(server, "server");
    requireNonNull(clientId, "clientId");
    requireNonNull(secretFile, "secretFile");
    requireNonNull(authorityFile, "authorityFile");
  }

  /**
   * Reads it.
   *
   * @throws IOException with a sentence for the user if it is not there or says nothing
   */
  public static ClientSettings read(Path clientFile) throws IOException {
    if (!Files.exists(clientFile)) {
      throw new IOException(
          "There is no %s: no server was started on this home yet. Start one with 'harrier start'."
              .formatted(clientFile));
    }
    var settings = LoadSettings.builder().setLabel(clientFile.toString()).build();
    if (!(new Load(settings).loadFromString(Files.readString(clientFile)) instanceof Map<?, ?> file)
        || !(file.get("admin") instanceof Map<?, ?> admin)) {
      throw new IOException("%s has no section 'admin'.".formatted(clientFile));
    }
    var scheme = Boolean.FALSE.equals(admin.get("insecure")) ? "https://" : "http://";
    return new ClientSettings(
        URI.create(scheme + String.valueOf(admin.get("endpoint")).replaceFirst("^dns:///", "")),
        String.valueOf(admin.get("clientId")),
        Path.of(String.valueOf(admin.get("clientSecretLocation"))),
        Optional.ofNullable(admin.get("caCertFilePath")).map(text -> Path.of(text.toString())));
  }

  /** The client's secret. */
  public Secret secret() throws IOException {
    return new Secret(PrivateFiles.read(secretFile).strip());
  }

  /** A client that trusts the server's authority. */
  public HttpClient http() throws IOException {
    var builder = HttpClient.newBuilder().connectTimeout(PATIENCE);
    if (authorityFile.isPresent()) {
      builder.sslContext(OutgoingTls.context(authorityFile, Optional.empty(), Optional.empty()));
    }
    return builder.build();
  }
}

package dev.harrier.secrets.azure;

import static java.util.Objects.requireNonNull;

import dev.harrier.secrets.BearerToken;
import dev.harrier.secrets.CredentialFile;
import dev.harrier.secrets.ServiceUnavailableException;
import dev.harrier.secrets.http.HttpService;
import dev.harrier.secrets.http.Reply;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How the server logs in at Microsoft Entra: as an application with a secret, or with the token of
 * its service account in Kubernetes (workload identity).
 */
public final class AzureLogin implements BearerToken.Source {
  /** Key Vault's own, the same in every cloud but its host. */
  private static final String SCOPE = "https://vault.azure.net/.default";

  private static final String JWT = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

  private final HttpService authority;
  private final String tenant;
  private final String clientId;
  private final CredentialFile credential;
  private final boolean federated;

  private AzureLogin(
      URI authority,
      Optional<Path> caFile,
      String tenant,
      String clientId,
      Path credential,
      boolean federated) {
    this.authority = new HttpService(authority, caFile);
    this.tenant = requireNonNull(tenant, "tenant");
    this.clientId = requireNonNull(clientId, "clientId");
    this.credential = new CredentialFile(credential);
    this.federated = federated;
  }

  /** With a secret of the application, in a file that nobody else reads. */
  public static AzureLogin bySecret(
      URI authority, Optional<Path> caFile, String tenant, String clientId, Path secretFile) {
    return new AzureLogin(authority, caFile, tenant, clientId, secretFile, false);
  }

  /** With a token that the platform keeps in a file, and that the application trusts. */
  public static AzureLogin byFederatedToken(
      URI authority, Optional<Path> caFile, String tenant, String clientId, Path tokenFile) {
    return new AzureLogin(authority, caFile, tenant, clientId, tokenFile, true);
  }

  @Override
  public Reply ask() throws ServiceUnavailableException {
    var form = new LinkedHashMap<String, String>();
    form.put("grant_type", "client_credentials");
    form.put("client_id", clientId);
    form.put("scope", SCOPE);
    if (federated) {
      form.put("client_assertion_type", JWT);
      form.put("client_assertion", credential.jwt().reveal());
    } else {
      form.put("client_secret", credential.line().reveal());
    }
    return authority.post(
        "/" + HttpService.encoded(tenant) + "/oauth2/v2.0/token",
        Map.of(),
        "application/x-www-form-urlencoded",
        HttpService.form(form));
  }

  void close() {
    authority.close();
  }
}

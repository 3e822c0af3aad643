package dev.harrier.secrets.vault;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonObject;
import dev.harrier.secrets.CredentialFile;
import dev.harrier.secrets.ServiceUnavailableException;
import java.nio.file.Path;

/** How the server logs in at Vault. */
public sealed interface VaultLogin {
  /**
   * A token that an operator or an agent (Vault Agent's sink, for one) keeps in a file. It is
   * renewed as long as Vault lets it, and read again when the file changes.
   */
  record TokenFile(Path file) implements VaultLogin {
    public TokenFile {
      requireNonNull(file, "file");
    }
  }

  /**
   * AppRole.
   *
   * @param mount of the method, {@code approle} as a rule
   * @param secretIdFile read at each login
   */
  record AppRole(String mount, String roleId, Path secretIdFile) implements VaultLogin {
    public AppRole {
      requireNonNull(mount, "mount");
      requireNonNull(roleId, "roleId");
      requireNonNull(secretIdFile, "secretIdFile");
    }
  }

  /**
   * Kubernetes, by the token of the pod's service account.
   *
   * @param mount of the method, {@code kubernetes} as a rule
   * @param jwtFile read at each login: Kubernetes replaces it
   */
  record Kubernetes(String mount, String role, Path jwtFile) implements VaultLogin {
    public Kubernetes {
      requireNonNull(mount, "mount");
      requireNonNull(role, "role");
      requireNonNull(jwtFile, "jwtFile");
    }
  }

  /** What is sent to log in. */
  static JsonObject credentials(AppRole login) throws ServiceUnavailableException {
    var body = new JsonObject();
    body.addProperty("role_id", login.roleId());
    body.addProperty("secret_id", new CredentialFile(login.secretIdFile()).line().reveal());
    return body;
  }

  /** What is sent to log in. */
  static JsonObject credentials(Kubernetes login) throws ServiceUnavailableException {
    var body = new JsonObject();
    body.addProperty("role", login.role());
    body.addProperty("jwt", new CredentialFile(login.jwtFile()).jwt().reveal());
    return body;
  }
}

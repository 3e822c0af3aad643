package dev.harrier.secrets.vault;

import com.google.gson.JsonPrimitive;
import dev.harrier.secrets.ServiceUnavailableException;
import dev.harrier.secrets.http.HttpService;
import dev.harrier.secrets.http.Reply;
import java.util.Map;

/** What Vault means by an answer that is none, in words of ours. */
final class VaultAnswers {
  private static final int UNAVAILABLE = 503;

  private VaultAnswers() {}

  /**
   * Throws if Vault serves nobody now, and says why as far as it can be told.
   *
   * @throws ServiceUnavailableException if it is sealed, or will not answer now
   */
  static void throwIfUnavailable(HttpService service, Map<String, String> headers, Reply reply)
      throws ServiceUnavailableException {
    if (reply.status() == UNAVAILABLE) {
      throw new ServiceUnavailableException(
          sealed(service, headers)
              ? "is a Vault that is sealed: whoever runs it must unseal it"
              : "is a Vault that serves nobody now (status 503)");
    }
    if (reply.status() == 429) {
      throw new ServiceUnavailableException("wants fewer calls (status 429)");
    }
    if (reply.status() >= 300 && reply.status() < 400) {
      throw new ServiceUnavailableException(
          "sent the call elsewhere (status %s), and no token follows there: name the address of the active node or of what balances between them"
              .formatted(reply.status()));
    }
  }

  private static boolean sealed(HttpService service, Map<String, String> headers) {
    try {
      var status = service.get("/v1/sys/seal-status", headers);
      return status.succeeded()
          && status.json().get("sealed") instanceof JsonPrimitive sealed
          && sealed.getAsBoolean();
    } catch (ServiceUnavailableException e) {
      // Then the first answer says all that is known.
      return false;
    }
  }
}

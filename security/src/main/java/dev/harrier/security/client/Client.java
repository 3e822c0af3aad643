package dev.harrier.security.client;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.Subjects;
import dev.harrier.security.WebAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A program that asks for tokens.
 *
 * @param id unique, never given to another
 * @param proof how it proves that it is itself
 * @param redirectUris where a browser may be sent back to; a loopback address stands for any port
 */
public record Client(String id, Proof proof, boolean administrator, List<String> redirectUris) {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,128}");
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  /** Where stock clients listen; the port is the client's to choose (RFC 8252, section 7.3). */
  private static final List<String> LOOPBACK_CALLBACKS =
      List.of(
          "http://localhost:53593/callback",
          "http://localhost:12345",
          "http://127.0.0.1/callback",
          "http://[::1]/callback");

  /** The one that stock flytectl and pyflyte are told to be. */
  public static final Client STOCK = known("flytectl");

  /** The programs that come to every installation of Flyte. */
  static final List<Client> WELL_KNOWN = List.of(STOCK, known("flytekit"), known("flyte-cli"));

  public Client {
    requireNonNull(id, "id");
    requireNonNull(proof, "proof");
    redirectUris = List.copyOf(redirectUris);
  }

  /** How a client proves that it is itself. */
  public sealed interface Proof {
    /** The proof's name for people, e.g. in lists. */
    String word();

    /** Not at all: a program on people's machines, which keep no secret. */
    record None() implements Proof {
      @Override
      public String word() {
        return "none";
      }
    }

    /** By a secret, whose digest is stored apart. */
    record BySecret() implements Proof {
      @Override
      public String word() {
        return "secret";
      }
    }

    /**
     * By signing.
     *
     * @param jwks its public keys (RFC 7517)
     */
    record ByKeys(String jwks) implements Proof {
      @Override
      public String word() {
        return "key";
      }
    }

    /** By the certificate of its connection. */
    record ByCertificate(CertificateName name) implements Proof {
      @Override
      public String word() {
        return "certificate " + name;
      }
    }
  }

  private static Client known(String id) {
    return new Client(id, new Proof.None(), false, LOOPBACK_CALLBACKS);
  }

  /** Whether it proves itself at all. */
  public boolean confidential() {
    return !(proof instanceof Proof.None);
  }

  /** Whether a text can be a client's id. */
  public static boolean isId(String text) {
    return ID.matcher(text).matches();
  }

  /** The client's name as a caller. */
  public String subject() {
    return Subjects.client(id);
  }

  /**
   * Whether a browser may be sent there: letter by letter what is registered, but for the port of a
   * loopback address over http.
   */
  public boolean redirectsTo(String uri) {
    return redirectUris.stream()
        .anyMatch(registered -> registered.equals(uri) || sameButForThePort(registered, uri));
  }

  private static boolean sameButForThePort(String registered, String uri) {
    var known = loopback(registered);
    return known.isPresent() && known.equals(loopback(uri));
  }

  /** A loopback address without its port; empty for anything else. */
  private static Optional<String> loopback(String text) {
    var parsed =
        WebAddress.parse(text)
            .filter(uri -> "http".equals(uri.getScheme()) && LOOPBACK.contains(uri.getHost()))
            .filter(uri -> uri.getRawFragment() == null);
    if (parsed.isEmpty()) {
      return Optional.empty();
    }
    var uri = parsed.get();
    // Put together again: what differs from the text in more than the port is no match.
    var port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    var query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    var plain = "http://" + uri.getHost();
    return text.equals(plain + port + uri.getRawPath() + query)
        ? Optional.of(plain + uri.getRawPath() + query)
        : Optional.empty();
  }

  /** Whether a redirect can be registered: https, or http on loopback; whole, without fragment. */
  static boolean isRedirect(String text) {
    return loopback(text).isPresent()
        || WebAddress.parse(text)
            .filter(uri -> "https".equals(uri.getScheme()) && uri.getRawFragment() == null)
            .isPresent();
  }
}

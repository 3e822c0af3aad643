package dev.harrier.security.client;

import static java.util.Objects.requireNonNull;

import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The subject alternative name by which a client's certificate is known (RFC 8705, section 2.1.2):
 * the client is whoever holds a certificate of the clients' authority with this name in it.
 *
 * @param kind of name
 * @param value whole: no wildcards; a host in lower case
 */
public record CertificateName(Kind kind, String value) {
  private static final Pattern HOST =
      Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*");
  private static final int LENGTH_MAX = 253;

  /** Which of a certificate's names are looked at. */
  public enum Kind {
    /** A host. */
    DNS("dns", 2),
    /** A URI, such as a SPIFFE id. */
    URI("uri", 6);

    private final String word;
    // As java.security.cert numbers them (RFC 5280, section 4.2.1.6).
    private final int number;

    Kind(String word, int number) {
      this.word = word;
      this.number = number;
    }
  }

  public CertificateName {
    requireNonNull(kind, "kind");
    requireNonNull(value, "value");
  }

  /**
   * Reads {@code dns:<host>} or {@code uri:<URI>}.
   *
   * @throws RejectedException INVALID_ARGUMENT for anything else
   */
  public static CertificateName parse(String text) {
    if (text.startsWith("dns:")) {
      var host = text.substring("dns:".length()).toLowerCase(Locale.ROOT);
      if (host.length() <= LENGTH_MAX && HOST.matcher(host).matches()) {
        return new CertificateName(Kind.DNS, host);
      }
    }
    if (text.startsWith("uri:") && absolute(text.substring("uri:".length()))) {
      return new CertificateName(Kind.URI, text.substring("uri:".length()));
    }
    throw Rejection.invalid(
        "certificate of a client: expected dns:<host> without wildcards, or uri:<absolute URI>; found '%s'",
        text);
  }

  private static boolean absolute(String text) {
    try {
      return text.length() <= 2048 && new URI(text).isAbsolute();
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /** Whether a certificate that was verified bears this name. */
  public boolean isIn(X509Certificate certificate) {
    try {
      var names = certificate.getSubjectAlternativeNames();
      return names != null && names.stream().anyMatch(this::is);
    } catch (CertificateParsingException unreadable) {
      // It bears no name that anybody could rely on.
      return false;
    }
  }

  private boolean is(List<?> name) {
    return name.getFirst().equals(kind.number)
        && name.getLast() instanceof String text
        && value.equals(kind == Kind.DNS ? text.toLowerCase(Locale.ROOT) : text);
  }

  @Override
  public String toString() {
    return kind.word + ":" + value;
  }
}

package dev.harrier.server.tls;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Why a client would refuse the certificate of a server, in words: pyflyte (gRPC's BoringSSL),
 * flytectl (Go), browsers, macOS.
 *
 * @param trusted authorities that the client trusts by name, e.g. a team's own
 * @param publicAuthorities that systems come with
 */
record CertificateCheck(
    Collection<X509Certificate> trusted, Collection<X509Certificate> publicAuthorities) {
  /** Apple refuses more of any authority since 2019. */
  static final Duration VALIDITY_MAX = Duration.ofDays(825);

  /** And more of a public one since 2020. */
  static final Duration PUBLIC_VALIDITY_MAX = Duration.ofDays(398);

  private static final String SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1";
  private static final String ANY_PURPOSE = "2.5.29.37.0";
  private static final String AUTHORITY_ACCESS = "1.3.6.1.5.5.7.1.1";
  private static final int RSA_BITS_MIN = 2048;
  private static final int DNS_NAME = 2;
  private static final int ADDRESS = 7;

  CertificateCheck {
    trusted = List.copyOf(trusted);
    publicAuthorities = List.copyOf(publicAuthorities);
  }

  /**
   * Looks at what a server shows.
   *
   * @param chain as the server sent it, its own first
   * @param host as the client calls it
   * @return a sentence for each reason to refuse; empty if there is none
   */
  List<String> findings(List<X509Certificate> chain, String host, Instant now) {
    requireNonNull(host, "host");
    var leaf = chain.getFirst();
    var findings = new ArrayList<String>();
    name(leaf, host).ifPresent(findings::add);
    for (var one : chain) {
      time(one, now, one.equals(leaf)).ifPresent(findings::add);
    }
    var anchor = anchor(chain);
    if (anchor.isEmpty()) {
      findings.add(unknownAuthority(chain));
    }
    purpose(leaf).ifPresent(findings::add);
    validity(leaf, anchor.filter(publicAuthorities::contains).isPresent()).ifPresent(findings::add);
    strength(chain).ifPresent(findings::add);
    return List.copyOf(findings);
  }

  /**
   * Why every client would refuse a certificate, whatever it calls the server and whom it trusts.
   */
  static List<String> everywhere(X509Certificate leaf) {
    var findings = new ArrayList<String>();
    try {
      if (names(leaf).isEmpty()) {
        findings.add(
            "it has no subjectAltName, and a common name alone is no name for clients. Make one with DNS: or IP: names");
      }
      var purposes = leaf.getExtendedKeyUsage();
      if (purposes != null
          && !purposes.contains(SERVER_AUTHENTICATION)
          && !purposes.contains(ANY_PURPOSE)) {
        findings.add(
            "its extended key usage is not serverAuth. Make one with extendedKeyUsage=serverAuth");
      }
    } catch (CertificateParsingException broken) {
      findings.add("its names or purposes cannot be read (" + broken.getMessage() + ")");
    }
    return List.copyOf(findings);
  }

  private static Optional<String> name(X509Certificate leaf, String host) {
    List<String> names;
    try {
      names = names(leaf);
    } catch (CertificateParsingException broken) {
      return Optional.of(
          "Its names cannot be read (%s): every client refuses it.".formatted(broken.getMessage()));
    }
    if (names.isEmpty()) {
      return Optional.of(
          "No name: it has no subjectAltName, only the common name '%s', where clients stopped to look years ago (Go: 'certificate relies on legacy Common Name field, use SANs instead'). Make one that has DNS:%s or IP:%s as subjectAltName."
              .formatted(leaf.getSubjectX500Principal().getName(), host, host));
    }
    if (names.stream().noneMatch(name -> matches(name, host))) {
      return Optional.of(
          "Another name: it is for %s, and the client asks for %s (Go: 'certificate is valid for %s, not %s'). Reach the server by a name that is in it, or make one that has this name."
              .formatted(String.join(", ", names), host, String.join(", ", names), host));
    }
    return Optional.empty();
  }

  private static Optional<String> time(X509Certificate one, Instant now, boolean leaf) {
    var whose = leaf ? "it" : "the one of %s above it".formatted(subject(one));
    if (now.isAfter(one.getNotAfter().toInstant())) {
      return Optional.of(
          "Expired: %s ended at %s, and it is %s here (Go: 'certificate has expired or is not yet valid'). Renew it; Harrier takes a renewed file without a restart."
              .formatted(whose, one.getNotAfter().toInstant(), now));
    }
    if (now.isBefore(one.getNotBefore().toInstant())) {
      return Optional.of(
          "Not yet valid: %s begins at %s, and it is %s here. Set the clock of this machine, or of the one that made the certificate."
              .formatted(whose, one.getNotBefore().toInstant(), now));
    }
    return Optional.empty();
  }

  /** The authority that the chain leads to, through what the server sent. */
  private Optional<X509Certificate> anchor(List<X509Certificate> chain) {
    var at = chain.getFirst();
    for (var steps = 0; steps <= chain.size(); steps++) {
      for (var anchors : List.of(trusted, publicAuthorities)) {
        for (var anchor : anchors) {
          if (anchor.equals(at) || issued(at, anchor)) {
            return Optional.of(anchor);
          }
        }
      }
      var below = at;
      var above =
          chain.stream().filter(one -> !one.equals(below) && issued(below, one)).findFirst();
      if (above.isEmpty()) {
        return Optional.empty();
      }
      at = above.get();
    }
    return Optional.empty();
  }

  private String unknownAuthority(List<X509Certificate> chain) {
    var top = chain.getFirst();
    for (var steps = 0; steps < chain.size(); steps++) {
      var below = top;
      top =
          chain.stream()
              .filter(one -> !one.equals(below) && issued(below, one))
              .findFirst()
              .orElse(below);
    }
    if (issued(top, top)) {
      return "Unknown authority: it is signed by %s itself, which this machine does not trust (Go: 'certificate signed by unknown authority'; gRPC: 'CERTIFICATE_VERIFY_FAILED'). Give clients that certificate: caCertFilePath for pyflyte and flytectl, SSL_CERT_FILE for flytectl, --ca for this check."
          .formatted(subject(top));
    }
    var issuer = top.getIssuerX500Principal().getName();
    if (top.getExtensionValue(AUTHORITY_ACCESS) != null) {
      return "Incomplete chain: it leads to %s, which the server does not send (browsers fetch what is missing, pyflyte and flytectl do not: 'unable to get local issuer certificate'). Append the authority's intermediate certificates to the server's certificate file."
          .formatted(issuer);
    }
    return "Unknown authority: it is signed by %s, which the server does not send and this machine does not trust (Go: 'certificate signed by unknown authority'). If that is your own authority, give clients its certificate: caCertFilePath for pyflyte and flytectl, SSL_CERT_FILE for flytectl, --ca for this check. If it is an intermediate one, append its certificate to the server's."
        .formatted(issuer);
  }

  private static Optional<String> purpose(X509Certificate leaf) {
    try {
      var purposes = leaf.getExtendedKeyUsage();
      if (purposes == null) {
        return Optional.of(
            "No purpose: it has no extended key usage; macOS and flytectl on it say 'certificate is not standards compliant'. Make one with extendedKeyUsage=serverAuth.");
      }
      if (!purposes.contains(SERVER_AUTHENTICATION) && !purposes.contains(ANY_PURPOSE)) {
        return Optional.of(
            "Wrong purpose: its extended key usage is not serverAuth (Go: 'certificate specifies an incompatible key usage'). Make one with extendedKeyUsage=serverAuth.");
      }
      var usage = leaf.getKeyUsage();
      // The first bit is digitalSignature, with which every modern handshake is signed.
      if (usage != null && !usage[0]) {
        return Optional.of(
            "Wrong purpose: its key usage lacks digitalSignature, which TLS 1.3 needs. Make one with keyUsage=digitalSignature.");
      }
      return Optional.empty();
    } catch (CertificateParsingException broken) {
      return Optional.of(
          "Its purpose cannot be read (%s): every client refuses it."
              .formatted(broken.getMessage()));
    }
  }

  private static Optional<String> validity(X509Certificate leaf, boolean ofPublicAuthority) {
    var whole = Duration.between(leaf.getNotBefore().toInstant(), leaf.getNotAfter().toInstant());
    var max = ofPublicAuthority ? PUBLIC_VALIDITY_MAX : VALIDITY_MAX;
    // Authorities count the last second in.
    if (whole.compareTo(max.plusSeconds(1)) <= 0) {
      return Optional.empty();
    }
    return Optional.of(
        "Valid for too long: %s days; macOS takes at most %s and says 'certificate is not standards compliant'. Make one for a year."
            .formatted(whole.toDays(), max.toDays()));
  }

  private static Optional<String> strength(List<X509Certificate> chain) {
    for (var one : chain) {
      if (one.getPublicKey() instanceof RSAKey rsa && rsa.getModulus().bitLength() < RSA_BITS_MIN) {
        return Optional.of(
            "Weak key: %s has an RSA key of %s bits; clients take %s or more. Make a new key."
                .formatted(subject(one), rsa.getModulus().bitLength(), RSA_BITS_MIN));
      }
      var algorithm = one.getSigAlgName().toUpperCase(Locale.ROOT);
      var ownRoot = issued(one, one) && !one.equals(chain.getFirst());
      if (!ownRoot && (algorithm.startsWith("SHA1") || algorithm.startsWith("MD5"))) {
        return Optional.of(
            "Weak signature: %s is signed with %s (Go: 'insecure algorithm'). Have it signed with SHA-256."
                .formatted(subject(one), one.getSigAlgName()));
      }
    }
    return Optional.empty();
  }

  /** The names and addresses that a certificate is for. */
  static List<String> names(X509Certificate leaf) throws CertificateParsingException {
    var all = leaf.getSubjectAlternativeNames();
    if (all == null) {
      return List.of();
    }
    return all.stream()
        .filter(name -> name.get(0).equals(DNS_NAME) || name.get(0).equals(ADDRESS))
        .map(name -> String.valueOf(name.get(1)))
        .toList();
  }

  private static boolean matches(String name, String host) {
    try {
      return InetAddress.ofLiteral(host).equals(InetAddress.ofLiteral(name));
    } catch (IllegalArgumentException noAddresses) {
      // Names are compared as names below.
    }
    var asked = host.toLowerCase(Locale.ROOT);
    var known = name.toLowerCase(Locale.ROOT);
    if (known.startsWith("*.")) {
      var dot = asked.indexOf('.');
      // A star stands for one label, and never for the digits of an address.
      return dot > 0 && asked.substring(dot).equals(known.substring(1)) && !isAddress(asked);
    }
    return known.equals(asked);
  }

  private static boolean isAddress(String host) {
    try {
      var unused = InetAddress.ofLiteral(host);
      return true;
    } catch (IllegalArgumentException name) {
      return false;
    }
  }

  private static boolean issued(X509Certificate below, X509Certificate above) {
    if (!below.getIssuerX500Principal().equals(above.getSubjectX500Principal())) {
      return false;
    }
    try {
      below.verify(above.getPublicKey());
      return true;
    } catch (GeneralSecurityException another) {
      return false;
    }
  }

  private static String subject(X509Certificate one) {
    return one.getSubjectX500Principal().getName();
  }
}

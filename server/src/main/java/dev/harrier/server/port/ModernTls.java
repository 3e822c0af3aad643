package dev.harrier.server.port;

import com.linecorp.armeria.server.ServerTlsConfig;
import dev.harrier.server.tls.ServingCertificate;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContextBuilder;
import java.util.List;

/** Which TLS is spoken: what Mozilla's intermediate profile names, without finite-field DHE. */
final class ModernTls {
  private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");
  private static final List<String> CIPHERS =
      List.of(
          "TLS_AES_128_GCM_SHA256",
          "TLS_AES_256_GCM_SHA384",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  private static final List<String> CURVES = List.of("X25519", "P-256", "P-384");

  private ModernTls() {}

  /** Clients may show a certificate if there is an authority for them, and none must. */
  static ServerTlsConfig config(ServingCertificate certificate) {
    var clients = certificate.asksClients() ? ClientAuth.OPTIONAL : ClientAuth.NONE;
    return ServerTlsConfig.builder().clientAuth(clients).tlsCustomizer(ModernTls::restrict).build();
  }

  private static void restrict(SslContextBuilder tls) {
    tls.protocols(PROTOCOLS).ciphers(CIPHERS);
    // The JDK's own TLS, where the native one is missing, has no such option.
    if (OpenSsl.isAvailable()) {
      tls.option(OpenSslContextOption.GROUPS, CURVES.toArray(String[]::new));
    }
  }
}

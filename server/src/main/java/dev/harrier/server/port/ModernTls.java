package dev.harrier.server.port;

import com.linecorp.armeria.server.ServerTlsConfig;
import dev.harrier.server.tls.ServingCertificate;
import io.netty.handler.ssl.ClientAuth;
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

  private ModernTls() {}

  /**
   * @param clientsMust whether a client without a certificate is turned away
   */
  static ServerTlsConfig config(ServingCertificate certificate, boolean clientsMust) {
    var clients =
        certificate.asksClients()
            ? (clientsMust ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL)
            : ClientAuth.NONE;
    return ServerTlsConfig.builder()
        .clientAuth(clients)
        .tlsCustomizer(tls -> tls.protocols(PROTOCOLS).ciphers(CIPHERS))
        .build();
  }
}

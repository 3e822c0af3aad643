package dev.harrier.server.role;

import static java.util.Objects.requireNonNull;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.client.grpc.GrpcClients;
import com.linecorp.armeria.common.TlsKeyPair;
import com.linecorp.armeria.common.TlsProvider;
import dev.harrier.idl.journal.v1.AttemptServiceGrpc.AttemptServiceBlockingStub;
import dev.harrier.idl.journal.v1.DescribeResponse;
import dev.harrier.idl.journal.v1.JournalServiceGrpc.JournalServiceBlockingStub;
import dev.harrier.idl.journal.v1.JournalServiceGrpc.JournalServiceStub;
import dev.harrier.journal.RemoteAttempts;
import dev.harrier.journal.RemoteJournal;
import dev.harrier.server.config.AdminConfig;
import dev.harrier.server.tls.Pem;
import dev.harrier.server.tls.UnusableCertificateException;
import dev.harrier.spi.machine.PrivateFiles;
import io.grpc.ClientInterceptor;
import io.grpc.stub.AbstractStub;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A propeller's connection to admin's internal port. */
public final class AdminLine implements AutoCloseable {
  private static final Duration CONNECT_MAX = Duration.ofSeconds(5);

  private final URI url;
  private final ClientFactory factory;
  private final AdminContact contact;

  private AdminLine(URI url, ClientFactory factory, ClientInterceptor credentials) {
    this.url = requireNonNull(url, "url");
    this.factory = requireNonNull(factory, "factory");
    this.contact = new AdminContact(credentials, System::nanoTime);
  }

  /**
   * A line that does not call yet.
   *
   * @throws IOException if a file that the configuration names cannot be read
   */
  public static AdminLine open(AdminConfig config, Clock clock) throws IOException {
    var factory = factory(config);
    var web = WebClient.builder(config.url()).factory(factory).build();
    return new AdminLine(config.url(), factory, new AdminCredentials(config, web, clock));
  }

  /** The same with credentials of a test's own. */
  public static AdminLine with(URI url, ClientInterceptor credentials) {
    return new AdminLine(url, ClientFactory.builder().build(), credentials);
  }

  private static ClientFactory factory(AdminConfig config) throws IOException {
    var builder = ClientFactory.builder().connectTimeout(CONNECT_MAX);
    if (!config.insecure()) {
      builder.tlsProvider(new Trust(keys(config), authorities(config)));
    }
    return builder.build();
  }

  private static Optional<TlsKeyPair> keys(AdminConfig config) throws IOException {
    if (config.certificateFile().isEmpty() || config.keyFile().isEmpty()) {
      return Optional.empty();
    }
    var key = PrivateFiles.read(config.keyFile().get()).getBytes(StandardCharsets.ISO_8859_1);
    try (var certificate = Files.newInputStream(config.certificateFile().get())) {
      return Optional.of(TlsKeyPair.of(new ByteArrayInputStream(key), certificate));
    } catch (IllegalArgumentException broken) {
      throw new IOException(
          "admin.certificateFile, admin.keyFile: expected a certificate and its key in PEM, found something that cannot be read",
          broken);
    }
  }

  private static List<X509Certificate> authorities(AdminConfig config) throws IOException {
    if (config.caCertFilePath().isEmpty()) {
      return List.of();
    }
    var file = config.caCertFilePath().get();
    try {
      return Pem.certificates(
          Files.readString(file, StandardCharsets.ISO_8859_1), "The CA " + file);
    } catch (UnusableCertificateException broken) {
      throw new IOException(String.valueOf(broken.getMessage()), broken);
    }
  }

  /** What the propeller shows, and whom it believes: those authorities alone, if there are some. */
  private record Trust(Optional<TlsKeyPair> keys, List<X509Certificate> authorities)
      implements TlsProvider {
    @Override
    public @Nullable TlsKeyPair keyPair(String hostname) {
      return keys.orElse(null);
    }

    @Override
    public @Nullable List<X509Certificate> trustedCertificates(String hostname) {
      return authorities.isEmpty() ? null : authorities;
    }
  }

  /**
   * Asks admin for what must be known first.
   *
   * @throws dev.harrier.spi.StoreUnavailableException if it does not answer, or refuses
   */
  public DescribeResponse describe() {
    return RemoteJournal.describe(stub(JournalServiceBlockingStub.class));
  }

  /** Why this propeller cannot work now, in a sentence; empty if admin answers it. */
  public Optional<String> trouble() {
    return contact.trouble();
  }

  /**
   * The journal behind this line.
   *
   * @param shardCount as {@link #describe} told it
   */
  public RemoteJournal journal(int shardCount) {
    return new RemoteJournal(
        stub(JournalServiceBlockingStub.class), stub(JournalServiceStub.class), shardCount);
  }

  /** What attempts need of admin. */
  public RemoteAttempts attempts() {
    return new RemoteAttempts(stub(AttemptServiceBlockingStub.class));
  }

  private <S extends AbstractStub<S>> S stub(Class<S> type) {
    return GrpcClients.builder("gproto+" + url)
        .factory(factory)
        // Each call says how long it waits; one that listens waits without end.
        .responseTimeout(Duration.ZERO)
        .maxResponseLength(0)
        .maxResponseMessageLength(RemoteJournal.MESSAGE_BYTES_MAX)
        .maxRequestMessageLength(RemoteJournal.MESSAGE_BYTES_MAX)
        .intercept(contact)
        .build(type);
  }

  @Override
  public void close() {
    // Nobody waits: whatever was asked for has been answered, or its asker has ended.
    var unused = factory.closeAsync();
  }
}

package dev.harrier.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import dev.harrier.blobstore.BlobStoreSettings;
import dev.harrier.blobstore.FileBlobStore;
import dev.harrier.spi.BlobKey;
import dev.harrier.spi.ProjectDomain;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pages of other origins in a real browser. Left out, with a word, where no Chromium is installed;
 * the variable {@code HARRIER_TEST_CHROMIUM} names one that must be there.
 */
@Tag("python")
final class BrowserTest {
  private static final Pattern LINK = Pattern.compile("first user +(https?\\S+)");

  /** Tries what a page of the server could do, and leaves word of what came of it. */
  private static final String DECK =
      """
      <!doctype html><body><script>
      const found = { origin: String(self.origin) };
      const named = (error) => error.name;
      try { found.cookie = 'read ' + document.cookie; } catch (error) { found.cookie = named(error); }
      try { found.storage = 'read ' + localStorage.length; } catch (error) { found.storage = named(error); }
      const call = (path, init) => fetch('SERVER' + path, { credentials: 'include', ...init }).then((answer) => 'status ' + answer.status, named);
      (async () => {
        found.read = await call('/me');
        found.change = await call('/api/v1/projects/flytesnacks', { method: 'PUT', body: '{}' });
        try {
          if (top === self) { found.top = 'itself'; } else { top.location = 'SERVER/login'; found.top = 'moved'; }
        } catch (error) { found.top = named(error); }
        document.body.dataset.found = JSON.stringify(found);
      })();
      </script></body>
      """;

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @Test
  void another_origin_calls_only_if_it_is_listed_and_never_the_pages_where_people_log_in(
      @TempDir Path folder) throws Exception {
    var browser = RealBrowser.orSkipped();
    var listed = freePort();
    var home = Files.createDirectories(folder.resolve("home"));
    Files.writeString(
        home.resolve("config.yaml"),
        "server: {security: {allowedOrigins: ['https://localhost:%s']}}".formatted(listed));

    try (var harrier = Harrier.startWithTls(folder)) {
      var tls = harrier.home().resolve("tls");
      var given = new JsonObject();
      given.addProperty("server", harrier.url().toString());
      given.addProperty("token", harrier.token());
      given.addProperty("link", link(harrier));
      given.addProperty("certificate", tls.resolve("server.pem").toString());
      given.addProperty("key", tls.resolve("server-key.pem").toString());
      given.addProperty("fingerprint", fingerprint(tls.resolve("server.pem")));
      given.addProperty("listedPort", listed);

      var ran = browser.run(folder, "second_origin.mjs", given);

      assertThat(ran.succeeded().output()).contains("all as expected");
    }
  }

  @Test
  @Tag("browser")
  void a_decks_script_runs_and_reaches_nothing_of_who_looks_at_it(@TempDir Path folder)
      throws Exception {
    var browser = RealBrowser.orSkipped();
    try (var harrier = Harrier.start(folder)) {
      var given = new JsonObject();
      given.addProperty("server", harrier.url().toString());
      given.addProperty("link", link(harrier));
      given.addProperty("deck", deck(harrier));

      var ran = browser.run(folder, "deck.mjs", given);

      assertThat(ran.succeeded().output()).contains("all as expected");
    }
  }

  /** The signed address of a deck that a task might have written. */
  private static String deck(Harrier harrier) throws IOException {
    var store =
        FileBlobStore.open(
            BlobStoreSettings.of(
                harrier.home().resolve("blobs"),
                harrier.home().resolve("security").resolve("blob-url-key")),
            Clock.systemUTC(),
            harrier::url);
    var key = new BlobKey(new ProjectDomain("flytesnacks", "development"), "e/n0/0/deck.html");
    store.write(key, ByteString.copyFromUtf8(DECK.replace("SERVER", harrier.url().toString())));
    return store.signGet(key, Duration.ofMinutes(5)).url().toString();
  }

  private static String link(Harrier harrier) {
    return Patience.await(
        "the link of the first administrator",
        PATIENCE,
        () -> {
          var found = LINK.matcher(harrier.output());
          return found.find() ? Optional.of(found.group(1)) : Optional.empty();
        });
  }

  private static String fingerprint(Path certificate) throws IOException, GeneralSecurityException {
    try (var text = Files.newInputStream(certificate)) {
      var key = CertificateFactory.getInstance("X.509").generateCertificate(text).getPublicKey();
      return Base64.getEncoder()
          .encodeToString(MessageDigest.getInstance("SHA-256").digest(key.getEncoded()));
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}

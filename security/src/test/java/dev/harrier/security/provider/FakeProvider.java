package dev.harrier.security.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.harrier.security.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.time.Clock;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An identity provider that a test holds in its hands: it logs everybody in as {@link #claims}, and
 * can be down, slow, or talk nonsense.
 */
public final class FakeProvider implements AutoCloseable {
  public static final String CLIENT_ID = "harrier";
  public static final String AUDIENCE = "harrier-api";
  private static final String CLIENT_SECRET = "a secret of the test + %";

  private final HttpServer server;
  private final Clock clock;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Map<String, Map<String, String>> codes = new ConcurrentHashMap<>();

  /** What its tokens say beside the usual. */
  public final Map<String, Object> claims = new ConcurrentHashMap<>(Map.of("sub", "0a1b"));

  /** What its ID tokens say beside that; what is null is taken out. */
  public final Map<String, Object> idClaims =
      java.util.Collections.synchronizedMap(new HashMap<>());

  public final AtomicInteger asked = new AtomicInteger();
  public volatile Trouble trouble = Trouble.NONE;
  public volatile boolean vouches = true;

  /** Whether it promises to say with each browser that it sends back who it is (RFC 9207). */
  public volatile boolean namesItself;

  private volatile List<RSAKey> keys = List.of(key("first"));

  /** How it fails. */
  public enum Trouble {
    NONE,
    ERROR,
    HANGS,
    TRICKLES,
    GARBAGE,
    HUGE,
    REDIRECTS,
    ANOTHER_ISSUER,
    NO_TLS
  }

  public FakeProvider(Clock clock) {
    this.clock = clock;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
  }

  public String issuer() {
    return "http://localhost:" + server.getAddress().getPort() + "/realms/test";
  }

  public ProviderSettings settings(String name) {
    return new ProviderSettings(
        name,
        "The test's",
        issuer(),
        URI.create(issuer() + "/.well-known/openid-configuration"),
        Optional.of(
            new ProviderSettings.Login(
                CLIENT_ID, Optional.of(new Secret(CLIENT_SECRET)), List.of("openid", "profile"))),
        Set.of(AUDIENCE),
        List.of("groups", "realm_access.roles"),
        "");
  }

  /** Makes tokens with another key from now on, and publishes that alone. */
  public void rotate(String id) {
    keys = List.of(key(id));
  }

  public RSAKey key() {
    return keys.getFirst();
  }

  /** What an access token says here, and what a test changes of it; null takes one out. */
  public Map<String, Object> access(Map<String, ? extends Object> more) {
    var now = clock.instant().getEpochSecond();
    var all = new LinkedHashMap<String, Object>();
    all.put("iss", issuer());
    all.put("aud", AUDIENCE);
    all.put("iat", now);
    all.put("exp", now + 300);
    all.put("azp", "a-program");
    all.put("scope", "openid email");
    all.putAll(claims);
    all.putAll(more);
    all.values().removeIf(java.util.Objects::isNull);
    return all;
  }

  /** An access token of its. */
  public String token(Map<String, ? extends Object> more) {
    return signed(access(more), key(), Map.of("typ", "JWT", "alg", "RS256"));
  }

  /** Any claims with any header beside the id of the key. */
  public static String signed(Map<String, ?> claims, RSAKey key, Map<String, Object> header) {
    return signed(JSONObjectUtils.toJSONString(claims), key, header);
  }

  public static String signed(String payload, RSAKey key, Map<String, Object> header) {
    try {
      var all = new HashMap<>(header);
      all.putIfAbsent("kid", key.getKeyID());
      var parts =
          Base64URL.encode(JSONObjectUtils.toJSONString(all)) + "." + Base64URL.encode(payload);
      var signature =
          new RSASSASigner(key)
              .sign(
                  new JWSHeader.Builder(JWSAlgorithm.RS256).type(JOSEObjectType.JWT).build(),
                  parts.getBytes(UTF_8));
      return parts + "." + signature;
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    asked.incrementAndGet();
    try (exchange) {
      switch (trouble) {
        case ERROR -> send(exchange, 500, "{\"error\":\"server_error\"}");
        case GARBAGE -> send(exchange, 200, "<html>I am a proxy</html>");
        case HUGE -> send(exchange, 200, "{\"x\":\"" + "a".repeat(3_000_000) + "\"}");
        case REDIRECTS -> {
          exchange.getResponseHeaders().set("location", issuer() + "/elsewhere");
          send(exchange, 302, "{}");
        }
        case HANGS -> await();
        case TRICKLES -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write('{');
          exchange.getResponseBody().flush();
          await();
        }
        case NONE, ANOTHER_ISSUER, NO_TLS -> good(exchange);
      }
    }
  }

  private void await() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void good(HttpExchange exchange) throws IOException {
    var path = exchange.getRequestURI().getPath();
    if (path.endsWith("/.well-known/openid-configuration")) {
      send(exchange, 200, JSONObjectUtils.toJSONString(metadata()));
    } else if (path.endsWith("/keys")) {
      var set = new JWKSet(List.<JWK>copyOf(keys)).toPublicJWKSet();
      send(exchange, 200, set.toString());
    } else if (path.endsWith("/authorize")) {
      authorize(exchange);
    } else if (path.endsWith("/token")) {
      token(exchange);
    } else {
      send(exchange, 404, "{}");
    }
  }

  private Map<String, Object> metadata() {
    var issuer = trouble == Trouble.ANOTHER_ISSUER ? issuer() + "/other" : issuer();
    var keys = trouble == Trouble.NO_TLS ? "http://169.254.169.254/keys" : issuer() + "/keys";
    return Map.of(
        "authorization_response_iss_parameter_supported",
        namesItself,
        "issuer",
        issuer,
        "authorization_endpoint",
        issuer() + "/authorize",
        "token_endpoint",
        issuer() + "/token",
        "jwks_uri",
        keys);
  }

  // As if somebody had typed a password: the browser comes back at once.
  private void authorize(HttpExchange exchange) throws IOException {
    var query = parameters(exchange.getRequestURI().getRawQuery());
    var code = "code-" + codes.size();
    codes.put(code, query);
    exchange
        .getResponseHeaders()
        .set(
            "location",
            query.get("redirect_uri") + "?code=" + code + "&state=" + query.get("state"));
    send(exchange, 303, "");
  }

  private void token(HttpExchange exchange) throws IOException {
    var form = parameters(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
    var proof = exchange.getRequestHeaders().getFirst("authorization");
    var expected =
        java.net.URLEncoder.encode(CLIENT_ID, UTF_8)
            + ":"
            + java.net.URLEncoder.encode(CLIENT_SECRET, UTF_8);
    if (proof == null
        || !new String(java.util.Base64.getDecoder().decode(proof.substring(6)), UTF_8)
            .equals(expected)) {
      send(exchange, 401, "{\"error\":\"invalid_client\"}");
      return;
    }
    var begun = codes.remove(form.getOrDefault("code", ""));
    var renews = "renewal".equals(form.get("refresh_token"));
    if (!vouches || (begun == null && !renews)) {
      send(exchange, 400, "{\"error\":\"invalid_grant\"}");
      return;
    }
    var idToken = new HashMap<String, Object>();
    idToken.put("aud", CLIENT_ID);
    idToken.put("azp", CLIENT_ID);
    if (begun != null) {
      if (!begun
          .getOrDefault("code_challenge", "")
          .equals(Base64URL.encode(sha256(form.getOrDefault("code_verifier", ""))).toString())) {
        send(exchange, 400, "{\"error\":\"invalid_grant\"}");
        return;
      }
      idToken.put("nonce", begun.get("nonce"));
    }
    idToken.putAll(idClaims);
    send(
        exchange,
        200,
        JSONObjectUtils.toJSONString(
            Map.of(
                "id_token",
                token(idToken),
                "access_token",
                "opaque",
                "token_type",
                "Bearer",
                "refresh_token",
                "renewal")));
  }

  private static byte[] sha256(String text) {
    return dev.harrier.security.token.OpaqueToken.digest(new Secret(text));
  }

  private static Map<String, String> parameters(String query) {
    var parameters = new HashMap<String, String>();
    Arrays.stream(query.split("&", -1))
        .map(pair -> pair.split("=", 2))
        .forEach(
            pair ->
                parameters.put(pair[0], URLDecoder.decode(pair.length > 1 ? pair[1] : "", UTF_8)));
    return parameters;
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    exchange.getResponseHeaders().set("content-type", "application/json");
    var bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private static RSAKey key(String id) {
    try {
      return new RSAKeyGenerator(2048).keyID(id).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
  }
}

package dev.harrier.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Keeps cookies, follows nothing by itself. */
final class TestBrowser {
  final Map<String, String> cookies = new LinkedHashMap<>();
  private final URI server;
  private final HttpClient client;
  private final String name;
  private final String password;

  TestBrowser(URI server, HttpClient client, String name, String password) {
    this.server = server;
    this.client = client;
    this.name = name;
    this.password = password;
  }

  HttpResponse<String> get(String path, Map<String, String> headers) throws Exception {
    return send(request(path, headers).GET());
  }

  HttpResponse<String> post(String path, String body, Map<String, String> headers)
      throws Exception {
    return send(
        request(path, headers)
            .header("content-type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  /** Sends the form of a page. */
  HttpResponse<String> submit(String path, HttpResponse<String> page, Map<String, String> fields)
      throws Exception {
    var ticket = page.body().replaceAll("(?s).*name=\"form\" value=\"([^\"]*)\".*", "$1");
    var body = new StringBuilder("form=" + ticket);
    fields.forEach(
        (field, value) ->
            body.append('&')
                .append(field)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
    return post(path, body.toString(), Map.of("origin", BrowsersUnderTest.ISSUER));
  }

  HttpResponse<String> logIn(String path) throws Exception {
    var answer = submit(path, get(path, Map.of()), Map.of("name", name, "password", password));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(303);
    return answer;
  }

  HttpResponse<String> logInAtProvider(String next) throws Exception {
    return get(comeBackFromProvider(next), Map.of());
  }

  /** The path with which the provider sends the browser back. */
  String comeBackFromProvider(String next) throws Exception {
    return backFrom(
        "/login/with/fake?redirect_url=" + URLEncoder.encode(next, StandardCharsets.UTF_8));
  }

  HttpResponse<String> followProvider(String link) throws Exception {
    return get(backFrom(link), Map.of());
  }

  String backFrom(String link) throws Exception {
    var begun = get(link, Map.of());
    assertThat(begun.statusCode()).as(begun.body()).isEqualTo(303);
    assertThat(URLDecoder.decode(location(begun), StandardCharsets.UTF_8))
        .contains("code_challenge_method=S256", "nonce=", "state=", "scope=openid profile");
    var there =
        client.send(
            HttpRequest.newBuilder(URI.create(location(begun))).build(),
            HttpResponse.BodyHandlers.ofString());
    return location(there).substring(BrowsersUnderTest.ISSUER.length());
  }

  int me() throws Exception {
    return get("/api/v1/openapi", Map.of()).statusCode();
  }

  private HttpRequest.Builder request(String path, Map<String, String> headers) {
    var request = HttpRequest.newBuilder(URI.create(server + path));
    if (!cookies.isEmpty()) {
      var all = new StringBuilder();
      cookies.forEach(
          (cookie, value) -> all.append(all.isEmpty() ? "" : "; ").append(cookie + "=" + value));
      request.header("cookie", all.toString());
    }
    headers.forEach(request::header);
    return request;
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    for (var set : answer.headers().allValues("set-cookie")) {
      var pair = set.split(";", 2)[0].split("=", 2);
      if (set.contains("Max-Age=0")) {
        cookies.remove(pair[0]);
      } else {
        cookies.put(pair[0], pair[1]);
      }
    }
    return answer;
  }

  /** The status of a change. */
  int list(Map<String, String> headers) throws Exception {
    return post("/harrier/sessions/list", "{}", headers).statusCode();
  }

  /** The status of a look. */
  int read(Map<String, String> headers) throws Exception {
    return get("/api/v1/openapi", headers).statusCode();
  }

  static String location(HttpResponse<?> answer) {
    return answer.headers().firstValue("location").orElse("none, status " + answer.statusCode());
  }

  static String href(String page, String prefix) {
    return page.replaceAll("(?s).*href=\"(" + prefix + "[^\"]*)\".*", "$1").replace("&amp;", "&");
  }
}

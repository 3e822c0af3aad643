package dev.harrier.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A browser as far as logins need one: keeps cookies, follows redirects and links, fills forms, and
 * says as browsers do where a request comes from.
 */
final class WebBrowser implements AutoCloseable {
  private static final int REDIRECTS_MAX = 20;
  private static final Pattern FORM = Pattern.compile("(?s)<form\\b([^>]*)>(.*?)</form>");
  private static final Pattern INPUT = Pattern.compile("<input\\b([^>]*)>");
  private static final Pattern LINK = Pattern.compile("<a\\b[^>]*href=\"([^\"]*)\"[^>]*>");

  private final HttpClient client = HttpClient.newHttpClient();

  // Browsers send the cookies of a host to all of its ports, and take localhost for as safe as TLS.
  private final Map<String, String> cookies = new LinkedHashMap<>();

  /** Where the browser is, and what it shows. */
  record Shown(URI address, int status, String body, Map<String, String> headers) {}

  Shown open(URI address) {
    return follow(address, HttpRequest.newBuilder().GET(), "none");
  }

  /** As a script of a page of this address would, following redirects. */
  Shown fetch(URI page, String method, String path, String body) {
    var request =
        HttpRequest.newBuilder()
            .method(method, BodyPublishers.ofString(body))
            .header("content-type", "application/json")
            .header("sec-fetch-mode", "cors");
    if (!method.equals("GET")) {
      request.header("origin", origin(page));
    }
    return follow(page.resolve(path), request, "same-origin");
  }

  /** Follows the link whose address has this in it. */
  Shown click(Shown page, String part) {
    var link =
        LINK.matcher(page.body())
            .results()
            .map(one -> one.group(1).replace("&amp;", "&"))
            .filter(one -> one.contains(part))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no link to " + part + " in " + page));
    return follow(page.address().resolve(link), HttpRequest.newBuilder().GET(), "same-origin");
  }

  /** Fills the page's first form with these fields and sends it. */
  Shown submit(Shown page, Map<String, String> fields) {
    var form = FORM.matcher(page.body());
    if (!form.find()) {
      throw new AssertionError("no form in " + page);
    }
    var all = new LinkedHashMap<String, String>();
    INPUT
        .matcher(form.group(2))
        .results()
        .map(input -> input.group(1))
        .forEach(
            input ->
                attribute(input, "name")
                    .ifPresent(name -> all.put(name, attribute(input, "value").orElse(""))));
    all.putAll(fields);
    var target =
        attribute(form.group(1), "action").map(page.address()::resolve).orElse(page.address());
    var body =
        all.entrySet().stream()
            .map(one -> one.getKey() + "=" + URLEncoder.encode(one.getValue(), UTF_8))
            .collect(Collectors.joining("&"));
    return follow(
        target,
        HttpRequest.newBuilder()
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", origin(page.address()))
            .POST(BodyPublishers.ofString(body)),
        "same-origin");
  }

  Optional<String> cookie(String name) {
    return Optional.ofNullable(cookies.get(name));
  }

  void put(String name, String value) {
    cookies.put(name, value);
  }

  private Shown follow(URI address, HttpRequest.Builder first, String site) {
    var here = address;
    var request = first;
    for (var hops = 0; hops < REDIRECTS_MAX; hops++) {
      request.uri(here).timeout(Duration.ofSeconds(30)).setHeader("sec-fetch-site", site);
      if (!cookies.isEmpty()) {
        request.setHeader(
            "cookie",
            cookies.entrySet().stream()
                .map(one -> one.getKey() + "=" + one.getValue())
                .collect(Collectors.joining("; ")));
      }
      var answer = send(request);
      answer.headers().allValues("set-cookie").forEach(this::keep);
      var location = answer.headers().firstValue("location");
      if (location.isEmpty()) {
        var headers = new LinkedHashMap<String, String>();
        answer.headers().map().forEach((name, values) -> headers.put(name, values.getFirst()));
        return new Shown(here, answer.statusCode(), answer.body(), headers);
      }
      var next = here.resolve(location.get());
      if (!origin(next).equals(origin(here))) {
        site = "cross-site".equals(site) ? site : "same-site";
      }
      here = next;
      request = HttpRequest.newBuilder().GET();
    }
    throw new AssertionError("more than %s redirects, now at %s".formatted(REDIRECTS_MAX, here));
  }

  private void keep(String set) {
    var pair = set.split(";", 2)[0].split("=", 2);
    if (set.matches("(?is).*;\\s*max-age=0.*")) {
      cookies.remove(pair[0]);
    } else {
      cookies.put(pair[0], pair[1]);
    }
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted in the browser", e);
    }
  }

  private static Optional<String> attribute(String tag, String name) {
    var found = Pattern.compile("\\b" + name + "=\"([^\"]*)\"").matcher(tag);
    return found.find() ? Optional.of(found.group(1).replace("&amp;", "&")) : Optional.empty();
  }

  private static String origin(URI address) {
    return address.getScheme() + "://" + address.getAuthority();
  }

  @Override
  public void close() {
    client.close();
  }
}

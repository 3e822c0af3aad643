package dev.harrier.server;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A server that answers calls, until it is closed. */
public final class RunningHarrier implements AutoCloseable {
  private final URI url;
  private final URI metricsUrl;
  private final Path clientFile;
  private final Optional<URI> internalUrl;
  private final Optional<Path> python;
  private final Optional<String> firstAdministrator;
  private final List<String> routes;
  private final Closing parts;

  RunningHarrier(
      URI url,
      URI metricsUrl,
      Path clientFile,
      Optional<URI> internalUrl,
      Optional<Path> python,
      Optional<String> firstAdministrator,
      List<String> routes,
      Closing parts) {
    this.url = requireNonNull(url, "url");
    this.metricsUrl = requireNonNull(metricsUrl, "metricsUrl");
    this.clientFile = requireNonNull(clientFile, "clientFile");
    this.internalUrl = requireNonNull(internalUrl, "internalUrl");
    this.python = requireNonNull(python, "python");
    this.firstAdministrator = requireNonNull(firstAdministrator, "firstAdministrator");
    this.routes = List.copyOf(routes);
    this.parts = requireNonNull(parts, "parts");
  }

  /** Where clients reach it, without a path. */
  public URI url() {
    return url;
  }

  /** Where its metrics are, without a path. */
  public URI metricsUrl() {
    return metricsUrl;
  }

  /** The configuration for pyflyte and flytectl. */
  public Path clientFile() {
    return clientFile;
  }

  /** The link that makes the first administrator, good once; empty if there is one. */
  public Optional<String> firstAdministrator() {
    return firstAdministrator;
  }

  /** All that the API's port answers to, e.g. {@code POST /oauth2/token}; no route comes later. */
  public List<String> routes() {
    return routes;
  }

  /** Where propellers of other processes reach it; empty if it has an engine of its own. */
  public Optional<URI> internalUrl() {
    return internalUrl;
  }

  /** The pyflyte that stands beside the interpreter of its tasks; empty if it runs none. */
  public Optional<Path> pyflyte() {
    return python.map(interpreter -> interpreter.resolveSibling("pyflyte"));
  }

  /** Takes no more calls, ends those under way, and stops all parts; running tasks go on. */
  @Override
  public void close() {
    parts.close();
  }
}

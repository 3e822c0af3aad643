package dev.harrier.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Hands one running server to all tests that only use it, with the test workflows registered by
 * pyflyte. It stops when the last test is over.
 */
final class SharedHarrier implements ParameterResolver {
  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == World.class;
  }

  @Override
  public World resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(Namespace.create(SharedHarrier.class))
        .getOrComputeIfAbsent(World.class, unused -> World.open(), World.class);
  }

  /** A server, its clients, and what is registered there. */
  record World(Path folder, Harrier harrier, Clients clients, Api api, Ledger ledger)
      implements AutoCloseable {
    static final String PROJECT = "flytesnacks";
    static final String DOMAIN = "development";
    static final String VERSION = "conformance";

    /** With options of the server's own. */
    static World open(String... options) {
      var folder = newFolder();
      return of(folder, Harrier.startWith(folder, options));
    }

    /** A folder for one, short: the path of a Unix socket in it has 108 bytes at most. */
    static Path newFolder() {
      try {
        return Files.createTempDirectory("hc");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Of a server that runs; the folder is deleted at the end. */
    static World of(Path folder, Harrier harrier) {
      var world = new World(folder, harrier, new Clients(harrier), harrier.api(), Ledger.open());
      try {
        world.register(Places.workflows(), VERSION).succeeded();
        return world;
      } catch (AssertionError e) {
        world.close();
        throw e;
      }
    }

    Ran register(Path workflows, String version) {
      return clients.register(folder, PROJECT, DOMAIN, version, workflows);
    }

    Executions executions() {
      return new Executions(api, PROJECT, DOMAIN, VERSION);
    }

    @Override
    public void close() {
      ledger.close();
      harrier.close();
      deleteAll(folder);
    }
  }

  /** Removes a folder with all that is in it. */
  static void deleteAll(Path folder) {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

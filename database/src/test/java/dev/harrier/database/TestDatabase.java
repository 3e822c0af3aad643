package dev.harrier.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests a database: an embedded one that all test classes share, or the one that the
 * environment variable HARRIER_TEST_DATABASE_URL names. Tests keep apart by the names they use.
 */
public final class TestDatabase implements ParameterResolver {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(TestDatabase.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Database.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(Shared.class, key -> Shared.open(), Shared.class)
        .database();
  }

  /** Closed by JUnit when all tests have run. */
  private record Shared(Optional<EmbeddedPostgres> server, Database database)
      implements AutoCloseable {
    static Shared open() {
      var url = Optional.ofNullable(System.getenv("HARRIER_TEST_DATABASE_URL"));
      if (url.isPresent()) {
        return new Shared(Optional.empty(), Database.open(DatabaseSettings.parse(url.get())));
      }
      try {
        // Below the build's own folder: the programs are unpacked once and found by the next run.
        var folder = Path.of("target", "test-postgres");
        Files.createDirectories(folder);
        var server = EmbeddedPostgres.start(folder);
        return new Shared(Optional.of(server), Database.open(server.settings()));
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }

    @Override
    public void close() {
      database.close();
      server.ifPresent(EmbeddedPostgres::close);
    }
  }
}

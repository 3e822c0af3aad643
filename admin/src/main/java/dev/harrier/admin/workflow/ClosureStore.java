package dev.harrier.admin.workflow;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.harrier.admin.inventory.Digests;
import dev.harrier.admin.query.Bind;
import dev.harrier.admin.query.Sql;
import flyteidl.core.Compiler.CompiledWorkflowClosure;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** The table of compiled graphs, each of which is there once. */
public final class ClosureStore {
  private ClosureStore() {}

  /**
   * Stores a graph, in a caller's transaction; doing it twice is the same as once.
   *
   * @return its digest: the SHA-256 of its bytes, in hex
   */
  public static String put(Connection connection, CompiledWorkflowClosure closure)
      throws SQLException {
    var bytes = Digests.bytes(closure);
    var digest = Digests.hex(bytes);
    Sql.update(
        connection,
        "INSERT INTO closure (digest, bytes) VALUES (?, ?) ON CONFLICT DO NOTHING",
        Bind.text(digest),
        Bind.bytes(bytes));
    return digest;
  }

  /** The graph of that digest. */
  public static Optional<CompiledWorkflowClosure> find(Connection connection, String digest)
      throws SQLException {
    return Sql.first(
            connection,
            "SELECT bytes FROM closure WHERE digest = ?",
            row -> row.getBytes("bytes"),
            Bind.text(digest))
        .map(ClosureStore::parse);
  }

  static CompiledWorkflowClosure parse(byte[] bytes) {
    try {
      return CompiledWorkflowClosure.parseFrom(bytes);
    } catch (InvalidProtocolBufferException broken) {
      throw new IllegalStateException("a compiled graph in the database is broken", broken);
    }
  }
}

package dev.harrier.spi;

/**
 * Where the files of an execution are: below its project and domain, so that one folder holds all
 * that one team owns.
 *
 * <p>{@code metadata/<execution>/<node path>/data/inputs.pb} and {@code
 * .../data/<attempt>/outputs.pb}; raw data is beside it under {@code raw/}, code under {@code
 * upload/}.
 */
public final class DataLayout {
  private DataLayout() {}

  /**
   * Whether a path within a project and domain belongs to executions: what the engine and their
   * attempts write there, nobody else may.
   */
  public static boolean ofExecutions(String path) {
    return path.startsWith("metadata/") || path.startsWith("raw/");
  }

  /** The inputs of a node. */
  public static BlobKey inputs(NodeId node) {
    return new BlobKey(
        node.execution().scope(),
        "metadata/%s/%s/data/inputs.pb".formatted(node.execution().name(), node.path()));
  }

  /**
   * The prefix of what an attempt reports: {@code outputs.pb}, {@code error.pb}, {@code deck.html}.
   */
  public static BlobKey outputPrefix(AttemptId attempt) {
    var node = attempt.node();
    return new BlobKey(
        node.execution().scope(),
        "metadata/%s/%s/data/%d".formatted(node.execution().name(), node.path(), attempt.number()));
  }

  /** The prefix of an attempt's own data: files, tables, checkpoints. */
  public static BlobKey rawPrefix(AttemptId attempt) {
    var node = attempt.node();
    return new BlobKey(
        node.execution().scope(),
        "raw/%s/%s-%d".formatted(node.execution().name(), node.path(), attempt.number()));
  }

  /** A file that a client uploads. */
  public static BlobKey upload(ProjectDomain scope, String directory, String fileName) {
    return new BlobKey(scope, "upload/%s/%s".formatted(directory, fileName));
  }
}

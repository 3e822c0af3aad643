package dev.harrier.spi;

import static java.util.Objects.requireNonNull;

/**
 * Names one node of one execution.
 *
 * @param path the node id as clients see it, unique within the execution: {@code n0} at the top,
 *     {@code <parent>-<retry>-<spec id>} below a parent, e.g. {@code n1-0-n0}
 */
public record NodeId(ExecutionId execution, String path) {
  public NodeId {
    requireNonNull(execution, "execution");
    requireNonNull(path, "path");
  }

  @Override
  public String toString() {
    return execution + "/" + path;
  }
}

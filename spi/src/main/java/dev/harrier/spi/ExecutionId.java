package dev.harrier.spi;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** Names one workflow execution, as its clients do. */
public record ExecutionId(String project, String domain, String name) {
  public ExecutionId {
    requireNonNull(project, "project");
    requireNonNull(domain, "domain");
    requireNonNull(name, "name");
  }

  /** The project and domain that the execution belongs to. */
  public ProjectDomain scope() {
    return new ProjectDomain(project, domain);
  }

  /**
   * The shard of this execution: the same in every process and release, since rows are stored under
   * it.
   *
   * @param shardCount fixed when the database was made, at least 1
   * @return 0 to {@code shardCount - 1}
   */
  public int shard(int shardCount) {
    var hash = new CRC32C();
    for (var part : new String[] {project, domain, name}) {
      hash.update(part.getBytes(StandardCharsets.UTF_8));
      hash.update('/');
    }
    return (int) (hash.getValue() % shardCount);
  }

  @Override
  public String toString() {
    return project + ":" + domain + ":" + name;
  }
}

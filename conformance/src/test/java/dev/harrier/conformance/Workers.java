package dev.harrier.conformance;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The processes that run a server's tasks, found from outside by what stands on their command
 * lines.
 *
 * @param all of them, the sandboxes around them included
 */
record Workers(List<ProcessHandle> all) {
  static Workers of(Path home) {
    var marker = home.resolve("process").toString();
    var roots =
        ProcessHandle.allProcesses()
            .filter(process -> line(process).contains(marker))
            .filter(process -> !line(process).contains("dev.harrier.server.Main"));
    return new Workers(
        roots
            .flatMap(root -> Stream.concat(Stream.of(root), root.descendants()))
            .distinct()
            .toList());
  }

  private static String line(ProcessHandle process) {
    return process.info().commandLine().orElse("");
  }

  /** Those that run a task right now. */
  List<ProcessHandle> leaves() {
    return all.stream()
        .filter(process -> process.children().findAny().isEmpty())
        .filter(process -> depth(process) > depthOfParents())
        .toList();
  }

  /** Those of which the tasks' processes are forked. */
  List<ProcessHandle> parents() {
    return all.stream().filter(process -> depth(process) == depthOfParents()).toList();
  }

  private long depthOfParents() {
    // bubblewrap stays as the parent of what it holds.
    return all.stream().anyMatch(process -> line(process).contains("bwrap")) ? 1 : 0;
  }

  private long depth(ProcessHandle process) {
    return Stream.iterate(process.parent(), one -> one.isPresent(), one -> one.get().parent())
        .filter(one -> all.contains(one.get()))
        .count();
  }

  /** Ends them all. */
  void end() {
    all.forEach(ProcessHandle::destroyForcibly);
  }
}

package dev.harrier.server.demo;

import static java.util.Objects.requireNonNull;

import dev.harrier.server.home.ClientSettings;
import dev.harrier.spi.ExecutionId;
import flyteidl.core.Execution.WorkflowExecution;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;

/** Runs the examples on a server through the real pyflyte. */
public final class Demo {
  private static final String PROJECT = "flytesnacks";
  private static final String DOMAIN = "development";
  private static final Pattern EXECUTION = Pattern.compile("executions/([a-z0-9-]+)");

  private final Path clientFile;
  private final Path pyflyte;
  private final Path examples;
  private final PrintStream out;

  /**
   * Makes a demo.
   *
   * @param pyflyte the client, by an absolute path: by a relative one it packs itself along with
   *     the code
   * @param examples the folder of the examples
   */
  public Demo(Path clientFile, Path pyflyte, Path examples, PrintStream out) {
    this.clientFile = requireNonNull(clientFile, "clientFile");
    this.pyflyte = requireNonNull(pyflyte, "pyflyte");
    this.examples = requireNonNull(examples, "examples");
    this.out = requireNonNull(out, "out");
  }

  /** One workflow to run. */
  private record Example(String file, String workflow, List<String> arguments) {}

  private static final List<Example> EXAMPLES =
      List.of(
          new Example("hello/hello.py", "hello", List.of("--name", "world")),
          new Example("stdlib_census/census.py", "census", List.of()));

  /**
   * Runs every example to its end.
   *
   * @param token for looking at what happens
   * @param enough ends it early
   * @return whether all succeeded
   */
  public boolean run(String token, CountDownLatch enough) throws IOException, InterruptedException {
    try (var api = new ApiClient(ClientSettings.read(clientFile), token)) {
      var all = true;
      for (var example : EXAMPLES) {
        if (enough.getCount() == 0) {
          return false;
        }
        all &= run(example, api, enough);
      }
      return all;
    }
  }

  private boolean run(Example example, ApiClient api, CountDownLatch enough)
      throws IOException, InterruptedException {
    var command = command(example);
    out.printf("%n$ %s%n", String.join(" ", command));
    out.flush();
    var name = submit(command);
    if (name.isEmpty()) {
      return false;
    }
    var id = new ExecutionId(PROJECT, DOMAIN, name);
    var execution = new Progress(api, out).watch(id, enough);
    var closure = execution.getClosure();
    var seconds = closure.getDuration().getSeconds() + closure.getDuration().getNanos() / 1e9;
    out.printf("  execution %s: %s in %.2f s%n", name, closure.getPhase(), seconds);
    if (closure.getPhase() != WorkflowExecution.Phase.SUCCEEDED) {
      out.println(closure.getError().getMessage());
      return false;
    }
    api.data(id).getFullOutputs().getLiteralsMap().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            output ->
                out.printf("    %s = %s%n", output.getKey(), LiteralText.of(output.getValue())));
    out.flush();
    return true;
  }

  /** The command as a user would type it. */
  private List<String> command(Example example) {
    var command = new ArrayList<String>();
    command.add(pyflyte.toString());
    command.add("--config");
    command.add(clientFile.toString());
    command.add("run");
    command.add("--remote");
    command.add(examples.resolve(example.file()).toString());
    command.add(example.workflow());
    command.addAll(example.arguments());
    return command;
  }

  /**
   * Runs pyflyte; the name of the execution that it made, or empty after its own words if it made
   * none.
   */
  private String submit(List<String> command) throws IOException, InterruptedException {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.directory(examples.toFile());
    // A user's own client settings must not lead the demo elsewhere.
    builder.environment().keySet().removeIf(name -> name.startsWith("FLYTE"));
    var process = builder.start();
    process.getOutputStream().close();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    var exit = process.waitFor();
    var execution = EXECUTION.matcher(said);
    if (exit != 0 || !execution.find()) {
      out.print(said);
      out.printf("pyflyte ended with exit code %d%n", exit);
      return "";
    }
    return execution.group(1);
  }
}

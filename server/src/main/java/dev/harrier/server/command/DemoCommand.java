package dev.harrier.server.command;

import dev.harrier.server.Wiring;
import dev.harrier.server.config.ConfigurationException;
import dev.harrier.server.config.ServerRole;
import dev.harrier.server.demo.Demo;
import dev.harrier.server.home.Home;
import dev.harrier.server.log.Logs;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Serves, and runs the examples. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Starts a server, runs the example workflows on it through pyflyte, and shows each node's progress.",
      "Stays until Ctrl-C, so that you can go on with your own workflow."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the examples succeeded",
      "1:an example failed, or the server could not start; the reason is on standard error",
      "2:a wrong option or setting, or Harrier runs already on this home"
    })
public final class DemoCommand implements Callable<Integer> {
  @Mixin private final HomeOption home = new HomeOption();
  @Mixin private final ServerOptions options = new ServerOptions();

  @Option(names = "--exit", description = "Stop after the run.")
  private boolean exit;

  @Option(
      names = "--examples",
      paramLabel = "DIR",
      description = "Where the examples are. Default: $HARRIER_EXAMPLES, else ./examples.")
  private @Nullable Path examples;

  @Override
  public Integer call() throws Exception {
    var config = options.read(home.folder(), System.getenv());
    if (config.role() != ServerRole.ALL) {
      throw new ConfigurationException(
          "role: expected all, as the demo is one process, found "
              + config.role().toString().toLowerCase(Locale.ROOT));
    }
    var folder = examples();
    var logs = Logs.start(config.log());
    var told = new CountDownLatch(1);
    var stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> StartCommand.stop(told, stopped), "harrier-stop"));
    var out = System.out;
    try (var held = Home.open(home.folder());
        var server = Wiring.start(config, held)) {
      out.println("Harrier is ready on " + server.url());
      out.flush();
      var pyflyte = server.pyflyte().orElseThrow();
      var demo = new Demo(server.clientFile(), pyflyte, folder, out);
      var succeeded = demo.run(TokenCommand.token(server.clientFile()), told);
      out.println();
      out.println(
          succeeded ? "Every example succeeded." : "An example did not succeed; see above.");
      if (!exit && told.getCount() > 0) {
        out.println(next(server.url().toString(), server.clientFile(), pyflyte));
        out.flush();
        told.await();
        out.println("Stopping; tasks that run go on and are found again at the next start.");
      }
      out.flush();
      return succeeded ? 0 : 1;
    } finally {
      // The level of a logger holds only as long as somebody refers to it.
      Reference.reachabilityFence(logs);
      stopped.countDown();
    }
  }

  private Path examples() throws IOException {
    var folder =
        Optional.ofNullable(examples)
            .or(() -> Optional.ofNullable(System.getenv("HARRIER_EXAMPLES")).map(Path::of))
            .orElse(Path.of("examples"))
            .toAbsolutePath()
            .normalize();
    if (!Files.isDirectory(folder)) {
      throw new IOException(
          "There is no folder %s with examples; name it with --examples.".formatted(folder));
    }
    return folder;
  }

  private static String next(String url, Path clientFile, Path pyflyte) {
    return """

        The server stays up until Ctrl-C.
          address        %1$s
          configuration  %2$s   (for pyflyte --config and flytectl --config)
        Run a workflow of your own:
          %3$s --config %2$s run --remote your_workflow.py your_workflow --x 3
        """
        .formatted(url, clientFile, pyflyte);
  }
}

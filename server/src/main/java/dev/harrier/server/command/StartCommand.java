package dev.harrier.server.command;

import dev.harrier.server.PropellerWiring;
import dev.harrier.server.Wiring;
import dev.harrier.server.config.HarrierConfig;
import dev.harrier.server.config.ServerRole;
import dev.harrier.server.home.Home;
import dev.harrier.server.log.Logs;
import java.io.IOException;
import java.lang.ref.Reference;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Serves in the foreground until it is told to stop. */
@Command(
    name = "start",
    mixinStandardHelpOptions = true,
    description = {
      "Serves Flyte's API on loopback, runs workflows, and stays until Ctrl-C.",
      "Prints its address and writes client.yaml for pyflyte and flytectl into the home."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "130 or 143:stopped by Ctrl-C or SIGTERM",
      "1:could not start; the reason is on standard error",
      "2:a wrong option or setting, or Harrier runs already on this home"
    })
public final class StartCommand implements Callable<Integer> {
  @Mixin private final HomeOption home = new HomeOption();
  @Mixin private final ServerOptions options = new ServerOptions();

  @Override
  public Integer call() throws Exception {
    var config = options.read(home.folder(), System.getenv());
    var logs = Logs.start(config.log());
    var told = new CountDownLatch(1);
    var stopped = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(told, stopped), "harrier-stop"));
    try (var held = Home.open(home.folder())) {
      if (config.role() == ServerRole.PROPELLER) {
        runEngine(config, held, told);
      } else {
        serve(config, held, told);
      }
    } finally {
      // The level of a logger holds only as long as somebody refers to it.
      Reference.reachabilityFence(logs);
      stopped.countDown();
    }
    return 0;
  }

  private static void serve(HarrierConfig config, Home held, CountDownLatch told)
      throws IOException, InterruptedException {
    try (var server = Wiring.start(config, held)) {
      var out = System.out;
      out.println("Harrier is ready on " + server.url());
      out.println("  configuration  " + server.clientFile());
      out.println("  metrics        " + server.metricsUrl() + "/metrics");
      server.internalUrl().ifPresent(url -> out.println("  propellers     " + url));
      server
          .pyflyte()
          .ifPresent(
              pyflyte ->
                  out.println(
                      "  try            %s --config %s run --remote ..."
                          .formatted(pyflyte, server.clientFile())));
      server
          .firstAdministrator()
          .ifPresent(
              link ->
                  out.println(
                      "  first user     " + link + " (an administrator; good once, for a day)"));
      out.flush();
      told.await();
      sayGoodbye();
    }
  }

  private static void runEngine(HarrierConfig config, Home held, CountDownLatch told)
      throws IOException, InterruptedException {
    try (var propeller = PropellerWiring.start(config, held)) {
      var out = System.out;
      out.println("Harrier's propeller waits for admin at " + config.admin().url());
      out.println("  metrics        " + propeller.metricsUrl() + "/metrics");
      out.flush();
      if (propeller.awaitAdmin(told)) {
        out.println("Harrier's propeller is ready");
        out.flush();
        told.await();
      }
      sayGoodbye();
    }
  }

  private static void sayGoodbye() {
    System.out.println("Stopping; tasks that run go on and are found again at the next start.");
    System.out.flush();
  }

  /** Tells the main thread to close everything, and waits until it has. */
  static void stop(CountDownLatch told, CountDownLatch stopped) {
    told.countDown();
    try {
      // The process ends when its hooks have; so this one waits for the main thread's closing.
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package dev.harrier.server;

import dev.harrier.server.command.HarrierCommand;
import dev.harrier.server.config.ConfigurationException;
import dev.harrier.server.home.HomeInUseException;
import dev.harrier.server.home.NewerHomeException;
import dev.harrier.server.log.LastingLogManager;
import dev.harrier.server.port.PortInUseException;
import dev.harrier.server.safety.RefusedStartException;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.StoreUnavailableException;
import java.io.IOException;
import picocli.CommandLine;

/** Where the program begins. */
public final class Main {
  private static final int FAILED = 1;
  private static final int MISUSED = 2;

  private Main() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    // Before anybody logs: the JDK's own manager forgets its handlers at the first sign of an end.
    System.setProperty("java.util.logging.manager", LastingLogManager.class.getName());
    System.exit(run(arguments));
  }

  /** Runs a command. */
  static int run(String... arguments) {
    var line = new CommandLine(new HarrierCommand());
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          command.getErr().println(sentence(failure));
          command.getErr().flush();
          return exitCode(failure);
        });
    if (arguments.length == 0) {
      line.usage(System.err);
      return MISUSED;
    }
    return line.execute(arguments);
  }

  private static int exitCode(Exception failure) {
    return switch (failure) {
      case HomeInUseException inUse -> MISUSED;
      case ConfigurationException wrong -> MISUSED;
      case RefusedStartException refused -> MISUSED;
      default -> FAILED;
    };
  }

  // A sentence for whom it concerns; a trace only where we are wrong ourselves.
  private static String sentence(Exception failure) {
    return switch (failure) {
      case HomeInUseException expected -> "harrier: " + expected.getMessage();
      case NewerHomeException expected -> "harrier: " + expected.getMessage();
      case PortInUseException expected -> "harrier: " + expected.getMessage();
      case ConfigurationException expected -> "harrier: " + expected.getMessage();
      case RefusedStartException expected -> "harrier: " + expected.getMessage();
      case StoreUnavailableException expected -> "harrier: " + expected.getMessage();
      case RejectedException expected -> "harrier: " + expected.getMessage();
      case IOException expected -> "harrier: " + expected.getMessage();
      default -> {
        var trace = new java.io.StringWriter();
        failure.printStackTrace(new java.io.PrintWriter(trace));
        yield "harrier: failed on its own side\n" + trace;
      }
    };
  }
}

package dev.harrier.bench.engine;

import dev.harrier.propeller.Propeller;
import dev.harrier.propeller.PropellerSettings;
import dev.harrier.propeller.loop.LoopMeter;
import dev.harrier.server.role.AdminLine;
import dev.harrier.testkit.DiscardingBlobStore;
import dev.harrier.testkit.InstantRuntime;
import dev.harrier.testkit.Values;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A propeller as a process of its own: the engine of {@link WholeEngine} on the journal of an admin
 * elsewhere, with tasks that end at once. It ends when its standard input does.
 */
public final class PropellerProcess {
  static final String READY = "ready";

  private PropellerProcess() {}

  /**
   * Runs one until its standard input ends.
   *
   * @param arguments where admin's internal port is
   */
  public static void main(String[] arguments) throws IOException {
    try (var line = AdminLine.with(URI.create(arguments[0]), new Unproven());
        var propeller =
            new Propeller(
                line.journal(line.describe().getShardCount()),
                new InstantRuntime(Values.of("o", "1")),
                new DiscardingBlobStore(),
                InstantSource.system(),
                "bench/" + UUID.randomUUID(),
                PropellerSettings.defaults(),
                LoopMeter.none())) {
      propeller.start();
      System.out.println(READY);
      System.out.flush();
      var ended = System.in.read();
      if (ended != -1) {
        throw new IllegalStateException("expected nothing on standard input, found " + ended);
      }
    }
    // The client's threads would keep the process a while.
    System.exit(0);
  }

  /** The command line of one, with the options of this process. */
  static List<String> line(URI admin) {
    var line = new ArrayList<String>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    line.addAll(List.of("-cp", System.getProperty("java.class.path")));
    line.addAll(List.of(PropellerProcess.class.getName(), admin.toString()));
    return List.copyOf(line);
  }

  /** Shows no credentials: the bench's admin believes whoever calls. */
  private static final class Unproven implements ClientInterceptor {
    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(
        MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
      return next.newCall(method, options);
    }
  }
}

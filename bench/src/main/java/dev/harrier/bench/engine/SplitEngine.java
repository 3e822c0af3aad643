package dev.harrier.bench.engine;

import dev.harrier.admin.journal.CommandExchange;
import dev.harrier.admin.journal.PostgresJournal;
import dev.harrier.bench.engine.WholeEngine.Wave;
import dev.harrier.bench.measure.ProcessCpu;
import dev.harrier.database.Database;
import dev.harrier.journal.JournalRpc;
import dev.harrier.journal.Propellers;
import dev.harrier.journal.RemoteJournal;
import dev.harrier.security.Caller;
import dev.harrier.security.policy.PolicyAccess;
import dev.harrier.security.policy.PolicyIndex;
import dev.harrier.security.policy.PolicyReader;
import dev.harrier.server.config.ConfigReader;
import dev.harrier.server.port.InternalPort;
import dev.harrier.server.rpc.ErrorAnswers;
import flyteidl.core.Compiler.CompiledWorkflowClosure;
import flyteidl.core.Literals.LiteralMap;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Admin's end of the journal in this process, behind its internal port, and a propeller as a
 * process of its own that calls it. All of admin's checks of a propeller are made; only who calls
 * is believed, which costs a part of a microsecond where it is proven.
 */
final class SplitEngine implements AutoCloseable {
  private static final String ISSUER = "http://bench";
  private static final Caller PROPELLER = Caller.of(ISSUER, "sa:bench");
  private static final PolicyIndex POLICY =
      PolicyIndex.of(
          PolicyReader.read(
              """
              apiVersion: authz/v1
              bindings:
                - {name: bench, subjects: ["sa:bench"], role: propeller, scope: {project: "*"}}
              """));
  private static final Duration LOOK = Duration.ofMillis(5);
  private static final int STOP_SECONDS = 30;

  private final CommandExchange exchange = new CommandExchange();
  private final ExecutionRows rows;
  private final InternalPort port;
  private final Process process;

  private SplitEngine(Database database) throws IOException {
    var journal = new PostgresJournal(database.engine(), exchange, () -> {}).comparing();
    this.rows = new ExecutionRows(database.api(), journal.shardCount());
    this.port =
        InternalPort.of(
            ConfigReader.read(Optional.empty(), Map.of(), Map.of("server.internal.port", "0"))
                .server(),
            Optional.empty(),
            List.of(rpc(journal)),
            List.of(),
            RemoteJournal.MESSAGE_BYTES_MAX,
            new SimpleMeterRegistry());
    port.start();
    this.process =
        new ProcessBuilder(PropellerProcess.line(port.url()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
  }

  /** Starts both; the propeller has told that it works. */
  static SplitEngine start(Database database) throws IOException {
    var engine = new SplitEngine(database);
    try {
      engine.awaitReady();
      return engine;
    } catch (IOException | RuntimeException failed) {
      engine.close();
      throw failed;
    }
  }

  private static ServerServiceDefinition rpc(PostgresJournal journal) {
    var access = new PolicyAccess(ISSUER, subject -> false, () -> POLICY);
    var propellers = new Propellers(access, subject -> false, journal::heldBy, System::nanoTime);
    return ServerInterceptors.interceptForward(
        new JournalRpc(journal, propellers, URI.create(ISSUER)),
        List.of(new ErrorAnswers(), new Believed()));
  }

  private void awaitReady() throws IOException {
    var output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    var said = output.readLine();
    if (!PropellerProcess.READY.equals(said)) {
      throw new IOException("the propeller did not start, it said: " + said);
    }
  }

  /** Keeps a graph, under a name that is returned. */
  String keep(CompiledWorkflowClosure closure) {
    return rows.keep(closure);
  }

  /** Makes executions of a graph; they wait for {@link #release}. */
  Wave make(int executions, String graph, LiteralMap inputs) {
    return new Wave(rows.create(executions, graph, inputs));
  }

  /** Tells the propeller of executions, as the API does right after its commit. */
  void release(Wave wave) {
    exchange.handOver(wave.commands());
  }

  /**
   * Returns when all executions of a wave have succeeded.
   *
   * @throws IllegalStateException if they take longer than the limit
   */
  void awaitEnd(Wave wave, Duration limit) throws InterruptedException {
    var ends = System.nanoTime() + limit.toNanos();
    var first = wave.commands().getFirst().ref().key();
    var last = wave.commands().getLast().ref().key();
    while (rows.succeeded(first, last) < wave.commands().size()) {
      if (System.nanoTime() - ends > 0 || !process.isAlive()) {
        throw new IllegalStateException(
            "expected the executions to end within %s; the propeller %s"
                .formatted(limit, process.isAlive() ? "goes on" : "has ended"));
      }
      Thread.sleep(LOOK);
    }
  }

  /** Processor time of the propeller's process so far, in milliseconds. */
  double propellerMillis() {
    return ProcessCpu.ownMillis(process.pid());
  }

  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException gone) {
      process.destroyForcibly();
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    } finally {
      port.close();
    }
  }

  /** Takes every caller for the bench's propeller. */
  private static final class Believed implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      return Contexts.interceptCall(PROPELLER.bound(), call, headers, next);
    }
  }
}

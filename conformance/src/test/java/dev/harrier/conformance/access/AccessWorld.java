package dev.harrier.conformance.access;

import static java.util.Objects.requireNonNull;

import dev.harrier.conformance.Places;
import dev.harrier.engine.OwnDatabases;
import dev.harrier.security.policy.PolicyAccess;
import dev.harrier.security.policy.PolicyIndex;
import dev.harrier.security.policy.PolicyReader;
import dev.harrier.security.token.SigningKeys;
import dev.harrier.security.token.TokenIssuer;
import dev.harrier.server.RunningHarrier;
import dev.harrier.server.Wiring;
import dev.harrier.server.config.ConfigReader;
import dev.harrier.server.home.ClientSettings;
import dev.harrier.server.home.Home;
import dev.harrier.spi.AttemptId;
import flyteidl.admin.ExecutionOuterClass.WorkflowExecutionGetRequest;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Hands one server with the tests' policy to all tests of this package; it has things in three
 * places and a token for every sort of caller.
 */
final class AccessWorld implements ParameterResolver {
  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == World.class;
  }

  @Override
  public World resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(Namespace.create(AccessWorld.class))
        .getOrComputeIfAbsent(World.class, unused -> World.open(), World.class);
  }

  /** A server, and who calls it. */
  static final class World implements AutoCloseable {
    private static final Duration LIFETIME = Duration.ofHours(1);

    private final Path folder;
    private final Home home;
    private final RunningHarrier harrier;
    private final TokenIssuer tokens;
    private final SigningKeys keys;
    private final Map<Place, AttemptId> sleepers = new HashMap<>();

    private World(Path folder, Map<String, String> settings) throws IOException {
      this(folder, settings, Optional.empty());
    }

    private World(Path folder, Map<String, String> settings, Optional<Path> file)
        throws IOException {
      this.folder = folder;
      this.home = Home.open(folder.resolve("home"));
      Files.writeString(home.accessPolicy(), policyText());
      var flags = new HashMap<>(settings);
      flags.put("server.port", "0");
      flags.put("server.metricsPort", "0");
      // These tests ask more in a minute than any caller should.
      for (var limit :
          List.of("callsPerSecond", "burst", "anonymousCallsPerSecond", "anonymousBurst")) {
        flags.put("server.callerLimits." + limit, "1000000");
      }
      flags.put("tasks.python", Places.python().toString());
      OwnDatabases.create().ifPresent(url -> flags.put("database.url", url));
      this.harrier = Wiring.start(ConfigReader.read(file, Map.of(), flags), home);
      this.keys = SigningKeys.open(home.security().resolve("signing-key.json"), Clock.systemUTC());
      this.tokens = new TokenIssuer(issuer(), keys, Clock.systemUTC());
    }

    static World open() {
      try {
        // Short: the path of a Unix socket in it has 108 bytes at most.
        var world = new World(Files.createTempDirectory("ha"), Map.of());
        try {
          world.populate();
        } catch (AssertionError e) {
          world.close();
          throw e;
        }
        return world;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Another server, with nothing in it, which keeps its policy in the database. */
    static World withPolicyInDatabase() throws IOException {
      return new World(Files.createTempDirectory("ha"), Map.of("auth.policy", "database"));
    }

    /** Another server with the same things in it, and a configuration of its own. */
    static World withFile(Path file) throws IOException {
      var world = new World(Files.createTempDirectory("ha"), Map.of(), Optional.of(file));
      world.populate();
      return world;
    }

    /** The text of every file of the audit log, also after the end of the server. */
    String audit() throws IOException {
      var text = new StringBuilder();
      try (var files = Files.list(home.audit())) {
        for (var file : files.filter(Files::isRegularFile).toList()) {
          text.append(Files.readString(file));
        }
      }
      return text.toString();
    }

    /** The id of the client that the home comes with, which administers. */
    String administrator() {
      try {
        return ClientSettings.read(home.clientFile()).clientId();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** The policy in force. */
    static String policyText() {
      return resource("access.yaml");
    }

    /** A file beside this class. */
    static String resource(String name) {
      try (var file = AccessWorld.class.getResourceAsStream(name)) {
        if (file == null) {
          throw new AssertionError("There is no resource " + name);
        }
        return new String(file.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** An evaluator of the same policy, to be asked without a server. */
    PolicyAccess decisions() {
      var index = PolicyIndex.of(PolicyReader.read(policyText()));
      return new PolicyAccess(issuer(), subject -> false, () -> index);
    }

    String issuer() {
      return harrier.url().toString();
    }

    RunningHarrier harrier() {
      return harrier;
    }

    SigningKeys keys() {
      return keys;
    }

    /** A token of a program of that name. */
    String token(String clientId) {
      return tokens.forClient(clientId, Set.of("all"), LIFETIME).value().reveal();
    }

    /** A token of a task that runs in {@link Place#OWN}. */
    String taskToken() {
      return taskToken(Place.OWN);
    }

    /** A token of a task that runs in a place where there is one. */
    String taskToken(Place place) {
      return tokens.forAttempt(requireNonNull(sleepers.get(place)), LIFETIME).value().reveal();
    }

    /** A token that says whatever it is told to, signed by the server's own key. */
    String tokenOf(String subject) {
      return tokens
          .forGrant(
              "", subject, dev.harrier.security.Strength.UNKNOWN, "any", Set.of("all"), LIFETIME)
          .value()
          .reveal();
    }

    GrpcCalls nobody() {
      return new GrpcCalls(harrier.url(), Optional.empty());
    }

    /** Calls by a program of that name. */
    GrpcCalls as(String clientId) {
      return withToken(token(clientId));
    }

    GrpcCalls withToken(String token) {
      return new GrpcCalls(harrier.url(), Optional.of(token));
    }

    HttpCalls http(Optional<String> token) {
      return new HttpCalls(harrier.url(), token);
    }

    Requests requests(Place place) {
      return new Requests(place, blobs());
    }

    /** How the addresses of blobs begin. */
    String blobs() {
      return home.blobs().toAbsolutePath().toString();
    }

    private void populate() {
      var root = as("root");
      for (var place : List.of(Place.OWN, Place.OTHER_DOMAIN, Place.FOREIGN, Place.CORVUS)) {
        var requests = requests(place);
        if (!place.equals(Place.OTHER_DOMAIN)) {
          done(root, requests, "AdminService/RegisterProject");
        }
        for (var name :
            List.of(
                "CreateTask",
                "CreateWorkflow",
                "CreateLaunchPlan",
                "UpdateLaunchPlan",
                "UpdateNamedEntity",
                "CreateExecution")) {
          done(root, requests, "AdminService/" + name);
        }
        awaitEnd(root, requests);
      }
      for (var place : List.of(Place.OWN, Place.CORVUS)) {
        sleepers.put(place, Sleeper.start(root, place));
      }
    }

    private static void done(GrpcCalls caller, Requests requests, String method) {
      var rpc = Rpcs.of(method);
      var answer = caller.call(rpc, requests.of(rpc, ""));
      if (answer.code() != Status.Code.OK) {
        throw new AssertionError("%s: %s".formatted(method, answer.text()));
      }
    }

    /** No runtime takes the task, so the execution fails within moments. */
    private static void awaitEnd(GrpcCalls caller, Requests requests) {
      var rpc = Rpcs.of("AdminService/GetExecution");
      var request = (WorkflowExecutionGetRequest) requests.of(rpc, "");
      var deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (!caller.call(rpc, request).text().contains("phase: FAILED")) {
        if (System.nanoTime() > deadline) {
          throw new AssertionError("The execution did not end: " + caller.call(rpc, request));
        }
        java.util.concurrent.locks.LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
      }
    }

    @Override
    public void close() {
      harrier.close();
      try (home) {
        var files = new ArrayList<Path>();
        try (var all = Files.walk(folder)) {
          all.sorted(Comparator.reverseOrder()).forEach(files::add);
        }
        for (var file : files) {
          Files.deleteIfExists(file);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}

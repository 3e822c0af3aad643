package dev.harrier.server.command;

import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import dev.harrier.security.policy.Circumstances;
import dev.harrier.security.policy.Explanation;
import dev.harrier.security.policy.Policy;
import dev.harrier.security.policy.PolicyException;
import dev.harrier.security.policy.PolicyReader;
import dev.harrier.security.policy.SubjectNames;
import dev.harrier.security.policy.Verdict;
import dev.harrier.server.config.ConfigurationException;
import dev.harrier.server.home.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a policy's author asks before it is in force. Needs no running server. */
@Command(
    name = "access",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Checks an access policy and explains what it decides. The server need not run; one that does takes",
      "a sound change of access.yaml in its home within a second, and leaves the old one in force otherwise.",
      "",
      "  harrier access lint                    is the policy sound?",
      "  harrier access test                    does it decide as its own tests expect?",
      "  harrier access why user:ada execution:create --project team-a --domain production",
      "  harrier access who-can execution:create --project team-a --domain production"
    })
public final class AccessCommand {
  /** Which policy. */
  static final class PolicyOption {
    @Mixin private final HomeOption home = new HomeOption();

    @Option(
        names = "--policy",
        paramLabel = "FILE",
        description = "The policy to ask. Default: access.yaml in the home.")
    private @Nullable Path file;

    private Policy read() throws IOException {
      var path = file == null ? Home.accessPolicy(home.folder()) : file;
      if (!Files.isRegularFile(path)) {
        throw new IOException(
            "There is no policy %s; without one administrators may do everything and nobody else anything."
                .formatted(path));
      }
      try {
        return PolicyReader.read(Files.readString(path));
      } catch (PolicyException unsound) {
        throw new IOException(
            "%s is not sound:\n  %s".formatted(path, String.join("\n  ", unsound.findings())),
            unsound);
      }
    }
  }

  /** Where it is asked for. */
  static final class ScopeOption {
    @Option(names = "--project", paramLabel = "ID", description = "Default: the whole platform.")
    private @Nullable String project;

    @Option(names = "--domain", paramLabel = "ID", description = "Default: all of the project.")
    private @Nullable String domain;

    private Scope scope() {
      if (project == null) {
        if (domain != null) {
          throw new ConfigurationException("--domain: expected --project beside it, found none");
        }
        return Scope.platform();
      }
      return domain == null ? Scope.of(project) : Scope.of(project, domain);
    }
  }

  @Command(
      name = "lint",
      mixinStandardHelpOptions = true,
      description = "Says all that is wrong with a policy.")
  int lint(@Mixin PolicyOption policy) throws IOException {
    var sound = policy.read();
    System.out.printf(
        "The policy is sound: %d bindings, %d denies, %d tests.%n",
        sound.bindings().size(), sound.denies().size(), sound.tests().size());
    var now = Instant.now();
    for (var binding : sound.bindings()) {
      if (binding.until().filter(until -> until.isBefore(now)).isPresent()) {
        System.out.printf(
            "binding '%s' ended at %s and can go.%n", binding.name(), binding.until().get());
      }
    }
    return 0;
  }

  @Command(
      name = "test",
      mixinStandardHelpOptions = true,
      description = "Runs the tests that a policy has of itself.")
  int test(@Mixin PolicyOption policy) throws IOException {
    var sound = policy.read();
    var failures = Explanation.failures(sound, Instant.now());
    failures.forEach(System.out::println);
    System.out.printf("%d tests, %d failed.%n", sound.tests().size(), failures.size());
    return failures.isEmpty() ? 0 : 1;
  }

  @Command(
      name = "why",
      description = "Explains a decision; exit code 0 if it is allowed, 1 if not.")
  int why(
      @Mixin PolicyOption policy,
      @Parameters(
              index = "0",
              arity = "1",
              paramLabel = "SUBJECTS",
              split = ",",
              description = "All names of one caller: user:ada,group:ml")
          List<String> subjects,
      @Parameters(index = "1", paramLabel = "PERMISSION", description = "Such as execution:create.")
          String permission,
      @Mixin ScopeOption scope)
      throws IOException {
    for (var subject : subjects) {
      if (!SubjectNames.wellFormed(subject)) {
        throw new ConfigurationException(
            "expected user:<name>, group:<name>, sa:<client> or task:<project>/<domain>/*, found '%s'"
                .formatted(subject));
      }
    }
    var names = SubjectNames.completed(subjects);
    var asked = scope.scope();
    var word = parsed(permission);
    var explanation =
        Explanation.of(policy.read(), names, word, asked, Circumstances.at(Instant.now()));
    System.out.printf("%s on %s: %s%n", word, asked, words(explanation.verdict()));
    explanation.steps().forEach(step -> System.out.println("  " + step));
    if (explanation.steps().isEmpty()) {
      System.out.println("  no binding and no deny is about " + String.join(", ", subjects));
    }
    if (!explanation.roles().isEmpty()) {
      System.out.println(
          "  these roles would allow it: "
              + explanation.roles().stream().collect(Collectors.joining(", ")));
    }
    return explanation.verdict() == Verdict.DENIED ? 1 : 0;
  }

  @Command(
      name = "who-can",
      mixinStandardHelpOptions = true,
      description = "Lists the subjects that may do something.")
  int whoCan(
      @Mixin PolicyOption policy,
      @Parameters(paramLabel = "PERMISSION", description = "Such as execution:create.")
          String permission,
      @Mixin ScopeOption scope)
      throws IOException {
    Explanation.whoCan(
            policy.read(), parsed(permission), scope.scope(), Circumstances.at(Instant.now()))
        .forEach(System.out::println);
    return 0;
  }

  private static Permission parsed(String word) {
    try {
      return PolicyReader.permission(word);
    } catch (IllegalArgumentException unknown) {
      throw new ConfigurationException(String.valueOf(unknown.getMessage()));
    }
  }

  private static String words(Verdict verdict) {
    return switch (verdict) {
      case ALLOWED -> "allowed";
      case ON_OWN -> "allowed on one's own things";
      case ON_OTHERS -> "allowed on things of others";
      case DENIED -> "denied";
    };
  }
}

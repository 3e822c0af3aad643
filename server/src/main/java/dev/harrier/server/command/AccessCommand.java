package dev.harrier.server.command;

import dev.harrier.security.Permission;
import dev.harrier.security.Scope;
import dev.harrier.security.policy.Circumstances;
import dev.harrier.security.policy.Explanation;
import dev.harrier.security.policy.Policy;
import dev.harrier.security.policy.PolicyDifference;
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
import java.util.Set;
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
      "  harrier access who-can execution:create --project team-a --domain production",
      "  harrier access simulate --policy new.yaml        which decisions would change?",
      "",
      "These ask the server that runs on the home, wherever its policy lives:",
      "",
      "  harrier access get > policy.yaml",
      "  harrier access put --dry-run policy.yaml",
      "  harrier access put policy.yaml"
    })
public final class AccessCommand {
  private static final String ADMINISTRATORS =
      "(Besides, whoever administers the installation may, unless a deny says otherwise; the server knows them.)";

  /** Which policy. */
  static final class PolicyOption {
    @Mixin private final HomeOption home = new HomeOption();

    @Option(
        names = "--policy",
        paramLabel = "FILE",
        description = "The policy to ask. Default: access.yaml in the home.")
    private @Nullable Path file;

    private Policy read() throws IOException {
      return AccessCommand.read(file == null ? Home.accessPolicy(home.folder()) : file);
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
        Explanation.of(
            policy.read(),
            names,
            Explanation.UNKNOWN_ADMINISTRATORS,
            word,
            asked,
            Circumstances.at(Instant.now()));
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
    System.out.println(ADMINISTRATORS);
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
            policy.read(),
            Set.of(),
            parsed(permission),
            scope.scope(),
            Circumstances.at(Instant.now()))
        .forEach(System.out::println);
    System.out.println(ADMINISTRATORS);
    return 0;
  }

  @Command(
      name = "simulate",
      mixinStandardHelpOptions = true,
      description = "Says which decisions another policy would change. Needs no server.")
  int simulate(
      @Mixin HomeOption home,
      @Option(
              names = "--policy",
              paramLabel = "NEW",
              required = true,
              description = "The policy to try.")
          Path next,
      @Option(
              names = "--against",
              paramLabel = "OLD",
              description =
                  "The one to compare it with. Default: access.yaml in the home, or none if there is none.")
          @Nullable Path old)
      throws IOException {
    var own = Home.accessPolicy(home.folder());
    // A home without a policy has one that gives nobody anything: the first is compared with that.
    var before = old == null && !Files.exists(own) ? Policy.EMPTY : read(old == null ? own : old);
    var policy = read(next);
    print(PolicyDifference.between(before, policy, Instant.now()));
    var failures = Explanation.failures(policy, Instant.now());
    failures.forEach(System.out::println);
    return failures.isEmpty() ? 0 : 1;
  }

  @Command(
      name = "get",
      mixinStandardHelpOptions = true,
      description = "Prints the policy of the server that runs on the home, as it was written.")
  int get(@Mixin HomeOption home) throws IOException, InterruptedException {
    var found = new ServerPolicy(home.server()).get();
    System.out.print(found.text());
    // Beside the text, so that this can go into a file.
    System.err.println(
        found.etag().isEmpty()
            ? "There is no policy in %s yet.".formatted(found.source())
            : "etag %s, in %s".formatted(found.etag(), found.source()));
    found.findings().forEach(finding -> System.err.println("not in force: " + finding));
    return 0;
  }

  @Command(
      name = "put",
      mixinStandardHelpOptions = true,
      description = {
        "Replaces the policy of the server that runs on the home, and says what that changes.",
        "With --etag only that of the text it was made from: what somebody else changed since is not lost."
      })
  int put(
      @Mixin HomeOption home,
      @Option(names = "--dry-run", description = "Says what would change, and changes nothing.")
          boolean dryRun,
      @Option(
              names = "--etag",
              paramLabel = "ETAG",
              description = "Of the policy to replace. Default: the one that is there.")
          @Nullable String etag,
      @Parameters(paramLabel = "FILE", description = "The new policy.") Path file)
      throws IOException, InterruptedException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("There is no policy %s.".formatted(file));
    }
    var server = new ServerPolicy(home.server());
    var replaced = etag == null ? server.get().etag() : etag;
    var change = server.put(Files.readString(file), replaced, dryRun);
    System.out.printf(
        dryRun ? "%s would take the place of %s:%n" : "%s took the place of %s:%n",
        change.etag(),
        replaced.isEmpty() ? "no policy" : replaced);
    print(new PolicyDifference(change.changes(), change.more(), change.remarks()));
    change.findings().forEach(System.out::println);
    return 0;
  }

  private static void print(PolicyDifference difference) {
    difference.changes().forEach(System.out::println);
    if (difference.changes().isEmpty()) {
      System.out.println("No decision changes.");
    }
    if (difference.more()) {
      System.out.println("... and more.");
    }
    difference.remarks().forEach(remark -> System.out.println("Note: " + remark));
    System.out.println(
        "(Each name by itself, as of now, with nothing known of a call: no address, certificate or login.)");
  }

  private static Policy read(Path path) throws IOException {
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

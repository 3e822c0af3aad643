package dev.harrier.server.command;

import dev.harrier.audit.chain.AuditKey;
import dev.harrier.audit.verify.BrokenLogException;
import dev.harrier.audit.verify.Checkpoint;
import dev.harrier.audit.verify.Checkpoints;
import dev.harrier.audit.verify.LogFolder;
import dev.harrier.audit.verify.LogVerifier;
import dev.harrier.audit.verify.NoteVerifier;
import dev.harrier.server.home.Home;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The audit log: says whether it is what was written, and finds what is hashed in it. */
@Command(
    name = "audit",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Says whether the audit log is what was written, and finds what is hashed in it.")
public final class AuditCommand {
  /** Two seconds: a running server ends a line that it began. */
  private static final int WAITS = 100;

  /** Reads the whole log. */
  @Command(
      name = "verify",
      mixinStandardHelpOptions = true,
      description = {
        "Reads the whole log, also while a server writes it, and names the first record that is not as it was written.",
        "Ends with code 0 if there is none, with 1 if there is one."
      })
  int verify(
      @Mixin HomeOption home,
      @Parameters(
              paramLabel = "DIR",
              arity = "0..1",
              description = "The folder of a copy. Default: the log of the home's server.")
          @Nullable Path folder,
      @Option(
              names = "--key",
              paramLabel = "FILE",
              description =
                  "The public key that you kept elsewhere. Without it the one beside the log is believed, which whoever can write the log could replace.")
          @Nullable Path key,
      @Option(
              names = "--expect-sequence",
              paramLabel = "N",
              description =
                  "A sequence that you know the log reached, e.g. from a sink: less is a log whose end is missing.")
          @Nullable Long expected)
      throws IOException {
    var log = new LogFolder(folder == null ? own(home.folder()) : folder);
    try {
      var verifier = key(key == null ? log.publicKey() : key);
      var found =
          new LogVerifier(log, verifier, WAITS)
              .verify(
                  folder == null ? head(Home.auditHead(home.folder()), verifier) : Optional.empty(),
                  expected == null ? OptionalLong.empty() : OptionalLong.of(expected));
      System.out.printf(
          "The audit log is intact: records %s to %s, signed up to %s by %s.%n",
          found.first(), found.last(), found.signed(), verifier.name());
      return 0;
    } catch (BrokenLogException broken) {
      System.out.printf(
          "The audit log is NOT intact, from sequence %s on. %s%n",
          broken.sequence(), broken.getMessage());
      return 1;
    }
  }

  /** Hashes a value as the log does. */
  @Command(
      name = "hash",
      mixinStandardHelpOptions = true,
      description = {
        "Prints what stands in the audit log for a value that is recorded as a hash, a line for each key.",
        "Look for it: harrier audit hash ada@example.org | grep -rFf - ~/.harrier/audit/"
      })
  int hash(
      @Mixin HomeOption home,
      @Parameters(
              paramLabel = "VALUE",
              description = "A text; - reads one line of the standard input.")
          String value)
      throws IOException {
    var text =
        value.equals("-")
            ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8).stripTrailing()
            : value;
    AuditKey.open(Home.auditKey(home.folder())).hashes().stream()
        .map(hash -> hash.of(text))
        .forEach(System.out::println);
    return 0;
  }

  /** Adds a key for hashes. */
  @Command(
      name = "rotate-hash-key",
      mixinStandardHelpOptions = true,
      description = "Adds a key that hashes values from the server's next start on.")
  int rotateHashKey(@Mixin HomeOption home) throws IOException {
    System.out.printf(
        "%s hashes values from the next start on.%n",
        AuditKey.addHashKey(Home.auditKey(home.folder())));
    return 0;
  }

  /** Forgets a key for hashes. */
  @Command(
      name = "forget-hash-key",
      mixinStandardHelpOptions = true,
      description =
          "Destroys an older key: what it hashed can be found by nobody any more, as if it were deleted.")
  int forgetHashKey(
      @Mixin HomeOption home,
      @Parameters(paramLabel = "KEY", description = "Its name, as in h:KEY:….") String name)
      throws IOException {
    if (!AuditKey.forgetHashKey(Home.auditKey(home.folder()), name)) {
      System.out.printf("There is no key %s.%n", name);
      return 1;
    }
    System.out.printf(
        "%s is gone from this home. Copies of the file audit-key still have it.%n", name);
    return 0;
  }

  private static Path own(Path home) {
    return new ServerOptions()
        .read(home, System.getenv())
        .audit()
        .folder()
        .orElseGet(() -> Home.audit(home));
  }

  private static NoteVerifier key(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          "audit verify: expected the log's public key in %s, found no such file".formatted(file));
    }
    try {
      return NoteVerifier.parse(Checkpoints.text(file));
    } catch (IllegalArgumentException wrong) {
      throw new IOException("audit verify: %s: %s".formatted(file, wrong.getMessage()), wrong);
    }
  }

  private static Optional<Checkpoint> head(Path file, NoteVerifier key)
      throws IOException, BrokenLogException {
    if (!Files.isReadable(file)) {
      return Optional.empty();
    }
    var note = Checkpoints.text(file);
    return Optional.of(
        key.verify(note)
            .orElseThrow(
                () ->
                    new BrokenLogException(
                        1, "%s is not signed by the expected key.".formatted(file))));
  }
}

package dev.harrier.runtime.process;

import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.harrier.runtime.process.folder.Folders;
import dev.harrier.runtime.process.folder.TaskUser;
import dev.harrier.runtime.process.sandbox.Bubblewrap;
import dev.harrier.spi.machine.MachineUser;
import dev.harrier.spi.machine.ShortProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides whom tasks run as where the server is root, and hands over what a home holds. */
public final class TaskUserChoice {
  private static final Logger LOG = LoggerFactory.getLogger(TaskUserChoice.class);
  private static final Duration TRIAL_LIMIT = Duration.ofSeconds(30);

  /** In a view as parents have it: namespaces as they make them for attempts. */
  private static final List<String> TRIAL =
      List.of(
          "unshare", "--user", "--map-root-user", "--mount", "--ipc", "--pid", "--fork", "true");

  private TaskUserChoice() {}

  /**
   * Finds out whether tasks can run as another user, and sees to it that what is in a home belongs
   * to whom they run as. To be called before anything else of the home is opened: parents that an
   * earlier server left to another user end, as their files go away under them.
   *
   * @param wanted where this process is root
   */
  public static TaskUser of(Path home, MachineUser wanted) throws IOException {
    if (!MachineUser.thisIsRoot()) {
      return TaskUser.SERVER;
    }
    var refusal = refusal(home, wanted);
    var owner = refusal.isEmpty() ? wanted : MachineUser.ROOT;
    changeHands(home.toAbsolutePath().normalize().resolve("process"), owner);
    return new TaskUser(Optional.of(owner), refusal);
  }

  private static Optional<String> refusal(Path home, MachineUser wanted) throws IOException {
    var bubblewrap = Bubblewrap.find(home, List.of(), Optional.of(wanted));
    if (bubblewrap.isEmpty()) {
      return Optional.of("bubblewrap is not installed");
    }
    var line =
        new ArrayList<>(bubblewrap.get().forParent(List.of(), List.of(), true, Optional.empty()));
    line.addAll(TRIAL);
    var ended = ShortProgram.of(line, TRIAL_LIMIT).run();
    return ended.succeeded() ? Optional.empty() : Optional.of(ended.reason());
  }

  private static void changeHands(Path process, MachineUser owner) throws IOException {
    // The last of them tells whether all have changed hands.
    var attempts = process.resolve("attempts");
    if (!Files.exists(attempts) || owner.owns(attempts)) {
      return;
    }
    // Theirs were the parents, too, unless they were root's: then there was no wall to keep.
    var former = MachineUser.owner(attempts);
    endParents(
        process.resolve("parents"), former == 0 ? OptionalInt.empty() : OptionalInt.of(former));
    var count = 0L;
    for (var name : List.of("work", "logs", "attempts")) {
      var folder = process.resolve(name);
      count += Files.exists(folder) ? owner.takeAll(folder, never -> false) : 0;
    }
    LOG.info("{} files of attempts now belong to user {}", count, owner.uid());
  }

  private static void endParents(Path parents, OptionalInt former) throws IOException {
    if (!Files.exists(parents)) {
      return;
    }
    List<Path> all;
    try (var folders = Files.list(parents)) {
      all = folders.toList();
    }
    for (var folder : all) {
      try {
        var identity = Folders.text(parents, folder.resolve("identity")).orElse("");
        ParentIdentity.of(JsonParser.parseString(identity).getAsJsonObject()).end(former);
      } catch (JsonParseException | IllegalStateException none) {
        // It never got so far, or a power cut tore its record and ended it.
        LOG.debug("No worker parent in {}", folder, none);
      }
    }
  }
}

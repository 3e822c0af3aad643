package dev.harrier.server;

import dev.harrier.blobstore.BlobOwner;
import dev.harrier.database.EmbeddedPostgres;
import dev.harrier.runtime.process.TaskUserChoice;
import dev.harrier.runtime.process.folder.TaskUser;
import dev.harrier.server.config.ConfigurationException;
import dev.harrier.server.config.HarrierConfig;
import dev.harrier.server.config.ServerRole;
import dev.harrier.server.home.Home;
import dev.harrier.spi.RejectedException;
import dev.harrier.spi.machine.MachineUser;
import java.io.IOException;
import java.util.Optional;

/** The users as whom a server that runs as root starts what is not to be root. */
final class OtherUsers {
  private OtherUsers() {}

  /** Whom tasks run as; their files in the home belong to that one when this returns. */
  static TaskUser ofTasks(HarrierConfig config, Home home) throws IOException {
    // Admin runs none: what this machine lacks for tasks says nothing of those that run elsewhere.
    return config.role() == ServerRole.ADMIN
        ? TaskUser.SERVER
        : TaskUserChoice.of(home.folder(), tasks(config));
  }

  /** To whom blobs belong: to whom tasks run as, here or in the processes beside this one. */
  static BlobOwner ofBlobs(HarrierConfig config, TaskUser tasks) {
    if (config.role() == ServerRole.ADMIN && MachineUser.thisIsRoot()) {
      return new BlobOwner.AsTheFolder(tasks(config));
    }
    return tasks.owner().<BlobOwner>map(BlobOwner.Given::new).orElseGet(BlobOwner.ThisProcess::new);
  }

  private static MachineUser tasks(HarrierConfig config) {
    return named("tasks.user", config.tasks().user(), TaskUser.DEFAULT);
  }

  static MachineUser ofDatabase(HarrierConfig config) {
    return named("database.user", config.database().user(), EmbeddedPostgres.DEFAULT_USER);
  }

  private static MachineUser named(String setting, Optional<String> text, MachineUser usual) {
    try {
      return text.map(one -> MachineUser.named(setting, one)).orElse(usual);
    } catch (RejectedException wrong) {
      throw new ConfigurationException(String.valueOf(wrong.getMessage()));
    }
  }
}

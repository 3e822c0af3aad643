package dev.harrier.runtime.process;

import dev.harrier.runtime.process.folder.Names;
import dev.harrier.spi.AttemptId;
import dev.harrier.spi.ClientConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts into a folder what a task calls the API with: a configuration that flytekit and flytectl
 * find, and a token that is renewed there for as long as the attempt runs. The task can only read
 * the folder; whoever else may write there, the server follows no link in it.
 */
final class AttemptApi implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AttemptApi.class);

  /** Longer than a renewal may be late because the server is away for a while. */
  private static final Duration LIFETIME = Duration.ofHours(2);

  /** The variable in which flytekit and flytectl find their configuration. */
  static final String VARIABLE = "FLYTECTL_CONFIG";

  private static final String CONFIGURATION = "config.yaml";
  private static final String TOKEN = "token";
  private static final String AUTHORITY = "ca.pem";

  private final ApiForTasks api;
  private final AttemptFolders folders;
  private final ScheduledExecutorService renewals =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("harrier-attempt-tokens").factory());

  AttemptApi(ApiForTasks api, AttemptFolders folders) {
    this.api = api;
    this.folders = folders;
  }

  /** Makes the folder of an attempt that is to start. */
  Path prepare(AttemptId attempt) throws IOException {
    var folder = folders.api(Names.of(attempt));
    folders.user().folder(folders.attempts(), folder);
    folders
        .user()
        .replace(folders.attempts(), folder.resolve(CONFIGURATION), configuration(folder));
    renew(attempt);
    return folder;
  }

  /** Gives an attempt that was prepared a token for the time to come. */
  void renew(AttemptId attempt) throws IOException {
    var folder = folders.api(Names.of(attempt));
    if (!Files.isDirectory(folder)) {
      return;
    }
    if (api.authorityFile().isPresent()) {
      folders
          .user()
          .replace(
              folders.attempts(),
              folder.resolve(AUTHORITY),
              Files.readString(api.authorityFile().get()));
    }
    folders
        .user()
        .replace(folders.attempts(), folder.resolve(TOKEN), api.tokens().of(attempt, LIFETIME));
  }

  /** Renews the tokens of all that run from now on, again and again. */
  void start(Supplier<List<AttemptId>> running) {
    var period = api.renewedEvery().toMillis();
    var unused =
        renewals.scheduleWithFixedDelay(
            () -> running.get().forEach(this::renewIfPossible),
            period,
            period,
            TimeUnit.MILLISECONDS);
  }

  /** The same without a word to the caller: an attempt keeps the token that it has. */
  void renewIfPossible(AttemptId attempt) {
    try {
      renew(attempt);
    } catch (IOException | RuntimeException failed) {
      // The next round comes before that one ends.
      LOG.warn("The token of {} was not renewed.", attempt, failed);
    }
  }

  @Override
  public void close() {
    renewals.shutdownNow();
  }

  /** The file that {@link #VARIABLE} names. */
  static Path configurationIn(Path folder) {
    return folder.resolve(CONFIGURATION);
  }

  private String configuration(Path folder) {
    return new ClientConfiguration(
            api.url(),
            api.authorityFile().map(file -> folder.resolve(AUTHORITY)),
            new ClientConfiguration.TokenCommand(List.of("cat", folder.resolve(TOKEN).toString())))
        .yaml();
  }
}

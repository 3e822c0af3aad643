package dev.harrier.audit.chain;

import dev.harrier.audit.Actor;
import dev.harrier.audit.AuditRecord;
import dev.harrier.audit.AuditRecord.Stage;
import dev.harrier.audit.Event;
import dev.harrier.audit.Level;
import dev.harrier.audit.Operation;
import dev.harrier.audit.Outcome;
import dev.harrier.audit.Resource;
import dev.harrier.audit.Source;
import dev.harrier.audit.verify.BrokenLogException;
import dev.harrier.audit.verify.LogFolder;
import dev.harrier.audit.verify.LogVerifier;
import dev.harrier.audit.verify.NoteVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** A log in a folder of a test. */
public record TestLog(Path root) {
  public LogSettings settings() {
    return LogSettings.of(root.resolve("audit"), root.resolve("security"), "test/one", "1");
  }

  /** With files so short that a few records fill one. */
  public LogSettings shortFiles(long bytes) {
    return settings().rotating(bytes, Duration.ofDays(1), Duration.ZERO);
  }

  public LogFolder folder() {
    return new LogFolder(root.resolve("audit"));
  }

  public ChainedLog open() throws IOException {
    return ChainedLog.open(settings(), Clock.systemUTC());
  }

  public LogVerifier.Intact verify() throws IOException, BrokenLogException {
    return verify(OptionalLong.empty());
  }

  public LogVerifier.Intact verify(OptionalLong expected) throws IOException, BrokenLogException {
    var key = NoteVerifier.parse(Files.readString(folder().publicKey()));
    var head = root.resolve("security").resolve("audit-head");
    return new LogVerifier(folder(), key, 0)
        .verify(
            Files.exists(head) ? key.verify(Files.readString(head)) : Optional.empty(), expected);
  }

  /** Writes so many records and closes. */
  public void fill(int records) throws IOException {
    try (var log = open()) {
      for (var i = 0; i < records; i++) {
        log.record(call("flyteidl.service.AdminService/GetTask", "v" + i));
      }
    }
  }

  public static AuditRecord call(String operation, String version) {
    return new AuditRecord(
        Event.API_READ,
        Stage.COMPLETE,
        Level.METADATA,
        Outcome.OK,
        new Actor(
            "user:ada",
            "http://localhost:30080",
            Optional.of("flytectl"),
            List.of(new Actor.Decision("inventory:read", "flytesnacks/development", true))),
        new Source("127.0.0.1", false, "0123456789abcdef"),
        Optional.of(new Operation(operation, Optional.empty(), 812)),
        List.of(new Resource("task", "flytesnacks/development/t1/" + version)),
        new TreeMap<>());
  }
}

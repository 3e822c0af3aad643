package dev.harrier.server.home;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.harrier.server.config.ConfigurationException;
import dev.harrier.server.safety.HomeFiles;
import dev.harrier.spi.machine.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** A home that this process holds alone until it closes it or ends. */
public final class Home implements AutoCloseable {
  /** Raised when what lies in a home changes so that older programs cannot read it. */
  private static final int VERSION = 1;

  private final Path folder;
  private final FileChannel lock;

  private Home(Path folder, FileChannel lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /**
   * Where the home is unless told otherwise.
   *
   * @throws ConfigurationException if this process' user has no folder of its own
   */
  public static Path defaultFolder() {
    var own = Path.of(System.getProperty("user.home"));
    // Java names no folder of a number that no account has, if no variable does either.
    if (!own.isAbsolute()) {
      throw new ConfigurationException(
          "--home: expected a folder, as this user has no home folder of its own (no entry in /etc/passwd and no variable HOME), found none");
    }
    return own.resolve(".harrier");
  }

  /**
   * Takes a home, and makes it if there is none.
   *
   * @throws HomeInUseException if another process has it
   * @throws NewerHomeException if a newer version wrote it; nothing is changed then
   */
  public static Home open(Path folder) throws IOException {
    var home = folder.toAbsolutePath().normalize();
    PrivateFiles.createFolder(home);
    checkVersion(home);
    var lockFile = home.resolve("lock");
    var channel = FileChannel.open(lockFile, Set.of(CREATE, READ, WRITE));
    try {
      // The system frees the lock however the process ends.
      if (!tryLock(channel)) {
        throw new HomeInUseException(home, Files.readString(lockFile));
      }
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(UTF_8)), 0);
      if (!Files.exists(home.resolve("version"))) {
        PrivateFiles.write(home.resolve("version"), VERSION + "\n");
      }
      return new Home(home, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static boolean tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      // Held by another home object of this very process.
      return false;
    }
  }

  private static void checkVersion(Path home) throws IOException {
    var file = home.resolve("version");
    if (!Files.exists(file)) {
      return;
    }
    var text = Files.readString(file).strip();
    // What is no number was written by a version that this one cannot know.
    if (!text.matches("\\d{1,9}") || Integer.parseInt(text) > VERSION) {
      throw new NewerHomeException(home, text, VERSION);
    }
  }

  /**
   * The lasting name of whoever runs on this home: the lock admits one process, so work that was
   * begun under this name by an earlier one is free to be taken over at once.
   *
   * @throws IOException if it can be neither read nor made
   */
  public String hostName() throws IOException {
    var file = folder.resolve("host");
    if (!Files.exists(file)) {
      PrivateFiles.write(file, "host-" + UUID.randomUUID() + "\n");
    }
    return Files.readString(file).strip();
  }

  /** The home itself. */
  public Path folder() {
    return folder;
  }

  /** The folder of the embedded database. */
  public Path database() {
    return folder.resolve("database");
  }

  /** The folder of blobs. */
  public Path blobs() {
    return folder.resolve("blobs");
  }

  /** The audit log. */
  public Path audit() {
    return audit(folder);
  }

  /** The same of a home that this process does not hold. */
  public static Path audit(Path folder) {
    return folder.toAbsolutePath().normalize().resolve("audit");
  }

  /** The key of a home's audit log. */
  public static Path auditKey(Path folder) {
    return folder.toAbsolutePath().normalize().resolve("security").resolve("audit-key");
  }

  /** Where the last checkpoint of a home's audit log is kept beside it. */
  public static Path auditHead(Path folder) {
    return folder.toAbsolutePath().normalize().resolve("security").resolve("audit-head");
  }

  /** Keys and clients. */
  public Path security() {
    return folder.resolve("security");
  }

  /** What an attacker would look for. */
  public HomeFiles files() {
    return new HomeFiles(
        folder,
        List.of(security(), tls()),
        List.of(clientSecretFile()),
        List.of(clientFile(), folder.resolve("version")));
  }

  /** The certificate authority of this home, and what it made. */
  public Path tls() {
    return tls(folder);
  }

  /** The same of a home that this process does not hold. */
  public static Path tls(Path folder) {
    return folder.toAbsolutePath().normalize().resolve("tls");
  }

  /** The configuration that pyflyte and flytectl take as it is. */
  public Path clientFile() {
    return clientFile(folder);
  }

  /** The same of a home that this process does not hold. */
  public static Path clientFile(Path folder) {
    return folder.toAbsolutePath().normalize().resolve("client.yaml");
  }

  /** The access policy, which need not be there. */
  public Path accessPolicy() {
    return accessPolicy(folder);
  }

  /** The same of a home that this process does not hold. */
  public static Path accessPolicy(Path folder) {
    return folder.toAbsolutePath().normalize().resolve("access.yaml");
  }

  /** The secret that {@link #clientFile} points to. */
  public Path clientSecretFile() {
    return folder.resolve("client_secret");
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}

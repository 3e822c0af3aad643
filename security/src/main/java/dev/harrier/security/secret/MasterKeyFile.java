package dev.harrier.security.secret;

import static java.util.Objects.requireNonNull;

import dev.harrier.security.Secret;
import dev.harrier.spi.StoreUnavailableException;
import dev.harrier.spi.machine.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Master keys in a file of mode 0600. Several processes may have the same file: whoever meets a key
 * that it does not know reads the file again.
 */
public final class MasterKeyFile implements MasterKeys {
  private record Read(Keyset keys, FileTime at) {}

  private final Path file;
  private volatile @Nullable Read read;

  public MasterKeyFile(Path file) {
    this.file = requireNonNull(file, "file");
  }

  /** Where the keys are. */
  public Path file() {
    return file;
  }

  /** Makes the file with one key, unless it is there. */
  public void make() throws IOException {
    locked(
        () -> {
          if (!Files.exists(file)) {
            write(Keyset.make());
          }
        });
  }

  /**
   * Makes the file with one key, unless it is there or was: a new key opens nothing that a lost one
   * wrapped.
   *
   * @param wrapping the names of the keys that secrets are wrapped with
   * @param others where keys are as well
   * @return whether the file is there now
   */
  public boolean makeUnlessLost(Collection<String> wrapping, Collection<MasterKeys> others)
      throws IOException {
    if (Files.exists(file)) {
      return true;
    }
    var lost =
        wrapping.stream()
            .filter(this::mayHave)
            .anyMatch(name -> others.stream().noneMatch(keys -> keys.mayHave(name)));
    if (!lost) {
      make();
    }
    return !lost;
  }

  @Override
  public Wrapped wrap(byte[] dataKey, byte[] context) {
    return newest().wrap(dataKey, context);
  }

  @Override
  public boolean mayHave(String master) {
    return Keyset.isName(master);
  }

  @Override
  public byte[] unwrap(Wrapped wrapped, byte[] context) {
    var keys = known();
    return (keys.has(wrapped.master()) ? keys : again()).unwrap(wrapped, context, file.toString());
  }

  @Override
  public String current() {
    return newest().current();
  }

  /** Adds a key, which wraps from now on. */
  public void rotate() throws IOException {
    change(Keyset::rotated);
  }

  /** Forgets all keys but the current one and those that are named. */
  public void retain(Set<String> needed) throws IOException {
    change(keys -> keys.with(needed));
  }

  /** How many keys the file holds. */
  public int size() {
    return newest().names().size();
  }

  private void change(UnaryOperator<Keyset> change) throws IOException {
    locked(() -> write(change.apply(parsed())));
  }

  private interface Work {
    void run() throws IOException;
  }

  // Against other processes by a lock on a file beside it, which no rename takes away.
  private synchronized void locked(Work work) throws IOException {
    var lock = file.resolveSibling(file.getFileName() + ".lock");
    try (var channel = PrivateFiles.open(lock);
        var held = channel.lock()) {
      requireNonNull(held, "held");
      work.run();
    }
  }

  private void write(Keyset keys) throws IOException {
    PrivateFiles.write(file, keys.text().reveal() + "\n");
    read = new Read(keys, Files.getLastModifiedTime(file));
  }

  private Keyset known() {
    var known = read;
    return known == null ? newest() : known.keys();
  }

  private Keyset newest() {
    var known = read;
    return known != null && known.at().equals(changedAt()) ? known.keys() : again();
  }

  private FileTime changedAt() {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  // Whatever its time says: two changes may have the same one.
  private Keyset again() {
    try {
      var at = changedAt();
      var keys = parsed();
      read = new Read(keys, at);
      return keys;
    } catch (IOException | IllegalArgumentException e) {
      throw unreadable(e);
    }
  }

  // Whoever put it away may put it back.
  private static StoreUnavailableException unreadable(Exception why) {
    var what =
        why instanceof NoSuchFileException missing
            ? missing.getMessage() + " is not there"
            : Optional.ofNullable(why.getMessage()).orElse(why.toString());
    return new StoreUnavailableException(
        "The master key of the secrets cannot be read: " + what, why);
  }

  private Keyset parsed() throws IOException {
    return Keyset.parse(new Secret(PrivateFiles.read(file)), file.toString());
  }
}

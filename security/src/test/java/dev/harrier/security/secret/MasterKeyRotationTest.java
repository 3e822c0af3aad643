package dev.harrier.security.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.database.Database;
import dev.harrier.database.TestDatabase;
import dev.harrier.security.Secret;
import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.SecretId;
import dev.harrier.spi.SecretValue;
import dev.harrier.spi.StoreUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(TestDatabase.class)
final class MasterKeyRotationTest {
  private static final SecretLevel PROJECT = new SecretLevel("rotating", "");
  private static final ProjectDomain PLACE = new ProjectDomain("rotating", "development");
  private static final int SECRETS = 1_200;

  private final Database database;
  private final Path file;
  private final MasterKeyFile keys;
  private final StoredSecrets secrets;
  private final MasterKeyRotation rotation;

  MasterKeyRotationTest(Database database, @TempDir Path folder) {
    this.database = database;
    this.file = folder.resolve("master-key.json");
    this.keys = new MasterKeyFile(file);
    this.secrets = new StoredSecrets(database, keys, Clock.systemUTC());
    this.rotation = new MasterKeyRotation(database, keys);
  }

  @BeforeEach
  void empty() throws IOException {
    var unused =
        database
            .api()
            .run(
                "forget all secrets",
                connection -> {
                  try (var statement = connection.createStatement()) {
                    return statement.executeUpdate("DELETE FROM secret");
                  }
                });
    keys.make();
  }

  private static SecretId id(int number) {
    return SecretId.of("group", "key" + number);
  }

  private void put(StoredSecrets store, int number) {
    store.put(PROJECT, id(number), new SecretValue("value " + number), "user:ada");
  }

  private static void check(StoredSecrets store, int number) {
    assertThat(store.find(id(number), PLACE).map(SecretValue::reveal)).contains("value " + number);
  }

  @Test
  void the_file_is_private_and_made_once() throws IOException {
    var before = Files.readString(file);

    keys.make();

    assertThat(Files.readString(file)).isEqualTo(before);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void all_secrets_get_the_new_key_and_the_old_one_goes() throws IOException {
    for (var number = 0; number < SECRETS; number++) {
      put(secrets, number);
    }
    var old = keys.current();

    var result = rotation.rotate();

    assertThat(result).isEqualTo(new MasterKeyRotation.Result(SECRETS, 0, 1));
    assertThat(keys.current()).isNotEqualTo(old);
    assertThat(Files.readString(file)).doesNotContain(old);
    check(secrets, 0);
    check(secrets, SECRETS - 1);
    check(new StoredSecrets(database, new MasterKeyFile(file), Clock.systemUTC()), 7);
  }

  @Test
  void a_slow_key_service_keeps_no_more_rows_waiting_than_it_wraps_in_two_seconds()
      throws IOException {
    for (var number = 0; number < 20; number++) {
      put(secrets, number);
    }
    var seconds = new AtomicLong();
    var kept = new ArrayList<Long>();
    var slow =
        new MasterKeys() {
          @Override
          public Wrapped wrap(byte[] dataKey, byte[] context) {
            seconds.incrementAndGet();
            kept.add(wrappedBy("slow"));
            return new Wrapped("slow", keys.wrap(dataKey, context).bytes());
          }

          @Override
          public boolean mayHave(String master) {
            return true;
          }

          @Override
          public byte[] unwrap(Wrapped wrapped, byte[] context) {
            return keys.unwrap(wrapped, context);
          }

          @Override
          public String current() {
            return "slow";
          }
        };
    var slowly =
        new MasterKeyRotation(database, slow, () -> Duration.ofSeconds(seconds.get()).toNanos());

    assertThat(slowly.rotate().rewrapped()).isEqualTo(20);

    // What the others see while the last of them is wrapped: all before this step are kept.
    assertThat(kept.getLast()).isEqualTo(18);
    assertThat(wrappedBy("slow")).isEqualTo(20);
  }

  @Test
  void secrets_move_from_a_service_back_into_a_file() throws IOException {
    var service = new Service();
    var kept =
        new StoredSecrets(database, new MovedMasterKeys(service, List.of(keys)), Clock.systemUTC());
    for (var number = 0; number < 20; number++) {
      put(kept, number);
    }
    var back = new MovedMasterKeys(keys, List.of(service));

    var result = new MasterKeyRotation(database, back).rotate();

    assertThat(result.rewrapped()).isEqualTo(20);
    assertThat(result.unreadable()).isZero();
    service.gone = true;
    check(new StoredSecrets(database, back, Clock.systemUTC()), 7);
    check(new StoredSecrets(database, keys, Clock.systemUTC()), 7);
    assertThat(secrets.masters()).containsExactly(keys.current());
  }

  @Test
  void secrets_move_from_a_variable_into_a_file_that_is_not_there_yet_and_back()
      throws IOException {
    var variable = GivenMasterKeys.generate();
    var there = new MasterKeyFile(file.resolveSibling("another.json"));
    put(new StoredSecrets(database, variable, Clock.systemUTC()), 7);

    assertThat(there.makeUnlessLost(secrets.masters(), List.of())).isFalse();
    var into = new MovedMasterKeys(there, List.of(variable));
    check(new StoredSecrets(database, into, Clock.systemUTC()), 7);
    assertThat(there.makeUnlessLost(secrets.masters(), List.of(variable))).isTrue();

    assertThat(new MasterKeyRotation(database, into).rotate().rewrapped()).isEqualTo(1);
    check(new StoredSecrets(database, there, Clock.systemUTC()), 7);

    var back = new MovedMasterKeys(variable, List.of(there));
    assertThat(new MasterKeyRotation(database, back).rotate().rewrapped()).isEqualTo(1);
    check(new StoredSecrets(database, variable, Clock.systemUTC()), 7);
  }

  /** Keeps keys elsewhere, until it is gone. */
  private static final class Service implements MasterKeys {
    private final GivenMasterKeys keys = GivenMasterKeys.generate();
    private boolean gone;

    @Override
    public Wrapped wrap(byte[] dataKey, byte[] context) {
      return new Wrapped(current(), keys.wrap(dataKey, context).bytes());
    }

    @Override
    public boolean mayHave(String master) {
      return master.equals(current());
    }

    @Override
    public byte[] unwrap(Wrapped wrapped, byte[] context) {
      if (gone) {
        throw new StoreUnavailableException("the service is gone", new IllegalStateException());
      }
      return keys.unwrap(new Wrapped(keys.current(), wrapped.bytes()), context);
    }

    @Override
    public String current() {
      return "service:1";
    }
  }

  private long wrappedBy(String master) {
    return database
        .api()
        .run(
            "count secrets",
            connection -> {
              try (var statement =
                  connection.prepareStatement("SELECT count(*) FROM secret WHERE master_key = ?")) {
                statement.setString(1, master);
                try (var rows = statement.executeQuery()) {
                  rows.next();
                  return rows.getLong(1);
                }
              }
            });
  }

  @Test
  void another_process_reads_and_writes_while_it_rotates() throws Exception {
    for (var number = 0; number < SECRETS; number++) {
      put(secrets, number);
    }
    var other = new StoredSecrets(database, new MasterKeyFile(file), Clock.systemUTC());
    var over = new AtomicBoolean();

    try (var threads = Executors.newFixedThreadPool(3)) {
      var working = new ArrayList<Future<Integer>>();
      working.add(threads.submit(() -> readUntil(over, secrets)));
      working.add(threads.submit(() -> readUntil(over, other)));
      working.add(threads.submit(() -> writeUntil(over, other)));
      for (var round = 0; round < 3; round++) {
        assertThat(rotation.rotate().unreadable()).isZero();
      }
      over.set(true);
      for (var one : working) {
        assertThat(one.get()).isPositive();
      }
    }

    rotation.rotate();
    assertThat(keys.size()).isEqualTo(1);
    for (var number = 0; number < SECRETS; number += 50) {
      check(other, number);
    }
  }

  private static int readUntil(AtomicBoolean over, StoredSecrets store) {
    var reads = 0;
    while (!over.get()) {
      check(store, reads++ % SECRETS);
    }
    return reads;
  }

  private int writeUntil(AtomicBoolean over, StoredSecrets store) {
    var writes = 0;
    while (!over.get()) {
      put(store, writes++ % SECRETS);
    }
    return writes;
  }

  @Test
  void a_rotation_that_was_cut_off_is_finished_by_the_next() throws IOException {
    put(secrets, 1);
    keys.rotate();
    put(secrets, 2);

    check(secrets, 1);
    var result = rotation.rotate();

    assertThat(result).isEqualTo(new MasterKeyRotation.Result(2, 0, 1));
    check(secrets, 1);
    check(secrets, 2);
  }

  @Test
  void what_no_key_opens_keeps_the_key_that_it_names() throws IOException {
    put(secrets, 1);
    put(secrets, 2);
    var old = keys.current();
    spoil();

    var result = rotation.rotate();

    assertThat(result).isEqualTo(new MasterKeyRotation.Result(1, 1, 2));
    assertThat(Files.readString(file)).contains(old);
    check(secrets, 2);
  }

  private void spoil() {
    var unused =
        database
            .api()
            .run(
                "spoil a secret",
                connection -> {
                  try (var statement = connection.createStatement()) {
                    return statement.executeUpdate(
                        "UPDATE secret SET project = 'moved' WHERE key_name = 'key1'");
                  }
                });
  }

  @Test
  void a_key_that_others_can_read_is_not_used() throws IOException {
    put(secrets, 1);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    var fresh = new StoredSecrets(database, new MasterKeyFile(file), Clock.systemUTC());

    assertThatThrownBy(() -> fresh.find(id(1), PLACE))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("is open to others");
  }

  @Test
  void a_key_that_is_gone_is_told_and_works_again_once_it_is_back() throws IOException {
    put(secrets, 1);
    var away = file.resolveSibling("away");
    Files.move(file, away);
    var fresh = new StoredSecrets(database, new MasterKeyFile(file), Clock.systemUTC());

    assertThatThrownBy(() -> fresh.find(id(1), PLACE))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessage(
            "The master key of the secrets cannot be read: %s is not there".formatted(file));
    Files.move(away, file);

    check(fresh, 1);
  }

  @Test
  void another_text_in_its_place_is_told_and_not_repeated() throws IOException {
    put(secrets, 1);
    Files.writeString(file, "hunter2");
    var fresh = new StoredSecrets(database, new MasterKeyFile(file), Clock.systemUTC());

    assertThatThrownBy(() -> fresh.find(id(1), PLACE))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("holds no master key")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void given_keys_are_changed_by_giving_both_and_then_the_new_one() throws IOException {
    var old = Keyset.make();
    var both = old.rotated();
    put(new StoredSecrets(database, given(old), Clock.systemUTC()), 1);

    var result = new MasterKeyRotation(database, given(both)).rotate();

    assertThat(result.rewrapped()).isEqualTo(1);
    var alone = given(both.with(java.util.Set.of()));
    check(new StoredSecrets(database, alone, Clock.systemUTC()), 1);
  }

  private static GivenMasterKeys given(Keyset keys) {
    return new GivenMasterKeys(new Secret(keys.text().reveal()), "the test");
  }
}

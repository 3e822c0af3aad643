package dev.harrier.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.spi.ProjectDomain;
import dev.harrier.spi.SecretId;
import dev.harrier.spi.SecretSource;
import dev.harrier.spi.SecretValue;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every {@link SecretSource} does. */
public abstract class SecretSourceContract {
  private static final ProjectDomain PLACE = new ProjectDomain("flytesnacks", "development");
  private static final ProjectDomain OTHER_DOMAIN = new ProjectDomain("flytesnacks", "production");
  private static final ProjectDomain OTHER_PROJECT = new ProjectDomain("flyteother", "development");
  private static final SecretId ID = SecretId.of("warehouse", "password");
  private static final int READERS = 4;
  private static final int ROUNDS = 20;

  /** For those who inherit the contract. */
  protected SecretSourceContract() {}

  /** The source, without secrets of another test. */
  protected abstract SecretSource open() throws Exception;

  /** Puts a secret where the source finds it, over one that is there. */
  protected abstract void put(ProjectDomain place, SecretId id, String text) throws Exception;

  @Test
  void what_was_put_is_found_to_the_letter() throws Exception {
    var source = open();
    put(PLACE, ID, " pä\"ss\\wörd\n$(id) `id` {{ .Data }} ");

    assertThat(found(source, ID, PLACE)).contains(" pä\"ss\\wörd\n$(id) `id` {{ .Data }} ");
  }

  @Test
  void what_was_never_put_is_absent() throws Exception {
    var source = open();
    put(PLACE, ID, "hunter2");

    assertThat(source.find(SecretId.of("warehouse", "user"), PLACE)).isEmpty();
    assertThat(source.find(SecretId.of("other", "password"), PLACE)).isEmpty();
  }

  @Test
  void another_place_has_it_not() throws Exception {
    var source = open();
    put(PLACE, ID, "hunter2");

    assertThat(source.find(ID, OTHER_DOMAIN)).isEmpty();
    assertThat(source.find(ID, OTHER_PROJECT)).isEmpty();
  }

  @Test
  void each_place_has_its_own() throws Exception {
    var source = open();
    put(PLACE, ID, "one");
    put(OTHER_PROJECT, ID, "two");

    assertThat(found(source, ID, PLACE)).contains("one");
    assertThat(found(source, ID, OTHER_PROJECT)).contains("two");
  }

  @Test
  void a_second_value_replaces_the_first() throws Exception {
    var source = open();
    put(PLACE, ID, "first");
    assertThat(found(source, ID, PLACE)).contains("first");

    put(PLACE, ID, "second");

    assertThat(found(source, ID, PLACE)).contains("second");
  }

  @Test
  void names_may_hold_all_that_the_grammar_allows() throws Exception {
    var source = open();
    var id = SecretId.of("arn:aws:prod/data.base_1-a", "Pass.word:1");
    put(PLACE, id, "hunter2");

    assertThat(found(source, id, PLACE)).contains("hunter2");
  }

  @Test
  void the_largest_value_is_found() throws Exception {
    var source = open();
    var large = "0123456789abcdef".repeat(SecretValue.BYTES_MAX / 16);
    put(PLACE, ID, large);

    assertThat(found(source, ID, PLACE)).contains(large);
  }

  @Test
  void many_may_ask_at_once() throws Exception {
    var source = open();
    put(PLACE, ID, "hunter2");

    try (var threads = Executors.newFixedThreadPool(READERS)) {
      var asked =
          IntStream.range(0, READERS * ROUNDS)
              .mapToObj(round -> threads.submit(() -> found(source, ID, PLACE)))
              .toList();

      for (var answer : asked) {
        assertThat(answer.get()).contains("hunter2");
      }
    }
  }

  private static Optional<String> found(SecretSource source, SecretId id, ProjectDomain place) {
    return source.find(id, place).map(SecretValue::reveal);
  }
}

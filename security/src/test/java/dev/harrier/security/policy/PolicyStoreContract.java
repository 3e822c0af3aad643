package dev.harrier.security.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.harrier.spi.RejectedException;
import dev.harrier.spi.Rejection;
import org.junit.jupiter.api.Test;

/** What every place for a policy owes. */
abstract class PolicyStoreContract {
  static final PolicyText FIRST =
      PolicyText.of("# Who may what.\napiVersion: authz/v1\n\n# Nobody yet, \u00e9ven Zo\u00eb.\n");
  static final PolicyText SECOND =
      PolicyText.of(
          "apiVersion: authz/v1\nbindings: [{name: a, subjects: ['sa:ci'], role: viewer}]\n");

  /** An empty store. */
  abstract PolicyStore open() throws Exception;

  @Test
  void a_new_store_has_no_policy() throws Exception {
    var store = open();

    assertThat(store.read(PolicyText.NONE)).isEqualTo(PolicyText.NONE);
    assertThat(store.earlier()).isEmpty();
  }

  @Test
  void a_text_is_read_as_it_was_put_comments_included() throws Exception {
    var store = open();

    store.replace(FIRST, "", "user:ada");

    assertThat(store.read(PolicyText.NONE)).isEqualTo(FIRST);
    assertThat(store.read(FIRST)).isEqualTo(FIRST);
    assertThat(store.read(SECOND)).isEqualTo(FIRST);
  }

  @Test
  void a_text_is_replaced_by_who_knows_it() throws Exception {
    var store = open();
    store.replace(FIRST, "", "user:ada");

    store.replace(SECOND, FIRST.etag(), "user:ada");

    assertThat(store.read(FIRST)).isEqualTo(SECOND);
  }

  @Test
  void who_knows_another_text_replaces_nothing_and_hears_both_etags() throws Exception {
    var store = open();
    store.replace(FIRST, "", "user:ada");

    for (var stale : new String[] {"", SECOND.etag(), "x"}) {
      var refused =
          catchThrowableOfType(
              RejectedException.class, () -> store.replace(SECOND, stale, "user:ada"));

      assertThat(refused.rejection().code()).isEqualTo(Rejection.Code.ABORTED);
      assertThat(refused)
          .hasMessageContaining("'%s'".formatted(stale))
          .hasMessageContaining("'%s'".formatted(FIRST.etag()));
    }
    assertThat(store.read(PolicyText.NONE)).isEqualTo(FIRST);
  }

  @Test
  void a_text_can_come_back() throws Exception {
    var store = open();
    store.replace(FIRST, "", "user:ada");
    store.replace(SECOND, FIRST.etag(), "user:ada");

    store.replace(FIRST, SECOND.etag(), "user:ada");

    assertThat(store.read(SECOND)).isEqualTo(FIRST);
  }

  @Test
  void of_many_who_know_the_same_text_one_replaces_it() throws Exception {
    var store = open();
    store.replace(FIRST, "", "user:ada");
    var wins = new java.util.concurrent.atomic.AtomicInteger();
    var threads = new java.util.ArrayList<Thread>();
    for (var i = 0; i < 8; i++) {
      var text = PolicyText.of(SECOND.text() + "# " + i);
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      store.replace(text, FIRST.etag(), "user:ada");
                      wins.incrementAndGet();
                    } catch (RejectedException lost) {
                      assertThat(lost.rejection().code()).isEqualTo(Rejection.Code.ABORTED);
                    }
                  }));
    }
    for (var thread : threads) {
      thread.join();
    }

    assertThat(wins).hasValue(1);
  }
}

package dev.harrier.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SlotsTest {
  private final Slots slots = new Slots(2000, 1000);
  private final List<String> running = new ArrayList<>();

  private void ask(String attempt, long cpuMillis, long memoryBytes) {
    slots.acquire(attempt, new Slots.Share(cpuMillis, memoryBytes), () -> running.add(attempt));
  }

  @Test
  void what_fits_runs_and_the_rest_waits() {
    ask("a", 1000, 100);
    ask("b", 1000, 100);
    ask("c", 1000, 100);

    assertThat(running).containsExactly("a", "b");
    assertThat(slots.waiting()).isEqualTo(1);
  }

  @Test
  void memory_counts_as_much_as_processors() {
    ask("a", 100, 800);
    ask("b", 100, 800);

    assertThat(running).containsExactly("a");
  }

  @Test
  void a_large_request_is_not_overtaken() {
    ask("a", 1000, 1);
    ask("large", 2000, 1);
    ask("small", 500, 1);

    slots.release("a");

    assertThat(running).containsExactly("a", "large");
    slots.release("large");
    assertThat(running).containsExactly("a", "large", "small");
  }

  @Test
  void one_that_is_larger_than_the_machine_runs_alone() {
    ask("huge", 64_000, 1_000_000);
    ask("a", 1, 1);

    assertThat(running).containsExactly("huge");
    slots.release("huge");
    assertThat(running).containsExactly("huge", "a");
  }

  @Test
  void more_than_a_number_can_hold_is_not_less_than_the_machine_has() {
    ask("endless", Long.MAX_VALUE, Long.MAX_VALUE);
    ask("endless too", Long.MAX_VALUE, Long.MAX_VALUE);

    assertThat(running).containsExactly("endless");
  }

  @Test
  void one_that_stops_waiting_makes_room_for_the_next() {
    ask("a", 1500, 1);
    ask("large", 2000, 1);
    ask("small", 500, 1);

    slots.release("large");

    assertThat(running).containsExactly("a", "small");
  }

  @Test
  void what_ran_before_a_restart_holds_its_share() {
    slots.adopt("old", new Slots.Share(2000, 1));
    ask("a", 1000, 1);

    slots.release("old");

    assertThat(running).containsExactly("a");
  }
}

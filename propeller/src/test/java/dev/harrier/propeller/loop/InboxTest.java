package dev.harrier.propeller.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.propeller.decide.Input;
import dev.harrier.spi.Command;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.ExecutionRef;
import dev.harrier.spi.PendingCommand;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class InboxTest {
  private final Inbox inbox = new Inbox();

  @Test
  void projects_take_turns_however_much_one_of_them_asks() {
    add("a", "e1", 1);
    add("a", "e2", 2);
    add("a", "e3", 3);
    add("b", "e1", 4);

    assertThat(drain(10)).containsExactly("a/e1[1]", "b/e1[4]", "a/e2[2]", "a/e3[3]");
  }

  @Test
  void an_execution_is_in_a_drain_once_and_what_is_left_comes_in_the_next() {
    for (var id = 1; id <= 5; id++) {
      add("a", "e1", id);
    }

    assertThat(drain(2)).containsExactly("a/e1[1, 2]");
    add("a", "e1", 6);
    assertThat(drain(2)).containsExactly("a/e1[3, 4]");
    assertThat(drain(2)).containsExactly("a/e1[5, 6]");
    assertThat(drain(2)).isEmpty();
  }

  @Test
  void a_command_that_waits_or_is_being_decided_on_is_not_added_again() {
    add("a", "e1", 1);
    add("a", "e1", 1);
    var work = inbox.next(10).orElseThrow();
    inbox.taken();
    add("a", "e1", 1);

    assertThat(work.inputs()).hasSize(1);
    assertThat(drain(10)).isEmpty();
    inbox.done(work);
    add("a", "e1", 1);
    assertThat(drain(10)).containsExactly("a/e1[1]");
  }

  @Test
  void what_is_put_back_comes_before_what_came_after_it() {
    add("a", "e1", 1);
    add("a", "e1", 2);
    var work = inbox.next(10).orElseThrow();
    inbox.taken();
    add("a", "e1", 3);

    inbox.putBack(work);

    assertThat(drain(10)).containsExactly("a/e1[1, 2, 3]");
  }

  @Test
  void what_is_forgotten_may_come_again_and_the_rest_stays() {
    add("a", "e1", 1);
    add("a", "e2", 2);
    add("b", "e1", 3);

    inbox.forget(id -> id.name().equals("e1"));
    add("a", "e1", 1);

    assertThat(drain(10)).containsExactly("a/e2[2]", "a/e1[1]");
  }

  private void add(String project, String name, long command) {
    var id = new ExecutionId(project, "d", name);
    inbox.add(
        new Input.Asked(
            new PendingCommand(command, new ExecutionRef(id, 1, 0), new Command.Continue())));
  }

  private List<String> drain(int inputsMax) {
    var taken = new ArrayList<String>();
    for (var work = inbox.next(inputsMax); work.isPresent(); work = inbox.next(inputsMax)) {
      var ids =
          work.get().inputs().stream().map(input -> ((Input.Asked) input).command().id()).toList();
      taken.add(work.get().execution().project() + "/" + work.get().execution().name() + ids);
    }
    inbox.taken();
    return taken;
  }
}

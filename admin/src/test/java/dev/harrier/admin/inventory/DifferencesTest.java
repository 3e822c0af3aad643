package dev.harrier.admin.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.admin.Samples;
import flyteidl.core.IdentifierOuterClass.ResourceType;
import flyteidl.core.Interface.Variable;
import flyteidl.core.Interface.VariableMap;
import flyteidl.core.Tasks.Container;
import org.junit.jupiter.api.Test;

final class DifferencesTest {
  @Test
  void equal_messages_differ_in_nothing() {
    assertThat(Differences.between(Samples.task(), Samples.task())).isEmpty();
  }

  @Test
  void what_was_added_changed_and_taken_away_is_named_by_its_path() {
    var old = Container.newBuilder().setImage("a").addArgs("x").addArgs("y").build();
    var wanted = Container.newBuilder().setImage("b").addArgs("x").addCommand("c").build();

    assertThat(Differences.between(old, wanted))
        .isEqualTo(
            """
            /image:
            \t- a\s
            \t+ b
            /command/0:
            \t- (absent)\s
            \t+ c
            /args/1:
            \t- y\s
            \t+ (absent)""");
  }

  @Test
  void the_key_of_a_map_is_escaped_as_a_json_pointer_is() {
    var none = VariableMap.getDefaultInstance();
    var one =
        VariableMap.newBuilder()
            .putVariables("a/b~c", Variable.newBuilder().setDescription("d").build())
            .build();

    assertThat(Differences.between(none, one))
        .isEqualTo("/variables/a~1b~0c:\n\t- (absent) \n\t+ {description:\"d\"}");
  }

  @Test
  void a_long_text_is_cut() {
    var task = Samples.id(ResourceType.TASK, "p", "t", "v");
    var other = task.toBuilder().setVersion("w").build();

    var text = Differences.between(Samples.chain(task, 3000), Samples.chain(other, 3000));

    assertThat(text)
        .hasSizeLessThanOrEqualTo(Differences.CHARACTERS_MAX)
        .endsWith("[there are more differences than fit into an answer]");
  }

  @Test
  void a_digest_does_not_depend_on_the_order_of_maps() {
    var variable = Variable.newBuilder().setDescription("d").build();
    var one = VariableMap.newBuilder();
    var other = VariableMap.newBuilder();
    for (var i = 0; i < 50; i++) {
      one.putVariables("v" + i, variable);
      other.putVariables("v" + (49 - i), variable);
    }

    assertThat(Digests.of(one.build())).isEqualTo(Digests.of(other.build()));
    assertThat(Digests.of(one.build())).isNotEqualTo(Digests.of(none()));
  }

  private static VariableMap none() {
    return VariableMap.getDefaultInstance();
  }
}

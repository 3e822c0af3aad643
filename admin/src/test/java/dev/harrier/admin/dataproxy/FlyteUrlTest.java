package dev.harrier.admin.dataproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.NodeId;
import dev.harrier.spi.RejectedException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FlyteUrlTest {
  private static final NodeId NODE = new NodeId(new ExecutionId("p", "d", "run"), "n1-0-n0");

  @Test
  void a_name_says_which_data_of_which_node() {
    assertThat(FlyteUrl.parse("flyte://v1/p/d/run/n1-0-n0/i"))
        .isEqualTo(new FlyteUrl(NODE, Optional.empty(), FlyteUrl.Part.INPUTS, Optional.empty()));
    assertThat(FlyteUrl.parse("flyte://v1/p/d/run/n1-0-n0/d"))
        .isEqualTo(new FlyteUrl(NODE, Optional.empty(), FlyteUrl.Part.DECK, Optional.empty()));
  }

  @Test
  void an_attempt_and_one_literal_may_be_named() {
    assertThat(FlyteUrl.parse("flyte://v1/p/d/run/n1-0-n0/3/o/o0"))
        .isEqualTo(new FlyteUrl(NODE, Optional.of(3), FlyteUrl.Part.OUTPUTS, Optional.of("o0")));
    assertThat(FlyteUrl.parse("flyte://v1/p/d/run/n1-0-n0/o/3"))
        .isEqualTo(new FlyteUrl(NODE, Optional.empty(), FlyteUrl.Part.OUTPUTS, Optional.of("3")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "s3://bucket/p/d/run/n0/i",
        "flyte://v2/p/d/run/n0/i",
        "flyte://v1/p/d/run/n0",
        "flyte://v1/p/d/run/n0/0",
        "flyte://v1/p/d/run/n0/x",
        "flyte://v1/p/d/run/n0/i/",
        "flyte://v1/p//run/n0/i",
        "flyte://v1/p/d/run/n0/d/name",
        "flyte://v1/p/d/run/n0/i/a/b",
        "flyte://v1/p/d/run/n0/99999999999/i",
        "flyte://v1/p/d/run/n\u00000/i"
      })
  void anything_else_is_refused(String text) {
    assertThatThrownBy(() -> FlyteUrl.parse(text))
        .isInstanceOf(RejectedException.class)
        .hasMessageStartingWith("failed to parse [");
  }
}

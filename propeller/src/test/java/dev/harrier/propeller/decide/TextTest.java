package dev.harrier.propeller.decide;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class TextTest {
  @Test
  void what_a_database_refuses_is_replaced_and_the_rest_kept() {
    assertThat(Text.clean("a\0b\ud83ec\udd85d \ud83e\udd85 é\n", 100))
        .isEqualTo("a\ufffdb\ufffdc\ufffdd \ud83e\udd85 é\n");
  }

  @Test
  void a_long_text_keeps_its_head_and_tail() {
    var text = "head" + "x".repeat(1_000) + "tail";

    var clean = Text.clean(text, 100);

    assertThat(clean)
        .startsWith("head")
        .endsWith("tail")
        .contains("[... 908 characters left out ...]");
    assertThat(clean.length()).isLessThan(150);
  }

  @Test
  void a_cut_through_a_character_leaves_no_half_of_it() {
    var text = "\ud83e\udd85".repeat(100);

    var clean = Text.clean(text, 51);

    assertThat(clean.codePoints()).noneMatch(point -> point >= 0xd800 && point <= 0xdfff);
  }
}

package dev.harrier.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SecretIdTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "..",
        "../etc/passwd",
        "a/../b",
        "a/..",
        "a..b",
        "/etc/shadow",
        "a/",
        "a//b",
        ".",
        "a/./b",
        "a b",
        "a;id",
        "$(id)",
        "`id`",
        "a\nb",
        "a\0b",
        "{{ .Data }}",
        "a'b",
        "a\"b",
        "a\\b",
        "a%2e%2e",
        "a?b",
        "a#b",
        "ä",
        "\u202e"
      })
  void a_name_that_leads_elsewhere_is_refused(String name) {
    assertThatThrownBy(() -> SecretId.of(name, "key"))
        .isInstanceOf(RejectedException.class)
        .hasMessageStartingWith("secret: expected a group")
        .hasMessageNotContaining("\n")
        .hasMessageNotContaining("\0");
    assertThatThrownBy(() -> SecretId.of("group", name)).isInstanceOf(RejectedException.class);
    assertThatThrownBy(() -> new SecretId("group", "key", Optional.of(name)))
        .isInstanceOf(RejectedException.class);
  }

  @Test
  void a_long_name_is_refused_without_being_repeated() {
    assertThatThrownBy(() -> SecretId.of("a".repeat(SecretId.NAME_LENGTH_MAX + 1), "key"))
        .hasMessage("secret: expected a group of at most 128 letters, found 129");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "A.b_c-d:e/f", "arn:aws:secretsmanager:eu-1:1:secret/x", "v1"})
  void a_plain_name_is_taken(String name) {
    assertThat(SecretId.of(name, name)).hasToString(name + "/" + name);
  }

  @Test
  void a_value_that_no_task_could_be_given_is_refused_and_not_shown() {
    assertThatThrownBy(() -> new SecretValue("hunter2\0"))
        .hasMessageContaining("NUL")
        .hasMessageNotContaining("hunter2");
    assertThatThrownBy(() -> new SecretValue("hunter2".repeat(150_000)))
        .hasMessage("secret: expected a value of at most 65536 bytes, found 1050000");
    assertThatThrownBy(() -> new SecretValue("")).hasMessageContaining("found none");
    assertThatThrownBy(() -> SecretValue.ofUtf8(new byte[] {'h', (byte) 0xff}))
        .hasMessageContaining("UTF-8");
  }

  @Test
  void a_value_does_not_show_itself() {
    var value = new SecretValue("hunter2");

    assertThat(value.toString() + String.valueOf(value)).doesNotContain("hunter2");
  }
}

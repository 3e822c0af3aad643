package dev.harrier.security.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import org.junit.jupiter.api.Tag;

/** Whatever is put as a policy: it is sound, or every finding is told. */
@Tag("fuzz")
final class PolicyFuzzTest {
  /** Each rule of the format once, so that what is found goes deeper than its first line. */
  private static final String WHOLE =
      """
      apiVersion: authz/v1
      roles: [{name: r, extends: [runner], permissions: ["cache:overwrite"]}]
      bindings:
        - {name: a, subjects: ["group:a"], role: r, scope: {project: a}, when: {cidr: [10.0.0.0/8]}}
        - {name: b, subjects: ["sa:b"], role: viewer, until: "2026-11-21T18:00:00Z", reason: b}
      denies: [{name: d, subjects: ["user:*"], permissions: ["inventory:register"]}]
      """;

  @DictionaryEntries({
    "apiVersion:",
    "authz/v1",
    "bindings:",
    "denies:",
    "tests:",
    "roles:",
    "when:",
    "cidr:",
    "hours:",
    "scope:",
    "project:",
    "until:",
    "&a",
    "*a",
    "!!",
    "<<: ",
    ": |",
    "---"
  })
  @FuzzTest(maxDuration = "1m")
  void a_text_is_a_policy_or_all_that_is_wrong_is_told(@NotNull String text, boolean whole) {
    read(whole ? WHOLE + text : text);
    if (whole && !text.isEmpty()) {
      var at = Math.floorMod(text.hashCode(), WHOLE.length());
      read(WHOLE.substring(0, at) + text + WHOLE.substring(at));
    }
  }

  private static void read(String text) {
    try {
      assertThat(PolicyReader.read(text)).isNotNull();
    } catch (PolicyException e) {
      assertThat(e.findings()).isNotEmpty().noneMatch(String::isBlank);
    }
  }
}

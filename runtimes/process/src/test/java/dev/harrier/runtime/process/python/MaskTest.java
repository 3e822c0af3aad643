package dev.harrier.runtime.process.python;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What harrier_mask.py lets through. */
@Tag("python")
final class MaskTest {
  @TempDir private Path folder = Path.of("");

  private String run(String script) throws Exception {
    return ShimScript.run(folder, "from harrier_mask import *\n" + script);
  }

  @Test
  void however_the_stream_is_cut_the_same_comes_out_and_no_secret_in_it() throws Exception {
    var said =
        run(
            """
            import random
            for seed in range(3000):
                draw = random.Random(seed)
                values = ["".join(draw.choice("ab") for _ in range(draw.randint(4, 9))) for _ in range(3)]
                data = b"".join(
                    draw.choice(values).encode() if draw.random() < 0.3 else draw.choice([b"a", b"b", b"c", b"\\n"])
                    for _ in range(30))
                whole = Mask(values)
                expected = whole.feed(data) + whole.rest()
                mask, pieces, at = Mask(values), [], 0
                while at < len(data):
                    size = draw.randint(1, 5)
                    pieces.append(mask.feed(data[at:at + size]))
                    at += size
                pieces.append(mask.rest())
                assert b"".join(pieces) == expected, seed
                assert not any(value.encode() in expected for value in values), seed
            print("the same")
            """);

    assertThat(said).isEqualTo("the same\n");
  }

  @Test
  void lines_of_a_secret_are_covered_and_what_is_too_short_is_not() throws Exception {
    var said =
        run(
            """
            mask = Mask(["-----BEGIN KEY-----\\nMIIEvAIBADAN\\nab\\n", " padded ", "abc"])
            print((mask.feed(b"x MIIEvAIBADAN y padded z abc ab") + mask.rest()).decode())
            """);

    assertThat(said).isEqualTo("x *** y***z abc ab\n");
  }

  @Test
  void what_can_be_no_beginning_of_one_does_not_wait() throws Exception {
    var said = run("print(Mask([\"hunter2\"]).feed(b\"a line\\n\"))");

    assertThat(said).isEqualTo("b'a line\\n'\n");
  }
}

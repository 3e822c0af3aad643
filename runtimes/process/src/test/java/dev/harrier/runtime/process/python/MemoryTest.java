package dev.harrier.runtime.process.python;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What harrier_memory.py does to a process. */
@Tag("python")
final class MemoryTest {
  @TempDir private Path folder = Path.of("");

  private String run(String script) throws Exception {
    return ShimScript.run(folder, "import harrier_memory, os\n" + script);
  }

  @Test
  void what_is_gathered_stays_as_it_was_and_a_childs_changes_are_its_own() throws Exception {
    var said =
        run(
            """
            pieces = [bytearray(str(number).encode() * 999) for number in range(9000)]
            before = [bytes(piece) for piece in pieces]
            harrier_memory.settle()
            child = os.fork()
            if child == 0:
                for piece in pieces:
                    piece[0] = 0
                os._exit(0)
            os.waitpid(child, 0)
            print(pieces == before)
            """);

    assertThat(said).isEqualTo("True\n");
  }

  @Test
  void it_says_no_more_than_the_kernel_holds_in_large_pages() throws Exception {
    var said =
        run(
            """
            piece = bytearray(b"x" * (64 << 20))
            gathered = harrier_memory.gather()
            with open("/proc/self/smaps_rollup") as file:
                held = sum(int(line.split()[1]) << 10 for line in file if line.startswith("AnonHugePages:"))
            kernel = tuple(int(part) for part in os.uname().release.split(".")[:2])
            can = kernel >= (6, 1) and harrier_memory._large_page_bytes() == 2 << 20
            print(gathered <= held, (gathered > 0) == can)
            """);

    assertThat(said).isEqualTo("True True\n");
  }

  @Test
  void a_kernel_that_cannot_is_no_error() throws Exception {
    var said = run("harrier_memory.MADV_COLLAPSE = 9999\nprint(harrier_memory.gather())");

    assertThat(said).isEqualTo("0\n");
  }
}

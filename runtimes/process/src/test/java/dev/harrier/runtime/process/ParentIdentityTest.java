package dev.harrier.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harrier.spi.machine.MachineUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class ParentIdentityTest {
  @Test
  void a_process_of_another_user_than_tasks_is_not_killed() throws IOException {
    var sleeping = new ProcessBuilder("sleep", "60").start();
    try {
      var own = MachineUser.owner(Path.of("/proc/self"));
      var named = identity(sleeping.pid());

      named.end(OptionalInt.of(own + 1));
      assertThat(named.alive()).isTrue();

      named.end(OptionalInt.of(own));
      assertThat(named.alive()).isFalse();
    } finally {
      sleeping.destroyForcibly();
    }
  }

  private static ParentIdentity identity(long pid) throws IOException {
    var stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
    var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    var boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    return new ParentIdentity("i", boot, pid, Long.parseLong(fields[19]));
  }
}

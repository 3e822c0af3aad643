package dev.harrier.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.harrier.runtime.process.sandbox.Walls;
import dev.harrier.spi.DataLayout;
import dev.harrier.spi.Observation;
import dev.harrier.spi.ProjectDomain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a task cannot do to others, warm and walled. */
@Tag("python")
class WallsTest {
  private static final ProjectDomain OTHER = new ProjectDomain("other", "development");

  @TempDir static Path folder = Path.of("");

  private static Workshop shop;
  private static Path secret = Path.of("");
  private static int number;

  @BeforeAll
  static void open() throws IOException {
    shop = new Workshop(folder, settings -> settings);
    secret = shop.home.resolve("signing.key");
    Files.writeString(secret, "the key");
    var foreign = DataLayout.upload(OTHER, "d", "foreign.txt");
    shop.blobs.write(foreign, ByteString.copyFromUtf8("of another project"));
    shop.blobs.write(
        DataLayout.upload(Workshop.SCOPE, "d", "own.txt"), ByteString.copyFromUtf8("own"));
    assertThat(shop.runtime.sandbox().walls()).isEqualTo(Walls.NAMESPACES);
  }

  @AfterAll
  static void close() {
    shop.close();
  }

  /** What a script printed that ran as a task. */
  private static String run(String script) throws IOException {
    var id = Workshop.attempt("w" + number++);
    assertThat(shop.run(id, Workshop.shell(script + "; true")))
        .isInstanceOf(Observation.Succeeded.class);
    return shop.log(id);
  }

  private static String python(String script) throws IOException {
    var id = Workshop.attempt("w" + number++);
    shop.run(id, Workshop.container(List.of("python", "-c", script)));
    return shop.log(id);
  }

  @Test
  void it_sees_its_own_processes_alone() throws IOException {
    var pids = run("ls /proc | grep -c '^[0-9]'").strip();

    // Its keeper, the shell, ls and grep.
    assertThat(Integer.parseInt(pids)).isLessThanOrEqualTo(5);
  }

  @Test
  void it_reads_its_own_projects_data() throws IOException {
    assertThat(run("cat " + shop.blobs.uri(DataLayout.upload(Workshop.SCOPE, "d", "own.txt"))))
        .isEqualTo("own");
  }

  @Test
  void it_does_not_see_another_projects_data() throws IOException {
    assertThat(run("cat " + shop.blobs.uri(DataLayout.upload(OTHER, "d", "foreign.txt"))))
        .contains("No such file")
        .doesNotContain("of another project");
  }

  @Test
  void it_does_not_see_the_servers_home() throws IOException {
    assertThat(run("cat " + secret + "; ls -A " + shop.home + "/process"))
        .doesNotContain("the key")
        .doesNotContain("attempts");
  }

  @Test
  void it_cannot_change_what_an_earlier_task_wrote() throws IOException {
    var own = shop.blobs.uri(DataLayout.upload(Workshop.SCOPE, "d", "own.txt"));

    var log = run("echo changed > " + own);

    assertThat(log).contains("Read-only file system");
    assertThat(Files.readString(Path.of(own))).isEqualTo("own");
  }

  @Test
  void it_cannot_write_outside_its_folders() throws IOException {
    var log =
        run(
            "for d in / /etc /usr /var /home /root /run /dev /sys /proc/sys/kernel; do"
                + " (echo x > $d/harrier-test) 2>/dev/null && echo wrote $d; done");

    assertThat(log).isEmpty();
  }

  @Test
  void it_has_a_temporary_folder_of_its_own() throws IOException {
    run("echo mine > /tmp/mark");

    assertThat(run("ls /tmp; echo done")).doesNotContain("mark").contains("done");
  }

  @Test
  void it_has_no_capability_and_cannot_get_one() throws IOException {
    var status = run("grep -E 'Cap(Prm|Eff|Bnd|Inh|Amb)|NoNewPrivs|Seccomp:' /proc/self/status");

    assertThat(status.lines().filter(line -> line.startsWith("Cap")))
        .hasSize(5)
        .allMatch(line -> line.endsWith("0000000000000000"));
    assertThat(status).containsPattern("NoNewPrivs:\\s+1").containsPattern("Seccomp:\\s+2");
  }

  @Test
  void it_cannot_unmount_mount_or_make_namespaces() throws IOException {
    var log =
        python(
            """
            import ctypes, errno, os
            libc = ctypes.CDLL(None, use_errno=True)
            calls = {"umount2": (b"/proc", 2), "mount": (b"none", b"/tmp", b"tmpfs", 0, None),
                     "unshare": (0x10000000,), "setns": (0, 0), "ptrace": (0, 0, 0, 0),
                     "chroot": (b"/tmp",)}
            for name, arguments in calls.items():
                ctypes.set_errno(0)
                print(name, getattr(libc, name)(*arguments), errno.errorcode.get(ctypes.get_errno()))
            """);

    assertThat(log.lines()).hasSize(6).allMatch(line -> line.endsWith(" -1 EPERM"));
  }

  @Test
  void it_has_no_sockets_but_those_that_its_network_holds() throws IOException {
    var log =
        python(
            """
            import errno, socket
            families = {"UNIX": 1, "INET": 2, "INET6": 10, "NETLINK": 16, "ALG": 38, "VSOCK": 40}
            for name, family in families.items():
                try:
                    kind = socket.SOCK_SEQPACKET if name == "ALG" else socket.SOCK_STREAM
                    socket.socket(family, socket.SOCK_RAW if name == "NETLINK" else kind).close()
                    print(name, "made")
                except OSError as refused:
                    print(name, errno.errorcode[refused.errno])
            """);

    assertThat(log.lines())
        .containsExactly(
            "UNIX made",
            "INET made",
            "INET6 made",
            "NETLINK made",
            "ALG EAFNOSUPPORT",
            "VSOCK EAFNOSUPPORT");
  }

  @Test
  void it_cannot_harm_its_keeper() throws IOException {
    assertThat(run("kill -9 1; kill -15 1; cat /proc/1/environ; ls /proc/1/fd; echo alive"))
        .contains("alive")
        .containsAnyOf("Permission denied", "Operation not permitted");
  }

  @Test
  void it_does_not_find_the_parents_socket() throws IOException {
    assertThat(run("find / -xdev -type s 2>/dev/null | grep -v '^/proc'; echo searched"))
        .doesNotContain(shop.home.toString())
        .contains("searched");
  }
}

package dev.harrier.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.harrier.runtime.process.sandbox.Walls;
import dev.harrier.spi.AttemptId;
import dev.harrier.spi.DataLayout;
import dev.harrier.spi.ExecutionId;
import dev.harrier.spi.NodeId;
import dev.harrier.spi.Observation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * One attempt plants a link where another's raw data are to be, to what their parent sees and they
 * do not. The folders are not below {@code /tmp}, which every attempt has its own of.
 */
@Tag("python")
final class PlantedLinksTest {
  @Test
  void warm_workers_do_not_follow_a_link_that_another_attempt_left() throws IOException {
    refused(Walls.NAMESPACES, "expected folders on the way to");
  }

  @Test
  void workers_in_a_bubblewrap_each_take_no_folder_that_another_attempt_may_write()
      throws IOException {
    refused(Walls.BUBBLEWRAP_EACH, "expected a folder directly below");
  }

  @Test
  void raw_data_do_not_go_among_the_servers_own_files() throws IOException {
    var folder = folder();
    try (var shop = new Workshop(folder, settings -> settings)) {
      var id = attempt("e1");
      var own = shop.home.resolve("process").resolve("attempts");

      shop.runtime.start(shop.withRaw(shop.start(id, Workshop.shell("ls " + own)), own.toString()));

      assertThat(failed(shop, id)).contains("outside of the server's home");
    }
  }

  @Test
  void a_parents_log_is_not_where_the_parent_can_put_a_link() throws IOException {
    var folder = folder();
    var victim = Files.writeString(folder.resolve("victim"), "kept");
    try (var shop = new Workshop(folder, settings -> settings)) {
      assertThat(shop.run(attempt("e1"), Workshop.shell("true")))
          .isInstanceOf(Observation.Succeeded.class);
      var parents = shop.home.resolve("process").resolve("parents");
      try (var all = Files.list(parents)) {
        for (var parent : all.toList()) {
          Files.deleteIfExists(parent.resolve("parent.log"));
          Files.createSymbolicLink(parent.resolve("parent.log"), victim);
          var record = Files.readString(parent.resolve("identity"));
          ParentIdentity.of(JsonParser.parseString(record).getAsJsonObject())
              .end(OptionalInt.empty());
        }
      }

      assertThat(shop.run(attempt("e2"), Workshop.shell("true")))
          .isInstanceOf(Observation.Succeeded.class);

      assertThat(victim).hasContent("kept");
    }
  }

  private static void refused(Walls walls, String sentence) throws IOException {
    var folder = folder();
    try (var shop = new Workshop(folder, settings -> settings, walls)) {
      var first = attempt("e1");
      var raw = shop.blobs.uri(DataLayout.rawPrefix(first));
      var attempts = shop.home.resolve("process").resolve("attempts");
      assertThat(
              shop.run(
                  first,
                  Workshop.shell(
                      "mkdir %1$s/e2 && ln -s %2$s %1$s/e2/n0-0".formatted(raw, attempts))))
          .isInstanceOf(Observation.Succeeded.class);
      assertThat(Path.of(raw, "e2", "n0-0")).isSymbolicLink();
      var second = attempt("e2");

      shop.runtime.start(
          shop.withRaw(
              shop.start(
                  second, Workshop.shell("ls %s; touch %s/planted".formatted(attempts, attempts))),
              raw + "/e2/n0-0"));

      assertThat(failed(shop, second)).contains(sentence);
      assertThat(shop.log(second)).isEmpty();
      assertThat(attempts.resolve("planted")).doesNotExist();
    }
  }

  private static String failed(Workshop shop, AttemptId id) {
    var end = shop.observed.awaitEnd(id);
    assertThat(end).isInstanceOf(Observation.Failed.class);
    return ((Observation.Failed) end).failure().message();
  }

  private static AttemptId attempt(String execution) {
    var scope = Workshop.SCOPE;
    return new AttemptId(
        new NodeId(new ExecutionId(scope.project(), scope.domain(), execution), "n0"), 0);
  }

  private static Path folder() throws IOException {
    return Files.createDirectories(
        Path.of("target", "planted", UUID.randomUUID().toString()).toAbsolutePath());
  }
}

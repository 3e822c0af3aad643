package dev.harrier.architecture;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The arrows between rooms, as ARCHITECTURE.md draws them: down only, none inside a row, and a few
 * that are never drawn.
 */
final class ArrowsTest {
  /** For each room, the rooms that it may use. A room that is missing here fails the test. */
  private static final Map<String, Set<String>> MAY_USE =
      Map.ofEntries(
          Map.entry("idl", Set.of()),
          Map.entry("spi", Set.of("idl")),
          Map.entry("testkit", Set.of("idl", "spi")),
          Map.entry("compiler", Set.of("idl", "spi")),
          Map.entry("database", Set.of("spi")),
          Map.entry("blobstore", Set.of("idl", "spi")),
          Map.entry("audit", Set.of("idl", "spi")),
          Map.entry("security", Set.of("idl", "spi", "database", "audit")),
          Map.entry("journal", Set.of("idl", "spi", "security")),
          Map.entry("secrets", Set.of("spi", "security")),
          Map.entry("propeller", Set.of("idl", "spi", "compiler", "security")),
          Map.entry("runtime", Set.of("idl", "spi", "security")),
          Map.entry(
              "admin",
              Set.of("idl", "spi", "compiler", "database", "blobstore", "security", "audit")),
          Map.entry(
              "server",
              Set.of(
                  "idl",
                  "spi",
                  "compiler",
                  "database",
                  "blobstore",
                  "security",
                  "audit",
                  "journal",
                  "propeller",
                  "secrets",
                  "admin",
                  "runtime")));

  private static final JavaClasses SHIPPED =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("dev.harrier");

  @Test
  void every_arrow_points_down() {
    var wrong = new TreeSet<String>();
    SHIPPED.forEach(type -> wrong.addAll(wrongArrows(type)));

    assertThat(wrong).isEmpty();
  }

  @Test
  void every_room_was_looked_at() {
    var rooms = new TreeSet<String>();
    SHIPPED.forEach(type -> room(type).ifPresent(rooms::add));

    assertThat(rooms)
        .containsAll(MAY_USE.keySet().stream().filter(r -> !r.equals("testkit")).toList());
  }

  @Test
  void a_planted_wrong_arrow_is_found() {
    var planted = new ClassFileImporter().importPackages("dev.harrier.propeller.planted");
    var wrong = new TreeSet<String>();
    planted.forEach(type -> wrong.addAll(wrongArrows(type)));

    assertThat(wrong).anyMatch(arrow -> arrow.contains("propeller -> database"));
  }

  @Test
  void rooms_of_the_process_runtime_use_each_other_in_no_circle() {
    slices().matching("dev.harrier.runtime.(**)").should().beFreeOfCycles().check(SHIPPED);
  }

  @Test
  void what_decides_reads_no_clock_and_draws_no_number() {
    var pure =
        List.of(
            "dev.harrier.propeller.decide",
            "dev.harrier.propeller.bind",
            "dev.harrier.propeller.graph",
            "dev.harrier.compiler");
    var wrong = new TreeSet<String>();
    SHIPPED.stream()
        .filter(type -> pure.contains(type.getPackageName()))
        .forEach(
            type ->
                type.getCodeUnitCallsFromSelf()
                    .forEach(
                        call -> {
                          var target = call.getTarget().getFullName();
                          if (target.startsWith("java.time.Instant.now")
                              || target.startsWith("java.lang.System.nanoTime")
                              || target.startsWith("java.lang.System.currentTimeMillis")
                              || target.startsWith("java.lang.Thread.sleep")
                              || target.startsWith("java.util.Random.")
                              || target.startsWith("java.util.UUID.randomUUID")
                              || target.startsWith("java.nio.file.Files.")
                              || target.startsWith("org.slf4j.")) {
                            wrong.add(type.getName() + " calls " + target);
                          }
                        }));

    assertThat(wrong).isEmpty();
  }

  private static Set<String> wrongArrows(JavaClass type) {
    var wrong = new TreeSet<String>();
    var from = room(type);
    if (from.isEmpty()) {
      return wrong;
    }
    var allowed = MAY_USE.get(from.get());
    if (allowed == null) {
      wrong.add(
          "%s: is in room %s, which has no place in the house"
              .formatted(type.getName(), from.get()));
      return wrong;
    }
    for (var dependency : type.getDirectDependenciesFromSelf()) {
      room(dependency.getTargetClass())
          .filter(to -> !to.equals(from.get()) && !allowed.contains(to))
          .ifPresent(
              to ->
                  wrong.add(
                      "%s -> %s: %s uses %s"
                          .formatted(
                              from.get(),
                              to,
                              type.getName(),
                              dependency.getTargetClass().getName())));
    }
    return wrong;
  }

  /** The room that a class is in; empty for what is not Harrier's. */
  private static Optional<String> room(JavaClass type) {
    var name = type.getPackageName();
    if (!name.startsWith("dev.harrier.")) {
      return Optional.empty();
    }
    return Optional.of(name.substring("dev.harrier.".length()).split("\\.", -1)[0]);
  }
}

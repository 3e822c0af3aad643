package dev.harrier.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** What is safe because nothing that is shipped does otherwise. */
final class ConstructionTest {
  private static final JavaClasses SHIPPED =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("-tests.jar"))
          .withImportOption(location -> !location.contains("/testkit/"))
          .importPackages("dev.harrier");

  /** Numbers that can be guessed, and where they may be: a wait that differs from the others'. */
  private static final Set<String> WAITS = Set.of("dev.harrier.secrets.http.HttpService");

  /**
   * Who starts programs, always by a list of words: no word of a request is in a line that a shell
   * reads.
   */
  private static final Set<String> STARTERS =
      Set.of(
          "dev.harrier.spi.machine.ShortProgram",
          "dev.harrier.database.PostgresCluster",
          "dev.harrier.runtime.process.WorkerParents",
          "dev.harrier.server.python.OwnPython",
          "dev.harrier.server.demo.Demo");

  /** Nothing that opens a door comes of numbers that can be guessed (ASVS 11.5.1). */
  @Test
  void asvs_11_5_1_all_randomness_is_that_of_the_system() {
    assertThat(
            callers(
                target ->
                    target.startsWith("java.util.Random.")
                        || target.startsWith("java.util.SplittableRandom.")
                        || target.startsWith("java.util.concurrent.ThreadLocalRandom.")
                        || target.startsWith("java.util.random.")
                        || target.startsWith("java.lang.Math.random(")))
        .containsExactlyInAnyOrderElementsOf(WAITS);
  }

  /** Programs are started by a closed list of classes, and never by a line (ASVS 1.2.5). */
  @Test
  void asvs_1_2_5_programs_are_started_by_few_and_not_by_a_line() {
    assertThat(callers(target -> target.startsWith("java.lang.ProcessBuilder.<init>")))
        .containsExactlyInAnyOrderElementsOf(STARTERS);
    assertThat(callers(target -> target.startsWith("java.lang.Runtime.exec("))).isEmpty();
  }

  /** Nobody makes objects of bytes that came from outside (ASVS 1.5.2). */
  @Test
  void asvs_1_5_2_no_object_is_made_of_bytes() {
    assertThat(callers(target -> target.startsWith("java.io.ObjectInputStream."))).isEmpty();
  }

  private static Set<String> callers(Predicate<String> target) {
    var callers = new TreeSet<String>();
    for (var type : SHIPPED) {
      // Calls, and references such as Random::new.
      for (var access : type.getCodeUnitAccessesFromSelf()) {
        if (!type.getPackageName().startsWith("dev.harrier.bench")
            && target.test(access.getTarget().getFullName())) {
          callers.add(type.getName().replaceFirst("\\$.*", ""));
        }
      }
    }
    return callers;
  }
}

package dev.harrier.architecture;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page that says which test shows what stays true: each test is there, none is forgotten. */
final class ImmunityPageTest {
  private static final Path PROJECT = Path.of(System.getProperty("harrier.project", ".."));
  private static final Pattern ROW = Pattern.compile("(?m)^\\| ([HF]?\\d[\\d.]*).*\\|([^|]+)\\|$");
  private static final Pattern NAMED = Pattern.compile("`(\\w+Test)\\.(\\w+)`");

  /** An annotation of a test, whatever stands between it and the method's name. */
  private static final Pattern TEST =
      Pattern.compile("@(?:Test|ParameterizedTest|TestFactory)\\b.*?\\b(?:void|>) (\\w+)\\(");

  private static final Pattern NUMBERED = Pattern.compile("^(?:h\\d\\d|f\\d|asvs(?:_\\d+)+)_.*");

  @Test
  void every_test_that_it_names_is_there() throws IOException {
    var named = named();

    assertThat(named).hasSizeGreaterThan(100);
    assertThat(tests()).containsAll(named);
  }

  @Test
  void every_test_with_a_number_of_the_page_is_named() throws IOException {
    var numbered =
        tests().stream()
            .filter(test -> NUMBERED.matcher(test.substring(test.indexOf('.') + 1)).matches())
            .toList();

    assertThat(numbered).hasSizeGreaterThan(20);
    assertThat(named()).containsAll(numbered);
  }

  @Test
  void every_hole_and_guard_has_a_line_that_says_what_shows_it() throws IOException {
    var numbers = new ArrayList<String>();
    ROW.matcher(page())
        .results()
        .forEach(
            row -> {
              numbers.add(row.group(1));
              assertThat(row.group(2))
                  .as(row.group(1))
                  .containsPattern(NAMED.pattern() + "|not served|no test yet|as H\\d\\d|F1 to F7");
            });

    assertThat(numbers)
        .containsAll(IntStream.rangeClosed(1, 30).mapToObj("H%02d"::formatted).toList())
        .containsAll(IntStream.rangeClosed(1, 7).mapToObj("F%d"::formatted).toList())
        .doesNotHaveDuplicates();
  }

  private static String page() throws IOException {
    return Files.readString(PROJECT.resolve("docs/operate/immunity.md"));
  }

  private static List<String> named() throws IOException {
    return NAMED
        .matcher(page())
        .results()
        .map(named -> named.group(1) + "." + named.group(2))
        .distinct()
        .toList();
  }

  /** Each test of the project, as {@code Class.method}. */
  private static Set<String> tests() throws IOException {
    try (var rooms = Files.find(PROJECT, 5, (path, is) -> path.endsWith("src/test/java"))) {
      return rooms
          .flatMap(ImmunityPageTest::sources)
          .flatMap(ImmunityPageTest::methods)
          .collect(toCollection(TreeSet::new));
    }
  }

  private static Stream<Path> sources(Path room) {
    try (var files = Files.walk(room)) {
      return files.filter(file -> file.toString().endsWith("Test.java")).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<String> methods(Path source) {
    try {
      var type = source.getFileName().toString().replace(".java", "");
      return Pattern.compile(TEST.pattern(), Pattern.DOTALL)
          .matcher(Files.readString(source))
          .results()
          .map(found -> type + "." + found.group(1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

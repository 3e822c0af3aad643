package dev.harrier.conformance;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** The Chromium of this machine, driven by scripts; the variable names one that must be there. */
record RealBrowser(Path chromium) {
  private static final String VARIABLE = "HARRIER_TEST_CHROMIUM";

  /** Leaves the test out, with a word, where there is none. */
  static RealBrowser orSkipped() {
    var named = Optional.ofNullable(System.getenv(VARIABLE)).filter(name -> !name.isBlank());
    var found =
        named
            .map(Path::of)
            .or(() -> Places.onPath("chromium"))
            .or(() -> Places.onPath("chromium-browser"));
    Assumptions.assumeTrue(
        found.isPresent(),
        "No Chromium: on Debian 'apt-get install chromium', or name one in " + VARIABLE);
    return new RealBrowser(found.orElseThrow());
  }

  /**
   * Runs a script that drives it.
   *
   * @param given what the script is told; where the browser is comes to it
   */
  Ran run(Path folder, String script, JsonObject given) {
    given.addProperty("modules", modules());
    given.addProperty("chromium", chromium.toString());
    return Ran.of(
        folder,
        Map.of(),
        List.of("node", Places.browser().resolve(script).toString(), given.toString()));
  }

  /** Where the package is that drives it. */
  private static String modules() {
    var script = Places.browser().resolve("build.sh");
    return Ran.of(Places.browser(), Map.of(), List.of("sh", script.toString()))
        .succeeded()
        .lastLine();
  }
}

package dev.harrier.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import dev.harrier.spi.AttemptId;
import dev.harrier.spi.DataLayout;
import dev.harrier.spi.Observation;
import flyteidl.core.Errors.ErrorDocument;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.Literals.Literal;
import flyteidl.core.Literals.LiteralCollection;
import flyteidl.core.Literals.LiteralMap;
import flyteidl.core.Literals.Primitive;
import flyteidl.core.Literals.Scalar;
import flyteidl.core.Tasks.TaskTemplate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** A forked worker leaves what a fresh {@code pyflyte-execute} leaves, byte for byte. */
@Tag("python")
final class WarmAndColdTest {
  private static final String MODULE = "harrier_sample_tasks";
  private static final Pattern NAME =
      Pattern.compile("(?m)^(?:async )?def ((?:make|see|do|err|exit)_\\w+)\\(");
  private static final Pattern ECHO = Pattern.compile("(?m)^def echo_(\\w+)\\(");
  // Paths drawn at random, of one length: replaced they leave the lengths in a message right.
  private static final Pattern DRAWN =
      Pattern.compile(
          "[0-9a-f]{32}|flyte-?[a-z0-9_]{8}|tmp[a-z0-9_]{8}|0x[0-9a-f]+|[0-9a-f]{24}/cwd");
  private static final Pattern RACE =
      Pattern.compile("(concurrent/futures/_base\\.py\\\\\", line )\\d+");
  private static final Pattern TIME =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d,\\d+");

  @TempDir static Path folder = Path.of("");

  private static Workshop warm;
  private static Workshop cold;
  private static String source = "";

  @BeforeAll
  static void open() throws IOException {
    try (var stream = WarmAndColdTest.class.getResourceAsStream("/" + MODULE + ".py")) {
      source = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
    // Names of one length, so that the paths in outputs differ in four letters only.
    warm = workshop("warm", false);
    cold = workshop("cold", true);
    assertThat(warm.runtime.sandbox().warm()).isTrue();
    assertThat(cold.runtime.sandbox().warm()).isFalse();
  }

  private static Workshop workshop(String name, boolean coldWorkers) throws IOException {
    var shop =
        new Workshop(folder.resolve(name), settings -> settings.withColdWorkers(coldWorkers));
    var code = code(shop);
    Files.createDirectories(code);
    Files.writeString(code.resolve(MODULE + ".py"), source);
    var unpacked = Files.createDirectories(folder.resolve(name).resolve("unpacked"));
    Files.writeString(
        unpacked.resolve("packed_" + MODULE + ".py"), "from " + MODULE + " import *\n");
    Files.writeString(unpacked.resolve(MODULE + ".py"), source);
    run("tar", "-czf", code.resolve("fast1.tar.gz").toString(), "-C", unpacked.toString(), ".");
    return shop;
  }

  private static Path code(Workshop shop) {
    return shop.blobs
        .path(DataLayout.upload(Workshop.SCOPE, "code", "x"))
        .resolveSibling(".")
        .normalize();
  }

  private static void run(String... command) throws IOException {
    try {
      assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  @AfterAll
  static void close() {
    warm.close();
    cold.close();
  }

  /** A task with its inputs, by the command that runs it. */
  private record Sample(
      String name, List<String> command, LiteralMap inputs, Map<String, String> environment) {}

  @TestFactory
  Stream<DynamicTest> every_sample_leaves_the_same_warm_and_cold() throws IOException {
    var samples = samples();
    assertThat(samples).hasSizeGreaterThanOrEqualTo(40);
    for (var sample : samples) {
      warm.runtime.start(start(warm, sample));
      cold.runtime.start(start(cold, sample));
    }
    return samples.stream()
        .map(sample -> DynamicTest.dynamicTest(sample.name(), () -> compare(sample)));
  }

  private static List<Sample> samples() throws IOException {
    var samples = new ArrayList<Sample>();
    var names = NAME.matcher(source);
    while (names.find()) {
      samples.add(sample(names.group(1), LiteralMap.getDefaultInstance()));
    }
    samples.sort(Comparator.comparing(sample -> !sample.name().startsWith("make_")));
    var echoes = ECHO.matcher(source);
    while (echoes.find()) {
      samples.add(sample("echo_" + echoes.group(1), none()));
    }
    samples.add(sample("shell", LiteralMap.getDefaultInstance()));
    samples.add(sample("no_such_task", LiteralMap.getDefaultInstance()));
    samples.add(
        new Sample(
            "no_such_module",
            execute("no_such_module", "nothing"),
            LiteralMap.getDefaultInstance(),
            Map.of()));
    samples.add(
        new Sample("bad_usage", List.of("pyflyte-execute", "--no-such-option"), none(), Map.of()));
    samples.add(new Sample("no_such_command", List.of("no-such-command"), none(), Map.of()));
    samples.add(
        new Sample("plain_python", List.of("python", "-c", "print(6 * 7)"), none(), Map.of()));
    samples.add(fast("fast_int", "fast1.tar.gz", "make_int"));
    samples.add(fast("fast_process", "fast1.tar.gz", "see_process"));
    samples.add(fast("fast_environment", "fast1.tar.gz", "see_environment"));
    samples.add(fast("fast_exit", "fast1.tar.gz", "exit_three"));
    samples.add(fast("fast_missing", "nowhere.tar.gz", "make_int"));
    samples.add(mapped());
    samples.add(
        new Sample(
            "quiet_traceback",
            execute(MODULE, "err_base"),
            none(),
            Map.of("FLYTE_SDK_RICH_TRACEBACKS", "0", "FLYTE_SDK_LOGGING_LEVEL", "20")));
    return samples;
  }

  private static LiteralMap none() {
    return LiteralMap.getDefaultInstance();
  }

  private static Sample sample(String name, LiteralMap inputs) {
    return new Sample(name, execute(MODULE, name), inputs, Map.of());
  }

  private static List<String> execute(String module, String task) {
    return List.of(
        "pyflyte-execute",
        "--inputs",
        "{{.input}}",
        "--output-prefix",
        "{{.outputPrefix}}",
        "--raw-output-data-prefix",
        "{{.rawOutputDataPrefix}}",
        "--checkpoint-path",
        "{{.checkpointOutputPrefix}}",
        "--prev-checkpoint",
        "{{.prevCheckpointPrefix}}",
        "--resolver",
        "flytekit.core.python_auto_container.default_task_resolver",
        "--",
        "task-module",
        module,
        "task-name",
        task);
  }

  private static Sample fast(String name, String archive, String task) {
    var command =
        new ArrayList<>(
            List.of(
                "pyflyte-fast-execute",
                "--additional-distribution",
                "CODE/" + archive,
                "--dest-dir",
                "/root",
                "--"));
    command.addAll(execute("packed_" + MODULE, task));
    return new Sample(name, command, none(), Map.of());
  }

  private static Sample mapped() {
    var items = LiteralCollection.newBuilder();
    for (int number = 3; number < 6; number++) {
      items.addLiterals(
          Literal.newBuilder()
              .setScalar(
                  Scalar.newBuilder().setPrimitive(Primitive.newBuilder().setInteger(number))));
    }
    var command = new ArrayList<>(execute(MODULE, "square"));
    command.set(0, "pyflyte-map-execute");
    var resolver = command.indexOf("--resolver") + 1;
    var inner = command.get(resolver);
    command.set(resolver, "flytekit.core.array_node_map_task.ArrayNodeMapTaskResolver");
    command.addAll(command.indexOf("--") + 1, List.of("vars", "", "resolver", inner));
    return new Sample(
        "mapped",
        command,
        LiteralMap.newBuilder()
            .putLiterals("o0", Literal.newBuilder().setCollection(items).build())
            .build(),
        Map.of(
            "BATCH_JOB_ARRAY_INDEX_VAR_NAME",
            "FLYTE_K8S_ARRAY_INDEX",
            "FLYTE_K8S_ARRAY_INDEX",
            "1"));
  }

  /** The outputs of a sample, to be the inputs of another. */
  private static LiteralMap made(Workshop shop, String name) {
    return ((Observation.Succeeded) shop.observed.awaitEnd(Workshop.attempt(name))).outputs();
  }

  private static dev.harrier.spi.AttemptStart start(Workshop shop, Sample sample) {
    return start(shop, Workshop.attempt(sample.name()), sample);
  }

  private static dev.harrier.spi.AttemptStart start(Workshop shop, AttemptId id, Sample sample) {
    var command =
        sample.command().stream()
            .map(argument -> argument.replace("CODE/", code(shop) + "/"))
            .toList();
    var variables = new TreeMap<>(sample.environment());
    if (!sample.command().getFirst().contains("fast")) {
      variables.put("PYTHONPATH", code(shop).toString());
    }
    TaskTemplate task = Workshop.withEnvironment(Workshop.container(command), variables);
    if (sample.name().startsWith("make_") || sample.name().startsWith("echo_")) {
      task = Workshop.withOutputs(task, "o0");
    }
    task =
        task.toBuilder()
            .setId(
                Identifier.newBuilder()
                    .setProject("flytesnacks")
                    .setDomain("development")
                    .setName(MODULE + "." + sample.name())
                    .setVersion("v1"))
            .build();
    var inputs =
        sample.name().startsWith("echo_")
            ? made(shop, sample.name().replace("echo_", "make_"))
            : sample.inputs();
    return shop.start(id, 1, task, inputs, Optional.empty());
  }

  private static void compare(Sample sample) throws IOException {
    var id = Workshop.attempt(sample.name());
    var warmEnd = warm.observed.awaitEnd(id);
    var coldEnd = cold.observed.awaitEnd(id);

    assertThat(verdict(warmEnd)).isEqualTo(verdict(coldEnd));
    assertThat(files(warm, id)).isEqualTo(files(cold, id));
    assertThat(outputs(warm, id)).isEqualTo(outputs(cold, id));
    assertThat(error(warm, id)).isEqualTo(error(cold, id));
    if (!sample.name().equals("no_such_command")) {
      // There bubblewrap speaks in its own words.
      assertThat(printed(warm, id)).isEqualTo(printed(cold, id));
    }
  }

  private static String verdict(Observation end) {
    return switch (end) {
      case Observation.Started started -> "started";
      case Observation.Succeeded succeeded -> "succeeded";
      case Observation.Lost lost -> "lost: " + lost.reason();
      case Observation.Failed failed ->
          // The message may quote the log, which is compared by itself.
          "%s %s %s"
              .formatted(
                  failed.failure().code(), failed.failure().kind(), failed.failure().recoverable());
    };
  }

  private static Set<String> files(Workshop shop, AttemptId id) throws IOException {
    var names = new TreeSet<String>();
    for (var root :
        List.of(
            shop.blobs.path(DataLayout.outputPrefix(id)),
            shop.blobs.path(DataLayout.rawPrefix(id)))) {
      try (var all = Files.walk(root)) {
        all.filter(Files::isRegularFile)
            .forEach(file -> names.add(drawn(root.relativize(file).toString())));
      }
    }
    return names;
  }

  private static String outputs(Workshop shop, AttemptId id) throws IOException {
    var bytes = shop.output(id, "outputs.pb");
    if (bytes.isEmpty()) {
      return "none";
    }
    // The order of a map's entries differs between any two Python processes, so it is set here.
    var sorted = new byte[bytes.get().size()];
    var stream = CodedOutputStream.newInstance(sorted);
    stream.useDeterministicSerialization();
    LiteralMap.parseFrom(bytes.get()).writeTo(stream);
    return drawn(ByteString.copyFrom(sorted).toString(StandardCharsets.ISO_8859_1));
  }

  private static String error(Workshop shop, AttemptId id) throws IOException {
    var bytes = shop.output(id, "error.pb");
    if (bytes.isEmpty()) {
      return "none";
    }
    var document = ErrorDocument.parseFrom(bytes.get()).toBuilder();
    document.getErrorBuilder().clearTimestamp();
    return drawn(document.build().toString());
  }

  private static List<String> printed(Workshop shop, AttemptId id) throws IOException {
    var log = drawn(TIME.matcher(shop.log(id)).replaceAll("<time>"));
    var uncaught = log.contains("Traceback (most recent call last)");
    // The frames above a user's code are those of the program that called it. Two streams meet in
    // one file, so their lines may come in another order.
    return log.lines()
        .filter(line -> !uncaught || line.contains("Error:"))
        .filter(line -> !line.contains("Begin User Error") || !uncaught)
        .sorted()
        .toList();
  }

  private static String drawn(String text) {
    var named = DRAWN.matcher(text.replace("/cold/", "/warm/")).replaceAll("<drawn>");
    // Whether a future was done when it was asked: a matter of two threads in any Python process.
    return RACE.matcher(named).replaceAll("$1<line>");
  }

  @Test
  void two_forked_workers_draw_different_names() throws IOException {
    var one = Workshop.attempt("draw_one");
    var two = Workshop.attempt("draw_two");
    var sample = sample("draw_names", none());

    warm.runtime.start(start(warm, one, sample));
    warm.runtime.start(start(warm, two, sample));

    assertThat(words(one)).hasSize(3).doesNotContainAnyElementsOf(words(two));
  }

  private static List<String> words(AttemptId id) {
    var end = (Observation.Succeeded) warm.observed.awaitEnd(id);
    return end.outputs().getLiteralsOrThrow("o0").getCollection().getLiteralsList().stream()
        .map(literal -> literal.getScalar().getPrimitive().getStringValue())
        .map(word -> word.substring(word.lastIndexOf('/') + 1))
        .toList();
  }
}

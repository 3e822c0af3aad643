package dev.harrier.compiler;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import flyteidl.admin.TaskOuterClass.TaskSpec;
import flyteidl.admin.WorkflowOuterClass.WorkflowSpec;
import flyteidl.core.Compiler.CompiledTask;
import flyteidl.core.Compiler.CompiledWorkflowClosure;
import flyteidl.core.Compiler.ConnectionSet;
import flyteidl.core.Compiler.ConnectionSet.IdList;
import flyteidl.core.DynamicJob.DynamicJobSpec;
import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.Interface.TypedInterface;
import flyteidl.core.Interface.VariableMap;
import flyteidl.core.Tasks.TaskTemplate;
import flyteidl.core.Types.SimpleType;
import flyteidl.core.WorkflowClosureOuterClass.WorkflowClosure;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/**
 * The data of Flyte's own compiler tests, out of the Go module that Flyte publishes them in; {@code
 * go} gets it once and keeps it.
 */
@Tag("go")
final class VectorsTest {
  private static final String MODULE = "github.com/flyteorg/flyte/flytepropeller@v1.16.8";

  private static Path vectors = Path.of("");

  @BeforeAll
  @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
  static void getVectors() throws IOException, InterruptedException {
    Process go =
        new ProcessBuilder("go", "mod", "download", "-json", MODULE)
            // Of no module of its own.
            .directory(new File(System.getProperty("java.io.tmpdir")))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String answer = new String(go.getInputStream().readAllBytes(), UTF_8);
    assertThat(go.waitFor()).as(answer).isZero();
    Struct.Builder told = Struct.newBuilder();
    JsonFormat.parser().merge(answer, told);
    vectors =
        Path.of(told.getFieldsOrThrow("Dir").getStringValue())
            .resolve("pkg/compiler/test/testdata");
  }

  @Test
  void tasks_compile_to_the_expected_message() {
    List<Path> sources = snacks("_1.pb");

    assertThat(sources).isNotEmpty();
    for (Path source : sources) {
      CompiledTask expected =
          json(expectation(source, "_task.json"), CompiledTask.newBuilder()).build();

      assertThat(compiledTask(source)).as(source.toString()).isEqualTo(expected);
    }
  }

  @Test
  void workflows_compile_to_the_expected_message() {
    Map<Identifier, CompiledTask> tasks = new HashMap<>();
    snacks("_1.pb")
        .forEach(
            source -> {
              CompiledTask task = compiledTask(source);
              tasks.put(task.getTemplate().getId(), task);
            });
    List<Path> sources = snacks("_2.pb");

    assertThat(sources).isNotEmpty();
    for (Path source : sources) {
      WorkflowSpec spec = workflowSpec(source);
      List<CompiledTask> required =
          WorkflowCompiler.requiredTasks(spec.getTemplate(), spec.getSubWorkflowsList()).stream()
              .map(id -> Optional.ofNullable(tasks.get(id)).orElseThrow())
              .toList();

      CompiledWorkflowClosure compiled =
          Cases.ok(
              WorkflowCompiler.compile(
                  spec.getTemplate(), spec.getSubWorkflowsList(), required, List.of()));

      // The workflows with subworkflows come without an expectation.
      Path expectation = expectation(source, "_wf.json");
      assertThat(Files.exists(expectation)).isEqualTo(spec.getSubWorkflowsCount() == 0);
      if (Files.exists(expectation)) {
        CompiledWorkflowClosure expected =
            json(expectation, CompiledWorkflowClosure.newBuilder()).build();
        assertThat(sorted(compiled)).as(source.toString()).isEqualTo(sorted(expected));
      }
    }
  }

  @Test
  void branches_compile() {
    List<Path> sources = list(vectors.resolve("branch"), ".json");

    assertThat(sources).isNotEmpty();
    for (Path source : sources) {
      WorkflowClosure closure = json(source, WorkflowClosure.newBuilder()).build();
      List<CompiledTask> tasks =
          closure.getTasksList().stream().map(VectorsTest::compiled).toList();

      Compiled<CompiledWorkflowClosure> result =
          WorkflowCompiler.compile(closure.getWorkflow(), List.of(), tasks, List.of());

      assertThat(Cases.errors(result)).as(source.toString()).isEmpty();
    }
  }

  @Test
  void the_dynamic_job_compiles() {
    DynamicJobSpec spec =
        json(vectors.resolve("dynamic/success_1.json"), DynamicJobSpec.newBuilder()).build();
    TypedInterface returnsIntegers =
        TypedInterface.newBuilder()
            .setOutputs(
                VariableMap.newBuilder()
                    .putVariables(
                        "o0", Cases.variable(Cases.listOf(Cases.simple(SimpleType.INTEGER)))))
            .build();

    Compiled<CompiledWorkflowClosure> result =
        WorkflowCompiler.compileDynamic(
            Identifier.newBuilder()
                .setDomain("domain")
                .setName("name")
                .setVersion("version")
                .build(),
            spec,
            returnsIntegers,
            List.of(),
            List.of());

    assertThat(Cases.errors(result)).isEmpty();
  }

  private static List<Path> snacks(String ending) {
    return list(vectors.resolve("snacks-core"), ending);
  }

  private static Path expectation(Path source, String ending) {
    String name = source.getFileName().toString();
    return source
        .resolveSibling("compiled")
        .resolve(name.substring(0, name.length() - ".pb".length()) + ending);
  }

  // The expectations were made with three entries in the deprecated field.
  @SuppressWarnings("deprecation")
  private static CompiledTask compiledTask(Path source) {
    TaskTemplate.Builder task;
    try {
      task = TaskSpec.parseFrom(Files.readAllBytes(source)).getTemplate().toBuilder();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (task.hasContainer()) {
      for (int i = 1; i <= 3; i++) {
        task.getContainerBuilder()
            .addConfigBuilder()
            .setKey("testKey" + i)
            .setValue("testValue" + i);
      }
    }
    return compiled(task.build());
  }

  private static CompiledTask compiled(TaskTemplate task) {
    return Cases.ok(TaskCompiler.compile(task));
  }

  private static WorkflowSpec workflowSpec(Path source) {
    try {
      return WorkflowSpec.parseFrom(Files.readAllBytes(source));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static <B extends Message.Builder> B json(Path source, B into) {
    try {
      JsonFormat.parser().merge(Files.readString(source), into);
      return into;
    } catch (InvalidProtocolBufferException e) {
      throw new UncheckedIOException(source.toString(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> list(Path folder, String ending) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The order of ids inside a connection set says nothing. */
  private static CompiledWorkflowClosure sorted(CompiledWorkflowClosure closure) {
    CompiledWorkflowClosure.Builder sorted = closure.toBuilder();
    ConnectionSet connections = closure.getPrimary().getConnections();
    ConnectionSet.Builder ordered = ConnectionSet.newBuilder();
    connections.getDownstreamMap().forEach((id, ids) -> ordered.putDownstream(id, sorted(ids)));
    connections.getUpstreamMap().forEach((id, ids) -> ordered.putUpstream(id, sorted(ids)));
    sorted.getPrimaryBuilder().setConnections(ordered);
    return sorted.build();
  }

  private static IdList sorted(IdList ids) {
    return IdList.newBuilder().addAllIds(ids.getIdsList().stream().sorted().toList()).build();
  }
}

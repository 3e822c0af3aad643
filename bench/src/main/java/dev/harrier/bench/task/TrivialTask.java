package dev.harrier.bench.task;

import dev.harrier.testkit.Chains;
import flyteidl.core.Compiler.CompiledWorkflowClosure;
import flyteidl.core.Interface.TypedInterface;
import flyteidl.core.Interface.Variable;
import flyteidl.core.Interface.VariableMap;
import flyteidl.core.Literals.KeyValuePair;
import flyteidl.core.Literals.Literal;
import flyteidl.core.Literals.LiteralMap;
import flyteidl.core.Literals.Primitive;
import flyteidl.core.Literals.Scalar;
import flyteidl.core.Tasks.Container;
import flyteidl.core.Tasks.RuntimeMetadata;
import flyteidl.core.Tasks.TaskMetadata;
import flyteidl.core.Types.LiteralType;
import flyteidl.core.Types.SimpleType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A task that adds one, in Python: its code, its command, and chains of it. */
final class TrivialTask {
  private static final String MODULE = "trivial_task";
  private static final LiteralType INTEGER =
      LiteralType.newBuilder().setSimple(SimpleType.INTEGER).build();

  private final Path folder;

  private TrivialTask(Path folder) {
    this.folder = folder;
  }

  /** Writes the code into a folder. */
  static TrivialTask in(Path folder) throws IOException {
    Files.createDirectories(folder);
    try (var packed = TrivialTask.class.getResourceAsStream(MODULE + ".py")) {
      if (packed == null) {
        throw new IllegalStateException("the code of the task is not among the resources");
      }
      Files.write(folder.resolve(MODULE + ".py"), packed.readAllBytes());
    }
    return new TrivialTask(folder);
  }

  /** Where its code is. */
  Path folder() {
    return folder;
  }

  /** What a chain begins with. */
  static LiteralMap inputs() {
    return LiteralMap.newBuilder()
        .putLiterals(
            "x",
            Literal.newBuilder()
                .setScalar(Scalar.newBuilder().setPrimitive(Primitive.newBuilder().setInteger(1)))
                .build())
        .build();
  }

  /** The command that runs it, for places that a runtime fills in or a shell. */
  static List<String> command(String inputs, String outputPrefix, String rawPrefix) {
    return List.of(
        "pyflyte-execute",
        "--inputs",
        inputs,
        "--output-prefix",
        outputPrefix,
        "--raw-output-data-prefix",
        rawPrefix,
        "--resolver",
        "flytekit.core.python_auto_container.default_task_resolver",
        "--",
        "task-module",
        MODULE,
        "task-name",
        "add_one");
  }

  /** So many of it, one after the other. */
  CompiledWorkflowClosure chain(int tasks) {
    var closure = Chains.of(tasks).toBuilder();
    var template = closure.getTasksBuilder(0).getTemplateBuilder();
    template
        .setType("python-task")
        .setMetadata(
            TaskMetadata.newBuilder()
                .setRuntime(
                    RuntimeMetadata.newBuilder()
                        .setType(RuntimeMetadata.RuntimeType.FLYTE_SDK)
                        .setFlavor("python")
                        .setVersion("1.16")))
        .setInterface(
            TypedInterface.newBuilder().setInputs(variable("x")).setOutputs(variable("o")))
        .setContainer(
            Container.newBuilder()
                .setImage("any")
                .addAllArgs(command("{{.input}}", "{{.outputPrefix}}", "{{.rawOutputDataPrefix}}"))
                .addEnv(
                    KeyValuePair.newBuilder().setKey("PYTHONPATH").setValue(folder.toString())));
    return closure.build();
  }

  private static VariableMap variable(String name) {
    return VariableMap.newBuilder()
        .putVariables(name, Variable.newBuilder().setType(INTEGER).build())
        .build();
  }

  /** Runs it once as flytekit's own command, without Harrier, and waits for its end. */
  void runByHand(Path python, Path scratch) throws IOException, InterruptedException {
    var run = Files.createTempDirectory(scratch, "byhand");
    Files.write(run.resolve("inputs.pb"), inputs().toByteArray());
    var line =
        new ArrayList<>(
            command(
                run.resolve("inputs.pb").toString(),
                run.resolve("outputs").toString(),
                run.resolve("raw").toString()));
    line.set(0, python.resolveSibling("pyflyte-execute").toString());
    var log = run.resolve("log");
    var builder =
        new ProcessBuilder(line)
            .directory(run.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("PYTHONPATH", folder.toString());
    if (builder.start().waitFor() != 0 || !Files.exists(run.resolve("outputs/outputs.pb"))) {
      throw new IOException("pyflyte-execute wrote no outputs:\n" + Files.readString(log));
    }
  }
}

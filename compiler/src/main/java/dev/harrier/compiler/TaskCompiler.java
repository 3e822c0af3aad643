package dev.harrier.compiler;

import com.google.protobuf.Value;
import com.google.protobuf.Value.KindCase;
import flyteidl.core.Compiler.CompiledTask;
import flyteidl.core.Tasks.Container;
import flyteidl.core.Tasks.Resources.ResourceEntry;
import flyteidl.core.Tasks.Resources.ResourceName;
import flyteidl.core.Tasks.TaskTemplate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Checks a task: it can be named, and what is to be run can be run. */
public final class TaskCompiler {
  /** A Kubernetes quantity: a number, then a decimal exponent or a decimal or binary suffix. */
  private static final Pattern QUANTITY =
      Pattern.compile("[+-]?(\\d+|\\d+\\.\\d*|\\.\\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\\d+)?");

  private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

  private TaskCompiler() {}

  /**
   * Compiles a task.
   *
   * <p>A container needs an image, a command or arguments if the task has inputs or outputs, and
   * resources that are quantities; the containers of a pod need names that Kubernetes takes. Tasks
   * that run elsewhere need an id only.
   *
   * @return the task unchanged, or all errors
   */
  public static Compiled<CompiledTask> compile(TaskTemplate task) {
    Findings findings = new Findings();
    if (!task.hasId()) {
      findings.add(CompileError.valueRequired("root", "Id"));
    }
    switch (task.getTargetCase()) {
      case CONTAINER -> checkContainer(task, task.getContainer(), findings);
      case K8S_POD -> checkPod(task, findings);
      case SQL, TARGET_NOT_SET -> {
        // Nothing here is run in a container; a connector or the engine itself knows the task by
        // its type.
      }
    }
    return findings.resultOf(CompiledTask.newBuilder().setTemplate(task).build());
  }

  private static void checkContainer(TaskTemplate task, Container container, Findings findings) {
    boolean hasVariables =
        task.getInterface().getInputs().getVariablesCount() > 0
            || task.getInterface().getOutputs().getVariablesCount() > 0;
    if (hasVariables && container.getCommandCount() == 0 && container.getArgsCount() == 0) {
      findings.add(CompileError.valueRequired("container", "command"));
    }
    if (container.getImage().isEmpty()) {
      findings.add(CompileError.valueRequired("container", "image"));
    }
    Stream.concat(
            container.getResources().getRequestsList().stream(),
            container.getResources().getLimitsList().stream())
        .filter(resource -> !QUANTITY.matcher(resource.getValue()).matches())
        .forEach(
            resource ->
                findings.add(
                    CompileError.unrecognizedValue(
                        "resources." + name(resource), resource.getValue())));
  }

  private static String name(ResourceEntry resource) {
    // A newer client may name a resource that this release has no word for.
    return resource.getName() == ResourceName.UNRECOGNIZED
        ? String.valueOf(resource.getNameValue())
        : resource.getName().name();
  }

  private static void checkPod(TaskTemplate task, Findings findings) {
    Value containers =
        task.getK8SPod().getPodSpec().getFieldsOrDefault("containers", Value.getDefaultInstance());
    if (containers.getKindCase() != KindCase.KIND_NOT_SET && !containers.hasListValue()) {
      findings.add(CompileError.invalidValue("root", "k8s pod spec"));
    }
    boolean named =
        containers.getListValue().getValuesList().stream()
            .map(
                container ->
                    container
                        .getStructValue()
                        .getFieldsOrDefault("name", Value.getDefaultInstance())
                        .getStringValue())
            .allMatch(name -> DNS_LABEL.matcher(name).matches());
    if (!named) {
      findings.add(CompileError.invalidValue("root", "k8s pod spec container name"));
    }
  }
}

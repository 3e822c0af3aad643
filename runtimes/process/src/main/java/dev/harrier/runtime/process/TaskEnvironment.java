package dev.harrier.runtime.process;

import dev.harrier.runtime.process.python.PythonEnvironment;
import dev.harrier.spi.AttemptStart;
import flyteidl.core.Literals.KeyValuePair;
import java.util.Map;
import java.util.TreeMap;

/** The variables of an attempt, as FlytePropeller 1.16 sets them for a pod. */
final class TaskEnvironment {
  private static final String SYSTEM_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  // Larger outputs flytekit writes beside outputs.pb by itself, so that no server holds them whole.
  private static final String OFFLOAD_MIN_MEGABYTES = "1";
  private static final String OFFLOAD_MAX_MEGABYTES = "1000";

  private TaskEnvironment() {}

  static Map<String, String> of(
      AttemptStart start,
      PythonEnvironment python,
      Map<String, String> settings,
      String homeFolder) {
    var execution = start.id().node().execution();
    var task = start.task().getId();
    var workflow = start.workflow();
    var plan = start.launchPlan();
    var all = new TreeMap<String, String>();
    all.put("PATH", python.binFolder() + ":" + SYSTEM_PATH);
    all.put("LANG", "C.UTF-8");
    all.put("HOME", homeFolder);
    all.putAll(settings);
    all.put("FLYTE_INTERNAL_EXECUTION_ID", execution.name());
    all.put("FLYTE_INTERNAL_EXECUTION_PROJECT", execution.project());
    all.put("FLYTE_INTERNAL_EXECUTION_DOMAIN", execution.domain());
    all.put(
        "FLYTE_INTERNAL_EXECUTION_WORKFLOW",
        "%s:%s:%s".formatted(workflow.getProject(), workflow.getDomain(), workflow.getName()));
    all.put(
        "FLYTE_INTERNAL_EXECUTION_LAUNCHPLAN",
        "%s:%s:%s".formatted(plan.getProject(), plan.getDomain(), plan.getName()));
    for (var prefix : new String[] {"FLYTE_INTERNAL_TASK_", "FLYTE_INTERNAL_"}) {
      all.put(prefix + "PROJECT", task.getProject());
      all.put(prefix + "DOMAIN", task.getDomain());
      all.put(prefix + "NAME", task.getName());
      all.put(prefix + "VERSION", task.getVersion());
    }
    all.put("FLYTE_INTERNAL_IMAGE", start.task().getContainer().getImage());
    all.put("FLYTE_ATTEMPT_NUMBER", Integer.toString(start.id().number()));
    all.put("_F_L_MIN_SIZE_MB", OFFLOAD_MIN_MEGABYTES);
    all.put("_F_L_MAX_SIZE_MB", OFFLOAD_MAX_MEGABYTES);
    for (KeyValuePair pair : start.task().getContainer().getEnvList()) {
      all.put(pair.getKey(), pair.getValue());
    }
    // FlytePropeller adds them after the task's own, and the last of a name wins.
    all.putAll(start.environment());
    return all;
  }
}

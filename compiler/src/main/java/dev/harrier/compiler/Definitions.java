package dev.harrier.compiler;

import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.Tasks.TaskTemplate;
import flyteidl.core.Workflow.WorkflowTemplate;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the nodes of a workflow may refer to; each map keeps the order in which the caller gave its
 * entries.
 */
record Definitions(
    Map<Identifier, TaskTemplate> tasks,
    Map<Identifier, LaunchPlanInterface> launchPlans,
    Map<Identifier, WorkflowTemplate> subWorkflows) {
  Definitions {
    tasks = Collections.unmodifiableMap(new LinkedHashMap<>(tasks));
    launchPlans = Collections.unmodifiableMap(new LinkedHashMap<>(launchPlans));
    subWorkflows = Collections.unmodifiableMap(new LinkedHashMap<>(subWorkflows));
  }
}

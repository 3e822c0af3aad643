package dev.harrier.compiler;

import flyteidl.core.IdentifierOuterClass.Identifier;
import flyteidl.core.Workflow.WorkflowTemplate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a workflow and the subworkflows that it reaches refer to.
 *
 * @param tasks ordered by project, domain, name and version
 * @param launchPlans ordered likewise
 * @param subWorkflows ordered likewise; those that are defined and those that are not
 */
record References(
    Set<Identifier> tasks, Set<Identifier> launchPlans, Set<Identifier> subWorkflows) {
  private static final Comparator<Identifier> ORDER =
      Comparator.comparing(Identifier::getResourceTypeValue)
          .thenComparing(Identifier::getProject)
          .thenComparing(Identifier::getDomain)
          .thenComparing(Identifier::getName)
          .thenComparing(Identifier::getVersion)
          .thenComparing(Identifier::getOrg);

  static References of(WorkflowTemplate primary, Collection<WorkflowTemplate> subWorkflows) {
    Map<Identifier, WorkflowTemplate> defined = new HashMap<>();
    subWorkflows.forEach(workflow -> defined.putIfAbsent(workflow.getId(), workflow));
    References found =
        new References(new TreeSet<>(ORDER), new TreeSet<>(ORDER), new TreeSet<>(ORDER));
    Set<Identifier> seen = new HashSet<>();
    Deque<WorkflowTemplate> open = new ArrayDeque<>();
    open.add(primary);
    while (!open.isEmpty()) {
      for (Identifier next : found.addAll(open.remove())) {
        WorkflowTemplate subWorkflow = defined.get(next);
        if (subWorkflow != null && seen.add(next)) {
          open.add(subWorkflow);
        }
      }
    }
    return found;
  }

  /** Adds what the workflow's own nodes refer to and returns the subworkflows among it. */
  private List<Identifier> addAll(WorkflowTemplate workflow) {
    List<Identifier> found = new ArrayList<>();
    NodeTree.forEach(
        workflow,
        node -> {
          if (node.getTaskNode().hasReferenceId()) {
            tasks.add(node.getTaskNode().getReferenceId());
          } else if (node.getWorkflowNode().hasLaunchplanRef()) {
            launchPlans.add(node.getWorkflowNode().getLaunchplanRef());
          } else if (node.getWorkflowNode().hasSubWorkflowRef()) {
            found.add(node.getWorkflowNode().getSubWorkflowRef());
          }
        });
    subWorkflows.addAll(found);
    return found;
  }
}

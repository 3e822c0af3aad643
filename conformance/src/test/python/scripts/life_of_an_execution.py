"""Fetch, execute, wait, sync, list, download, terminate, relaunch."""

import pathlib
import sys
import tempfile

import session
from flytekit.models.core.execution import WorkflowExecutionPhase as Phase

remote = session.remote()
version, ledger = sys.argv[2:4]

# Fetch: by version and the newest; the interface comes along.
workflow = remote.fetch_workflow(name="workflows.shapes.in_subworkflows", version=version)
session.expect("inputs", ["x"], list(workflow.interface.inputs))
newest = remote.fetch_workflow(name="workflows.shapes.in_subworkflows")
session.expect("name", workflow.id.name, newest.id.name)
task = remote.fetch_task(name="workflows.shapes.add", version=version)
plan = remote.fetch_launch_plan(name="twice_by_five", version=version)
session.expect("fixed inputs", ["y"], list(plan.fixed_inputs.literals))

# Execute a workflow, with what a user can ask for.
execution = remote.execute(
    workflow,
    inputs={"x": 1},
    execution_name_prefix="life",
    envs={"FROM_EXECUTION": "yes"},
    tags=["red", "blue"],
    interruptible=False,
)
session.expect("tags", ["blue", "red"], sorted(execution.spec.tags))
session.expect("envs", {"FROM_EXECUTION": "yes"}, execution.spec.envs.envs)
execution = session.ended(remote, execution)
session.expect("phase", Phase.SUCCEEDED, execution.closure.phase)
session.expect("output", 23, execution.outputs["o0"])
session.expect("input", 1, execution.inputs["x"])
session.expect("duration", True, execution.closure.duration.total_seconds() > 0)

# Sync with its nodes, down to the tasks of a subworkflow.
execution = remote.sync_execution(remote.fetch_execution(name=execution.id.name), sync_nodes=True)
session.expect("nodes", ["end-node", "n0", "n1", "start-node"], sorted(execution.node_executions))
below = execution.node_executions["n0"]
session.expect("parent", True, below.metadata.is_parent_node)
inner = below.workflow_executions or below.subworkflow_node_executions
inner = inner if isinstance(inner, dict) else inner[0].node_executions
session.expect("nodes of the subworkflow", True, any(name.endswith("n0") for name in inner))
first = next(node for name, node in inner.items() if name.endswith("n0") and node.task_executions)
session.expect("task output", 11, first.outputs["o0"])
session.expect("attempts", 1, len(first.task_executions))

# A single task, and a launch plan.
alone = session.ended(remote, remote.execute(task, inputs={"a": 2, "b": 3}))
session.expect("task alone", 5, alone.outputs["o0"])
planned = session.ended(remote, remote.execute(plan, inputs={"x": 2}))
session.expect("planned", 12, planned.outputs["o0"])

# List.
names = [one.id.name for one in remote.recent_executions(limit=100)]
for one in (execution, alone, planned):
    session.expect("listed", True, one.id.name in names)

# Inputs and outputs of a node, by their flyte:// address.
got = remote.get(f"flyte://v1/{session.PROJECT}/{session.DOMAIN}/{execution.id.name}/n0/i")
session.expect("get", True, "x" in str(got))

# Terminate.
asleep = remote.execute(
    remote.fetch_workflow(name="workflows.shapes.sleepy", version=version), inputs={"seconds": 60.0, "ledger_address": "none"}
)
session.until("a running node", lambda: remote.sync_execution(asleep).closure.phase == Phase.RUNNING)
remote.terminate(asleep, cause="enough")
asleep = session.ended(remote, asleep)
session.expect("terminated", Phase.ABORTED, asleep.closure.phase)

# Relaunch.
again = remote.client.relaunch_execution(execution.id)
again = session.ended(remote, remote.fetch_execution(name=again.name))
session.expect("relaunched", 23, again.outputs["o0"])

# A failed one tells why.
failed = session.ended(
    remote,
    remote.execute(remote.fetch_workflow(name="workflows.failing.raises", version=version), inputs={"text": "on purpose"}),
)
session.expect("failed", Phase.FAILED, failed.closure.phase)
session.expect("why", True, "on purpose" in failed.error.message)

# Download all that an execution gave.
folder = pathlib.Path(tempfile.mkdtemp())
pickled = session.ended(
    remote,
    remote.execute(remote.fetch_workflow(name="workflows.kinds.pickled", version=version), inputs={"value": 8}),
)
session.expect("pickled", 8, pickled.outputs["o0"])
remote.download(pickled.outputs, str(folder), recursive=True)
remote.download(pickled.inputs, str(folder), recursive=True)
print("all as expected")

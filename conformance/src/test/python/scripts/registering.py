"""Register from a script, once and again, and list what is there."""

import sys
import uuid

import session
from workflows import shapes
from flytekit.configuration import ImageConfig, SerializationSettings
from flytekit.exceptions.user import FlyteEntityNotExistException

remote = session.remote()
version = "script-" + uuid.uuid4().hex[:8]
settings = SerializationSettings(
    image_config=ImageConfig.auto_default_image(), project=session.PROJECT, domain=session.DOMAIN, version=version
)
try:
    remote.fetch_workflow(name="workflows.shapes.nested", version=version)
    sys.exit("a workflow that nobody registered was found")
except Exception as missing:
    session.expect("missing", True, "NOT_FOUND" in str(missing.__cause__) or isinstance(missing, FlyteEntityNotExistException))

workflow = remote.fast_register_workflow(shapes.nested, serialization_settings=settings, version=version)
session.expect("version", version, workflow.id.version)
again = remote.fast_register_workflow(shapes.nested, serialization_settings=settings, version=version)
session.expect("again", workflow.id, again.id)

execution = session.ended(remote, remote.execute(workflow, inputs={"x": 5}))
session.expect("run", 7, execution.outputs["o0"])

tasks = remote.list_tasks_by_version(version=version, project=session.PROJECT, domain=session.DOMAIN)
session.expect("tasks", ["workflows.shapes.add"], [one.id.name for one in tasks])

# A workflow that this process has is found by its name and version when it is executed.
local = remote.execute(shapes.nested, inputs={"x": 1}, version=version)
session.expect("local", 3, session.ended(remote, local).outputs["o0"])

info = remote.client.get_control_plane_version()
session.expect("version of the server", True, info == "unknown" or info.startswith("v"))
print("all as expected")

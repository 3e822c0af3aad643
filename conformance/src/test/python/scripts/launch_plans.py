"""Launch plans are switched on and off, and at most one version of a name is on."""

import sys
import uuid

import session
from workflows import shapes
from flytekit import LaunchPlan
from flytekit.configuration import ImageConfig, SerializationSettings

remote = session.remote()
name = "by-script-" + uuid.uuid4().hex[:8]
first, second = "one", "two"
plan = LaunchPlan.get_or_create(workflow=shapes.twice, name=name, default_inputs={"x": 1}, fixed_inputs={"y": 3})
session.expect("nothing active", None, remote.fetch_active_launchplan(name=name))
for version in (first, second):
    settings = SerializationSettings(
        image_config=ImageConfig.auto_default_image(), project=session.PROJECT, domain=session.DOMAIN, version=version + name
    )
    remote.fast_register_workflow(shapes.twice, serialization_settings=settings, version=version + name)
    remote.register_launch_plan(plan, version=version + name, serialization_settings=settings)
fetched = [remote.fetch_launch_plan(name=name, version=version + name) for version in (first, second)]
for one in fetched:
    remote.activate_launchplan(one.id)
    session.expect("active", one.id, remote.fetch_active_launchplan(name=name).id)
execution = session.ended(remote, remote.execute(fetched[0], inputs={}))
session.expect("default and fixed inputs", 7, execution.outputs["o0"])
remote.deactivate_launchplan(fetched[1].id)
session.expect("nothing active again", None, remote.fetch_active_launchplan(name=name))
print("all as expected")

"""The shapes of graphs that this release runs, and what of a node can be overridden."""

import os
import typing
from dataclasses import dataclass
from datetime import timedelta

from workflows import ledger
from flytekit import LaunchPlan, Resources, task, workflow

SMALL = Resources(cpu="100m", mem="150Mi")


@dataclass
class Inner:
    number: int


@dataclass
class Outer:
    inner: Inner
    names: typing.List[str]
    by_name: typing.Dict[str, int]


@task(requests=SMALL)
def add(a: int, b: int) -> int:
    return a + b


@task(requests=SMALL)
def total(numbers: typing.List[int]) -> int:
    return sum(numbers)


@task(requests=SMALL)
def join(a: str, b: str, c: int, d: int) -> str:
    return f"{a} {b} {c} {d}"


@workflow
def twice(x: int, y: int = 10) -> int:
    return add(a=add(a=x, b=y), b=y)


@workflow
def in_subworkflows(x: int) -> int:
    """A subworkflow within a subworkflow."""
    return nested(x=twice(x=x))


@workflow
def nested(x: int) -> int:
    return twice(x=x, y=1)


twice_by_five = LaunchPlan.get_or_create(workflow=twice, name="twice_by_five", fixed_inputs={"y": 5})
twice_by_default = LaunchPlan.get_or_create(workflow=twice, name="twice_by_default", default_inputs={"x": 3})


@workflow
def through_launch_plans(x: int) -> int:
    """A child execution of a plan with a fixed input, and one of a plan with a default, in a chain."""
    return twice_by_default(x=twice_by_five(x=x), y=2)


grandchild = LaunchPlan.get_or_create(workflow=through_launch_plans, name="through_launch_plans_plan")


@workflow
def three_generations(x: int) -> int:
    return grandchild(x=x)


@task(requests=SMALL)
def outer(number: int) -> Outer:
    return Outer(Inner(number), ["zero", "one", "two"], {"ten": 10})


@task(requests=SMALL)
def lists(number: int) -> typing.List[typing.Dict[str, int]]:
    return [{"it": number}, {"it": number + 1}]


@workflow
def attribute_paths(number: int) -> typing.Tuple[str, int]:
    """An attribute of an attribute, an element of a list, a key of a dictionary: of structures and of literals."""
    made = outer(number=number)
    listed = lists(number=number)
    joined = join(a=made.names[2], b=made.names[0], c=made.inner.number, d=made.by_name["ten"])
    return joined, add(a=listed[0]["it"], b=listed[1]["it"])


@task(requests=SMALL)
def linger(ledger_address: str, number: int) -> int:
    ledger.tell(ledger_address, "begin", f"n{number}")
    import time

    time.sleep(0.3)
    ledger.tell(ledger_address, "end", f"n{number}")
    return number


@workflow
def fan_out(ledger_address: str) -> int:
    return total(numbers=[linger(ledger_address=ledger_address, number=number) for number in range(12)])


@task(requests=SMALL)
def note(ledger_address: str, step: str) -> None:
    ledger.tell(ledger_address, "begin", step)


@workflow
def by_order(ledger_address: str) -> None:
    """Nothing flows between these; only their order is given."""
    first = note(ledger_address=ledger_address, step="first").with_overrides(node_name="the-first")
    second = note(ledger_address=ledger_address, step="second")
    third = note(ledger_address=ledger_address, step="third")
    first >> second
    second >> third


@task(requests=SMALL, environment={"FROM_TASK": "task", "FROM_BOTH": "task"})
def surroundings() -> typing.Dict[str, str]:
    import resource

    shown = {name: os.environ.get(name, "") for name in ("FROM_TASK", "FROM_EXECUTION", "FROM_BOTH")}
    for name in ("PROJECT", "DOMAIN", "NAME", "VERSION"):
        shown[name] = os.environ.get(f"FLYTE_INTERNAL_TASK_{name}", "")
    shown["EXECUTION"] = os.environ.get("FLYTE_INTERNAL_EXECUTION_ID", "")
    shown["ATTEMPT"] = os.environ.get("FLYTE_ATTEMPT_NUMBER", "")
    shown["SECRETS"] = str(sorted(name for name in os.environ if "SECRET" in name or "TOKEN" in name))
    shown["CORE"] = str(resource.getrlimit(resource.RLIMIT_CORE)[0])
    return shown


@workflow
def environments() -> typing.Dict[str, str]:
    return surroundings()


@task(requests=SMALL, limits=SMALL)
def use_memory(megabytes: int) -> int:
    block = bytearray(megabytes << 20)
    block[:: 4096] = b"x" * len(block[:: 4096])
    import time

    # Longer than the watcher of memory takes to look.
    time.sleep(2)
    return len(block) >> 20


@workflow
def overridden(megabytes: int) -> int:
    """Needs more memory than the task asks for, and gets it by an override of the node."""
    large = Resources(cpu="100m", mem="600Mi")
    return use_memory(megabytes=megabytes).with_overrides(
        requests=large, limits=large, timeout=timedelta(minutes=5), name="with-more-memory"
    )


@workflow
def nothing_at_all() -> None:
    """A workflow with one task that takes and gives nothing."""
    rest()


@task(requests=SMALL)
def rest() -> None:
    pass


@task(requests=SMALL)
def sleep_for(seconds: float, ledger_address: str) -> float:
    import time

    ledger.tell(ledger_address, "begin", "sleep")
    time.sleep(seconds)
    ledger.tell(ledger_address, "end", "sleep")
    return seconds


@workflow
def sleepy(seconds: float, ledger_address: str = "none") -> float:
    return sleep_for(seconds=seconds, ledger_address=ledger_address)

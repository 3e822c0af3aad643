"""Work for the crash campaign: each step takes a while, tells the ledger, and has one right result."""

import hashlib
import os
import time

from workflows import ledger
from flytekit import LaunchPlan, Resources, task, workflow
from flytekit.exceptions.user import FlyteRecoverableException

SMALL = Resources(cpu="100m", mem="100Mi")
ROUNDS = 50_000
PAUSE_SECONDS = 0.5


def worked(step: str, seed: int, upstream: int) -> int:
    """A number that takes real work to find: the end of a chain of hashes."""
    digest = f"{step} {seed} {upstream}".encode()
    for _ in range(ROUNDS):
        digest = hashlib.sha256(digest).digest()
    return int.from_bytes(digest[:4], "big")


def begin(address: str, step: str) -> None:
    """Tells it, and takes long enough for a kill to come amid the step, without wearing the processor."""
    ledger.tell(address, "begin", step)
    if address != "none":
        time.sleep(PAUSE_SECONDS)


@task(requests=SMALL, retries=3)
def work(address: str, step: str, seed: int, upstream: int) -> int:
    begin(address, step)
    result = worked(step, seed, upstream)
    ledger.tell(address, "end", step)
    return result


@task(requests=SMALL, retries=3)
def work_twice(address: str, step: str, seed: int, upstream: int) -> int:
    """Fails on purpose in its first attempt."""
    begin(address, step)
    result = worked(step, seed, upstream)
    if os.environ.get("FLYTE_ATTEMPT_NUMBER") == "0":
        ledger.tell(address, "fail", step)
        raise FlyteRecoverableException("the first attempt fails on purpose")
    ledger.tell(address, "end", step)
    return result


@workflow
def pair(address: str, seed: int, upstream: int) -> int:
    return work(address=address, step="p2", seed=seed, upstream=work(address=address, step="p1", seed=seed, upstream=upstream))


@workflow
def child(address: str, seed: int, upstream: int) -> int:
    return work(address=address, step="c1", seed=seed, upstream=upstream)


child_plan = LaunchPlan.get_or_create(workflow=child, name="campaign_child")


@workflow
def campaign(address: str, seed: int) -> int:
    """Two arms that meet: a subworkflow on one, a step that is retried and a child execution on the other."""
    left = pair(address=address, seed=seed, upstream=work(address=address, step="a", seed=seed, upstream=0))
    right = child_plan(
        address=address, seed=seed, upstream=work_twice(address=address, step="b", seed=seed, upstream=0)
    )
    joined = work(address=address, step="x", seed=seed, upstream=left)
    return work_both(address=address, step="z", seed=seed, left=joined, right=right)


@task(requests=SMALL, retries=3)
def work_both(address: str, step: str, seed: int, left: int, right: int) -> int:
    begin(address, step)
    result = worked(step, seed, left ^ right)
    ledger.tell(address, "end", step)
    return result


def right_result(seed: int) -> int:
    """What an undisturbed run gives."""
    left = worked("a", seed, 0)
    left = worked("p2", seed, worked("p1", seed, left))
    left = worked("x", seed, left)
    right = worked("c1", seed, worked("b", seed, 0))
    return worked("z", seed, left ^ right)

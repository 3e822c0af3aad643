"""Kinds of nodes that this release registers and does not run."""

import typing
from datetime import timedelta

from flytekit import Resources, approve, conditional, dynamic, map_task, sleep, task, workflow

SMALL = Resources(cpu="100m", mem="150Mi")


@task(requests=SMALL)
def double(x: int) -> int:
    return 2 * x


@task(requests=SMALL)
def count(x: int) -> typing.List[int]:
    return list(range(x))


@task(requests=SMALL)
def clean_up(x: int) -> None:
    pass


@workflow
def branches(x: int) -> int:
    return conditional("size").if_(x > 10).then(double(x=x)).else_().then(double(x=1))


@dynamic(requests=SMALL)
def decide(x: int) -> int:
    result = x
    for _ in range(x):
        result = double(x=result)
    return result


@workflow
def is_dynamic(x: int) -> int:
    return decide(x=x)


@workflow
def maps(x: int) -> typing.List[int]:
    return map_task(double)(x=count(x=x))


@workflow
def waits_for_approval(x: int) -> int:
    return double(x=approve(double(x=x), "ok", timeout=timedelta(hours=1)))


@workflow
def sleeps(x: int) -> int:
    doubled = double(x=x)
    pause = sleep(timedelta(seconds=1))
    again = double(x=doubled)
    doubled >> pause
    pause >> again
    return again


@workflow(on_failure=clean_up)
def cleans_up(x: int) -> int:
    return double(x=x)

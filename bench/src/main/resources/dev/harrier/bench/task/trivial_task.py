"""The least that a task can do."""

from typing import NamedTuple

from flytekit import task


@task
def add_one(x: int) -> NamedTuple("Sum", o=int):
    return (x + 1,)

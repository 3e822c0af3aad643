"""Tasks that call the API themselves, with what they find and nobody's password."""

import os
import typing

import flytekit
from flytekit import Resources, eager, task, workflow
from flytekit.configuration import Config
from flytekit.remote import FlyteRemote

SMALL = Resources(cpu="100m", mem="150Mi")


@task(requests=SMALL)
def triple(x: int) -> int:
    return 3 * x


@task(requests=SMALL)
def fails(x: int) -> int:
    if x:
        raise ValueError("no %s today" % x)
    return x


@eager(requests=SMALL)
async def tripled_twice(x: int) -> int:
    once = triple(x=x)
    return triple(x=once)


@eager(requests=SMALL)
async def minds_a_failure(x: int) -> str:
    try:
        return "it gave %s" % fails(x=x)
    except Exception as error:
        return "%s: %s" % (type(error).__name__, error)


@task(requests=SMALL)
def reads_executions(project: str, domain: str) -> typing.Tuple[str, str]:
    """What the API says, and the token that it was asked with: the tests try it when this is over."""
    remote = FlyteRemote(Config.auto(), default_project=project, default_domain=domain)
    with open(os.path.join(os.path.dirname(os.environ["FLYTECTL_CONFIG"]), "token")) as file:
        token = file.read()
    try:
        found, _ = remote.client.list_executions_paginated(project, domain, limit=100)
        own = flytekit.current_context().execution_id.name
        return "found itself" if own in [one.id.name for one in found] else "found others", token
    except Exception as error:
        return "%s: %s" % (type(error).__name__, error), token


@task(requests=SMALL)
def spoils_its_token() -> typing.List[str]:
    """Tries to write where the server puts the token."""
    folder = os.path.dirname(os.environ["FLYTECTL_CONFIG"])
    tried = []
    for change in (
        lambda: os.unlink(os.path.join(folder, "token")),
        lambda: os.symlink("/etc/passwd", os.path.join(folder, "token.draft")),
        lambda: open(os.path.join(folder, "token"), "w"),
        lambda: os.rename(folder, folder + ".away"),
    ):
        try:
            change()
            tried.append("done")
        except OSError as error:
            tried.append(type(error).__name__)
    tried.append(",".join(sorted(os.listdir(os.path.dirname(folder)))))
    return tried


@workflow
def reading(project: str, domain: str) -> typing.Tuple[str, str]:
    return reads_executions(project=project, domain=domain)


@workflow
def spoiling() -> typing.List[str]:
    return spoils_its_token()

"""Tasks that ask for secrets, as Flyte's guide has them. None gives one back: the tests compare digests."""

import hashlib
import os
import time
import typing

import flytekit
from flytekit import Resources, Secret, task, workflow

SMALL = Resources(cpu="100m", mem="150Mi")
PASSWORD = Secret(group="warehouse", key="password")
USER = Secret(group="warehouse", key="user", mount_requirement=Secret.MountType.ENV_VAR)
TOKEN = Secret(
    group="warehouse", key="token", group_version="v2", env_var="TOKEN", mount_requirement=Secret.MountType.ENV_VAR
)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@task(requests=SMALL, secret_requests=[PASSWORD, USER, TOKEN])
def logs_in() -> typing.Tuple[str, str, str, str]:
    secrets = flytekit.current_context().secrets
    assert "_FSEC_WAREHOUSE_PASSWORD" not in os.environ
    return (
        digest(secrets.get("warehouse", "password")),
        digest(secrets.get(group="warehouse", key="user")),
        digest(secrets.get("warehouse", "token", group_version="v2")),
        digest(os.environ["TOKEN"]),
    )


@task(requests=SMALL, secret_requests=[PASSWORD])
def digests_it() -> str:
    return digest(flytekit.current_context().secrets.get("warehouse", "password"))


@task(requests=SMALL, secret_requests=[PASSWORD])
def holds_it(seconds: float) -> str:
    time.sleep(seconds)
    return digest(flytekit.current_context().secrets.get("warehouse", "password"))


@task(requests=SMALL)
def asks_for_none() -> str:
    try:
        return digest(flytekit.current_context().secrets.get("warehouse", "password"))
    except ValueError:
        return "none"


@task(requests=SMALL, secret_requests=[Secret(group="nobody", key="kept.this")])
def asks_for_a_missing_one() -> str:
    print("it ran")
    return "it ran"


@task(requests=SMALL, secret_requests=[PASSWORD])
def prints_it() -> str:
    print("logging in with", flytekit.current_context().secrets.get("warehouse", "password"), flush=True)
    return "printed"


@task(requests=SMALL, secret_requests=[PASSWORD])
def raises_it() -> str:
    password = flytekit.current_context().secrets.get("warehouse", "password")
    if password:
        raise ValueError("cannot log in with %s" % password)
    return password


@workflow
def log_in() -> typing.Tuple[str, str, str, str]:
    return logs_in()


@workflow
def digest_it() -> str:
    return digests_it()


@workflow
def hold_it(seconds: float) -> str:
    return holds_it(seconds=seconds)


@workflow
def ask_for_none() -> str:
    return asks_for_none()


@workflow
def ask_for_a_missing_one() -> str:
    return asks_for_a_missing_one()


@workflow
def print_it() -> str:
    return prints_it()


@workflow
def raise_it() -> str:
    return raises_it()

"""What the scripts of the tests share: a FlyteRemote on the configuration given first."""

import sys
import time
from datetime import timedelta

from flytekit.configuration import Config
from flytekit.remote import FlyteRemote

PROJECT = "flytesnacks"
DOMAIN = "development"


def remote() -> FlyteRemote:
    return FlyteRemote(Config.auto(config_file=sys.argv[1]), default_project=PROJECT, default_domain=DOMAIN)


def ended(remote: FlyteRemote, execution, seconds: int = 90):
    """The execution at its end; looks often, where FlyteRemote.wait would look each 30 s."""
    return remote.wait(execution, timeout=timedelta(seconds=seconds), poll_interval=timedelta(milliseconds=200))


def expect(what: str, expected, found) -> None:
    if expected != found:
        sys.exit(f"{what}: expected {expected!r}, found {found!r}")


def until(what: str, ask, seconds: int = 60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = ask()
        if answer:
            return answer
        time.sleep(0.1)
    sys.exit(f"waited {seconds} s for {what}")

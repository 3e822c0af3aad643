"""A task that is in the middle of something by network, whatever happens to the server."""

import socket

from flytekit import Resources, task, workflow

SECONDS = 30.0
GONE_SECONDS = 600.0


@task(requests=Resources(cpu="100m", mem="150Mi"))
def holds(host: str, listed: int, other: int) -> str:
    """Begins on a connection, goes on when there is a word on it, and says what it reached before and after."""
    with socket.create_connection((host, listed), SECONDS) as line:
        line.settimeout(GONE_SECONDS)
        before = reached(host, other)
        line.sendall(before.encode() + b"\n")
        word = "went on" if line.recv(1) else "broke"
    return " ".join([before, word, reached(host, listed), reached(host, other)])


def reached(host: str, port: int) -> str:
    try:
        socket.create_connection((host, port), SECONDS).close()
    except OSError:
        return "refused"
    return "reached"


@workflow
def holding(host: str, listed: int, other: int) -> str:
    return holds(host=host, listed=listed, other=other)

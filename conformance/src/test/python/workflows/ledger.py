"""How a task tells the test outside that it runs: one line to a server of the test, which answers when it is written.

The server under test is not asked and not trusted: its word is compared with this ledger.
"""

import os
import socket


def tell(ledger: str, what: str, step: str) -> None:
    """Blocks until the line is kept.

    ledger: host:port; "none" tells nobody
    what: begin, end or beat
    step: the step's name, unique within its execution
    """
    if ledger == "none":
        return
    host, port = ledger.rsplit(":", 1)
    execution = os.environ.get("FLYTE_INTERNAL_EXECUTION_ID", "local")
    attempt = os.environ.get("FLYTE_ATTEMPT_NUMBER", "0")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(f"{what} {execution} {step} {attempt}\n".encode())
        answer = connection.makefile().readline()
    if answer != "kept\n":
        raise RuntimeError(f"the ledger answered {answer!r}")

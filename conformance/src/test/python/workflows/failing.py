"""Tasks that fail, each in its own way. flytekit wants a return statement even where none is ever reached."""

import os
import sys
import time
import typing
from datetime import timedelta

from workflows import ledger
from flytekit import Resources, WorkflowFailurePolicy, task, workflow
from flytekit.exceptions.user import FlyteRecoverableException

SMALL = Resources(cpu="100m", mem="150Mi")


def attempt() -> int:
    return int(os.environ.get("FLYTE_ATTEMPT_NUMBER", "0"))


def output_prefix() -> str:
    """Where flytekit is about to write the outputs: nobody tells a task, so it looks at who called it."""
    frame = sys._getframe()
    while frame is not None:
        if "output_prefix" in frame.f_locals:
            return frame.f_locals["output_prefix"]
        frame = frame.f_back
    raise RuntimeError("nobody who called this task knows of an output prefix")


@task(requests=SMALL, retries=3)
def raise_an_error(text: str) -> int:
    if text is not None:
        raise ValueError(text)
    return 0


@workflow
def raises(text: str) -> int:
    return raise_an_error(text=text)


@task(requests=SMALL, retries=2)
def recover_at(good: int) -> int:
    if attempt() < good:
        raise FlyteRecoverableException(f"attempt {attempt()} is not good enough")
    return attempt()


@workflow
def recovers(good: int) -> int:
    return recover_at(good=good)


@task(requests=SMALL, retries=0)
def be_killed_until(good: int) -> int:
    if attempt() < good:
        os.kill(os.getpid(), 9)
        time.sleep(60)
    return attempt()


@workflow
def killed(good: int) -> int:
    """A process that somebody kills is the platform's failure: it has a budget of its own."""
    return be_killed_until(good=good)


@task(requests=SMALL)
def print_much(megabytes: int) -> int:
    line = "x" * 1023
    print("the first line")
    for _ in range(megabytes):
        print("\n".join([line] * 1024))
    print("the last line", flush=True)
    return megabytes


@workflow
def prints(megabytes: int) -> int:
    return print_much(megabytes=megabytes)


@task(requests=SMALL)
def exit_with(code: int) -> int:
    print("about to exit", flush=True)
    os._exit(code)
    return 0


@workflow
def exits(code: int) -> int:
    return exit_with(code=code)


@task(requests=SMALL)
def sys_exit_with(code: int) -> int:
    sys.exit(code)
    return 0


@workflow
def sys_exits(code: int) -> int:
    return sys_exit_with(code=code)


@task(requests=Resources(cpu="100m", mem="200Mi"), limits=Resources(cpu="100m", mem="200Mi"))
def eat_memory() -> int:
    eaten = []
    for _ in range(200):
        eaten.append(bytearray(b"x" * (10 << 20)))
        time.sleep(0.02)
    return len(eaten)


@workflow
def out_of_memory() -> int:
    return eat_memory()


@task(requests=SMALL, timeout=timedelta(seconds=2), retries=1)
def hang(ledger_address: str) -> int:
    ledger.tell(ledger_address, "begin", "hang")
    while True:
        time.sleep(0.2)
        ledger.tell(ledger_address, "beat", "hang")
    return 0


@workflow
def hangs(ledger_address: str) -> int:
    return hang(ledger_address=ledger_address)


@task(requests=SMALL)
def write_outputs(how: str) -> int:
    path = os.path.join(output_prefix(), "outputs.pb")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if how == "broken":
        with open(path, "wb") as file:
            file.write(b"\xff\xff\xff this is no message")
    os._exit(0)
    return 0


@workflow
def writes(how: str) -> int:
    return write_outputs(how=how)


@task(requests=SMALL)
def fork_and_return(ledger_address: str) -> int:
    if os.fork() == 0:
        os.setsid()
        for descriptor in range(3):
            os.close(descriptor)
        for _ in range(600):
            ledger.tell(ledger_address, "beat", "fork")
            time.sleep(0.1)
        os._exit(0)
    time.sleep(1)
    return 1


@workflow
def forks(ledger_address: str) -> int:
    return fork_and_return(ledger_address=ledger_address)


@task(requests=SMALL)
def fail_at_once() -> int:
    if attempt() >= 0:
        raise ValueError("this branch fails at once")
    return 0


@task(requests=SMALL)
def slow_step(ledger_address: str, step: str, upstream: int) -> int:
    ledger.tell(ledger_address, "begin", step)
    time.sleep(2)
    ledger.tell(ledger_address, "end", step)
    return upstream + 1


@task(requests=SMALL)
def both(a: int, b: int) -> int:
    return a + b


@workflow(failure_policy=WorkflowFailurePolicy.FAIL_IMMEDIATELY)
def fails_immediately(ledger_address: str) -> int:
    bad = fail_at_once()
    one = slow_step(ledger_address=ledger_address, step="one", upstream=0)
    two = slow_step(ledger_address=ledger_address, step="two", upstream=one)
    return both(a=bad, b=two)


@workflow(failure_policy=WorkflowFailurePolicy.FAIL_AFTER_EXECUTABLE_NODES_COMPLETE)
def fails_at_the_end(ledger_address: str) -> int:
    bad = fail_at_once()
    one = slow_step(ledger_address=ledger_address, step="one", upstream=0)
    two = slow_step(ledger_address=ledger_address, step="two", upstream=one)
    return both(a=bad, b=two)


@workflow
def fails_in_a_subworkflow(text: str) -> int:
    return raises(text=text)


@task(requests=SMALL)
def read_beyond(path: str) -> typing.List[str]:
    """What a task sees of a folder that is none of its business."""
    try:
        return sorted(os.listdir(path))
    except OSError as error:
        return [type(error).__name__]


@workflow
def reads_beyond(path: str) -> typing.List[str]:
    return read_beyond(path=path)

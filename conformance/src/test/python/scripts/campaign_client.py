"""Keeps executions in flight while the server comes and goes, until its standard input ends; then waits for the rest.

    campaign_client.py CLIENT_YAML VERSION LEDGER PREFIX IN_FLIGHT

Prints "answer" at each answer, and one line of JSON for each execution that it was told to exist. A server that is away is asked again, under the
same name; any other refusal ends the script, and so does an execution that was acknowledged and is not there.
"""

import json
import sys
import threading
import time

from workflows import campaign
import grpc
import requests
import session
from flytekit.exceptions.base import FlyteException
from flytekit.models.core.execution import WorkflowExecutionPhase as Phase

AWAY_SECONDS_MAX = 180
END_SECONDS_MAX = 120
ENDED = {Phase.SUCCEEDED, Phase.FAILED, Phase.ABORTED, Phase.TIMED_OUT}
AWAY = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED, grpc.StatusCode.DEADLINE_EXCEEDED}

version, ledger, prefix, in_flight = sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5])
stopping = threading.Event()
tries = {"away": 0}


def away(failure: BaseException) -> bool:
    while failure is not None:
        if isinstance(failure, (requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError)):
            return True
        if isinstance(failure, grpc.RpcError) and failure.code() in AWAY:
            return True
        failure = failure.__cause__ or failure.__context__
    return False


def asked_until_answered(call):
    """What a call with a FlyteRemote gives, as soon as there is a server to give it."""
    global remote
    deadline = time.monotonic() + AWAY_SECONDS_MAX
    while True:
        try:
            if remote is None:
                remote = session.remote()
            answer = call(remote)
            print("answer", flush=True)
            return answer
        except (FlyteException, grpc.RpcError, requests.exceptions.RequestException) as failure:
            if not away(failure) or time.monotonic() > deadline:
                raise
            tries["away"] += 1
            # A channel that was refused waits longer each time, up to two minutes. A new one tries at once, but only
            # if the old one is gone: two to the same address share what they know of it.
            if remote is not None:
                remote.client._channel.close()
            remote = None
            time.sleep(0.1)


def stop_when_told():
    sys.stdin.read()
    stopping.set()


threading.Thread(target=stop_when_told, daemon=True).start()
remote = None
workflow = asked_until_answered(lambda remote: remote.fetch_workflow(name="workflows.campaign.campaign", version=version))
print("begun", flush=True)
flying, seed, told_to_stop = {}, 0, None
while flying or not stopping.is_set():
    if stopping.is_set():
        told_to_stop = told_to_stop or time.monotonic()
        if time.monotonic() > told_to_stop + END_SECONDS_MAX:
            sys.exit(f"these did not end within {END_SECONDS_MAX} s: {sorted(flying)}")
    while len(flying) < in_flight and not stopping.is_set():
        seed += 1
        name = f"{prefix}{seed}"
        inputs = {"address": ledger, "seed": seed}
        execution = asked_until_answered(
            lambda remote: remote.execute(workflow, inputs=inputs, execution_name=name)
        )
        flying[name] = (seed, execution)
    for name, (number, execution) in list(flying.items()):
        execution = asked_until_answered(lambda remote: remote.sync_execution(execution))
        phase = execution.closure.phase
        if phase in ENDED:
            del flying[name]
            told = {"name": name, "phase": Phase.enum_to_string(phase), "expected": campaign.right_result(number)}
            if phase == Phase.SUCCEEDED:
                told["output"] = execution.outputs["o0"]
            else:
                told["error"] = str(execution.error)
            print(json.dumps(told), flush=True)
    time.sleep(0.1)
print(json.dumps({"asked_again": tries["away"]}), flush=True)

"""Sends a request that is larger than the server takes, and prints how that ends."""

import sys

import session

remote = session.remote()
workflow = remote.fetch_workflow(name="workflows.shapes.by_order", version=sys.argv[2])
try:
    remote.execute(workflow, inputs={"ledger_address": "x" * (11 << 20)})
except Exception as refused:
    print(refused, refused.__cause__)
    sys.exit(0)
sys.exit("the request was not refused")

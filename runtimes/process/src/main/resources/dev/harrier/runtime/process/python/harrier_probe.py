"""Builds the walls of one attempt on trial and prints as JSON what came of it.

Run inside the parent's bubblewrap with one argument, a folder that can be written.
"""

import json
import os
import sys

import harrier_walls


def main():
    folder = sys.argv[1]
    work = os.path.join(folder, "work")
    tmp = os.path.join(folder, "tmp")
    os.makedirs(work, exist_ok=True)
    os.makedirs(tmp, exist_ok=True)
    read_side, write_side = os.pipe()
    harrier_walls.set_dumpable(False)
    owner = harrier_walls.owner()
    try:
        pid = harrier_walls.fork_into_namespaces(True)
    except OSError as error:
        print(json.dumps(_failed(error)))
        return
    if pid == 0:
        os.close(read_side)
        _attempt(owner, work, tmp, write_side)
    os.close(write_side)
    with os.fdopen(read_side) as answer:
        print(answer.read().strip() or json.dumps({"failed": "the trial ended without an answer"}))


def _attempt(owner, work, tmp, answer):
    try:
        harrier_walls.take_namespaces(owner, True)
        view = {"tmp": tmp, "work": work, "covers": ["/dev/shm"], "keeps": [], "read_only": [], "writable": {}}
        harrier_walls.mount_view(view)
        harrier_walls.drop_capabilities()
        harrier_walls.no_new_privileges()
        filtered = harrier_walls.install_filter()
        others = [name for name in os.listdir("/proc") if name.isdigit() and name != "1"]
        if others:
            raise OSError("processes of others are visible: %s" % ", ".join(others))
        result = {"filter": filtered}
    except Exception as error:  # noqa: B902 - whatever it is, it is the finding
        result = _failed(error)
    os.write(answer, json.dumps(result).encode())
    os._exit(0)


def _failed(error):
    return {"failed": "%s: %s" % (type(error).__name__, error)}


main()

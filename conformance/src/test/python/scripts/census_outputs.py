"""Prints what a census found, and how many words are in the file that it left."""

import dataclasses
import json
import sys
import tempfile

import session

remote = session.remote()
execution = remote.sync_execution(remote.fetch_execution(name=sys.argv[2]))
totals = execution.outputs.get("totals")
totals = dataclasses.asdict(totals) if dataclasses.is_dataclass(totals) else dict(totals)
with tempfile.TemporaryDirectory() as folder:
    literal = execution.outputs.literals["word_index"]
    remote.download(literal, folder + "/")
    from pathlib import Path

    files = [path for path in Path(folder).rglob("*") if path.is_file()]
    index = json.loads(files[0].read_text(encoding="utf-8"))
print(json.dumps({"totals": totals, "index_words": len(index)}))

"""Sends a value of every kind through a workflow, and looks at what comes back."""

import pathlib
import sys
import tempfile
from datetime import date, datetime, timedelta, timezone

from workflows import kinds
import session
from flytekit.types.directory import FlyteDirectory
from flytekit.types.file import FlyteFile

remote = session.remote()
version = sys.argv[2]
folder = pathlib.Path(tempfile.mkdtemp())
(folder / "input.txt").write_text("words of a file", encoding="utf-8")
(folder / "many").mkdir()
for name in ("one", "two"):
    (folder / "many" / name).write_text(name, encoding="utf-8")

workflow = remote.fetch_workflow(name="workflows.kinds.every_kind", version=version)
execution = session.ended(
    remote,
    remote.execute(
        workflow,
        inputs={
            "an_int": 41,
            "a_float": 1.25,
            "a_str": "grüße \u2603",
            "a_bool": True,
            "a_datetime": datetime(2024, 2, 28, 12, 30, 15, 123456, tzinfo=timezone.utc),
            "a_duration": timedelta(hours=1, microseconds=5),
            "a_date": date(2024, 2, 28),
            "a_colour": kinds.Colour.RED,
            "a_list": [1, 2, 3],
            "a_nested_list": [["a"], [], ["b", "c"]],
            "a_map": {"one": 1.0},
            "a_map_of_lists": {"ab": [1, 2], "": []},
            "a_dict": {"deep": {"list": [1, "two", 3.5, None]}},
            "a_track": kinds.Track("run", [kinds.Point(1, 2.5), kinds.Point(3, 4.5, "there")], {"t": 1}, "noted"),
            "some": 5,
            "nothing": None,
            "either": "text",
            "a_file": FlyteFile(str(folder / "input.txt")),
            "a_folder": FlyteDirectory(str(folder / "many")),
        },
        type_hints=dict(kinds.every_kind.python_interface.inputs),
    ),
)
if execution.error is not None:
    sys.exit(f"{execution.id.name} failed: {execution.error}")
types = kinds.every_kind.python_interface.outputs
found = {name: execution.outputs.get(name, types[name]) for name in types if name not in ("a_file", "a_folder")}
expected = {
    "an_int": 42,
    "a_float": 2.5,
    "a_str": "grüße \u2603!",
    "a_bool": False,
    "a_datetime": datetime(2024, 2, 29, 12, 30, 15, 123456, tzinfo=timezone.utc),
    "a_duration": timedelta(hours=2, microseconds=10),
    "a_date": date(2024, 2, 29),
    "a_colour": kinds.Colour.BLUE,
    "a_list": [3, 2, 1],
    "a_nested_list": [["b", "c"], [], ["a"]],
    "a_map": {"one": 2.0},
    "a_map_of_lists": {"ab": [2, 1], "": []},
    "a_dict": {"deep": {"list": [1, "two", 3.5, None]}, "seen": True},
    "a_track": kinds.Track("RUN", [kinds.Point(3, 4.5, "there"), kinds.Point(1, 2.5)], {"t": 1}, "noted"),
    "some": 6,
    "nothing": None,
    "either": "text",
}
for name, value in expected.items():
    session.expect(name, value, found[name])
remote.download(execution.outputs.literals["a_file"], str(folder / "file"))
remote.download(execution.outputs.literals["a_folder"], str(folder / "back"))
texts = [path.read_text(encoding="utf-8") for path in (folder / "file").parent.rglob("*copy.txt")] or [
    (folder / "file").read_text(encoding="utf-8")
]
session.expect("a_file", "WORDS OF A FILE", texts[0])
names = [path.read_text(encoding="utf-8") for path in (folder / "back").rglob("names.txt")]
session.expect("a_folder", ["one two"], names)
print("all values are right")

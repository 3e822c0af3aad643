"""What every task would otherwise load or compile for itself, done once before the first fork.

Only modules of the interpreter and of flytekit and its dependencies: never code of a user, and nothing that
starts a thread.
"""

import importlib
import traceback

# Loaded lazily by a run of a task.
_MODULES = (
    "flytekit.bin.entrypoint",
    "flytekit.core.python_auto_container",
    "flytekit.core.array_node_map_task",
    "flytekit.core.legacy_map_task",
    "flytekit.extras.tasks.shell",
    "docstring_parser",
    "fsspec.implementations.local",
    "mashumaro.codecs.msgpack",
    "rich.traceback",
    "rich.syntax",
    "tarfile",
    "getpass",
    "multiprocessing.util",
    "concurrent.futures.thread",
    "encodings.idna",
)
_DOCSTRING = """Does it.

Args:
    x (int): a number

Returns:
    int: another
"""
# Read only: no such task is looked for.
_ARGUMENTS = ["--inputs", "i", "--output-prefix", "o", "--raw-output-data-prefix", "r", "--resolver", "x"]
_ARGUMENTS += ["--", "task-module", "m", "task-name", "n"]
# After some eight runs the interpreter settles on how to run a function, and writes that into its code.
_REHEARSALS = 12


def warm_up():
    importlib.import_module("flytekit.bin.entrypoint")
    for name in _MODULES:
        try:
            importlib.import_module(name)
        except ImportError:
            # Optional in flytekit, or gone in another release of it: the task loads what it needs.
            continue
    import docstring_parser

    # Compiles the expressions of all its dialects, 10 ms.
    docstring_parser.parse(_DOCSTRING)
    from flytekit.core.type_engine import TypeEngine

    if hasattr(TypeEngine, "has_lazy_import"):
        # An earlier release, which looks but once what kinds of values there are: a task must find its own.
        return
    try:
        for _ in range(_REHEARSALS):
            _rehearse()
    except Exception:  # noqa: B902 - another release of flytekit: the task itself does it for the first time
        traceback.print_exc()


def _rehearse():
    """What flytekit does before the code of any task runs, as far as it leaves nothing behind but what it remembers.

    No entity of flytekit's is made, no context entered, no thread started and no file touched.
    """
    from flytekit.bin import entrypoint
    from flytekit.core import docstring, interface

    entrypoint.execute_task_cmd.make_context("pyflyte-execute", list(_ARGUMENTS)).close()
    described = docstring.Docstring(callable_=_sample)
    found = interface.transform_function_to_interface(_sample, described)
    interface.transform_interface_to_typed_interface(found).to_flyte_idl().SerializeToString()


def _sample(number: int, text: str = "", share: float = 0.0, ready: bool = True) -> int:
    """Does it."""
    return number

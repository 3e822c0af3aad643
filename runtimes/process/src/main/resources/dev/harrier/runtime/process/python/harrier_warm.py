"""What every task would otherwise load or compile for itself, done once before the first fork.

Only modules of the interpreter and of flytekit and its dependencies: never code of a user, and nothing that
starts a thread.
"""

import importlib

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

"""How one source file of the standard library is read. Plain Python: nothing here knows of workflows."""

import ast
import os
import re
import sysconfig
from typing import Dict, Iterator, List, Set, Tuple

# What a distribution adds to the standard library's folder, and the suites that test it: some machines have them,
# some don't.
SKIPPED_FOLDERS = {"__pycache__", "site-packages", "dist-packages", "test", "tests", "idle_test"}
WORD = re.compile(rb"[A-Za-z]{4,}")
BRANCHES = (ast.If, ast.IfExp, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler, ast.Assert, ast.match_case)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def root() -> str:
    return sysconfig.get_path("stdlib")


def source_files() -> List[str]:
    """All modules of the standard library, relative to its folder, in an order that never changes."""
    found = []
    for folder, below, names in os.walk(root()):
        below[:] = [name for name in below if name not in SKIPPED_FOLDERS]
        found += [os.path.relpath(os.path.join(folder, name), root()) for name in names if name.endswith(".py")]
    return sorted(found)


def read(file: str) -> bytes:
    with open(os.path.join(root(), file), "rb") as source:
        return source.read()


def module_name(file: str) -> str:
    parts = file[: -len(".py")].split(os.sep)
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


def imported_modules(file: str, tree: ast.Module) -> Set[str]:
    """The modules that a file names in its import statements, wherever in the file they stand."""
    modules = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            modules.add(_absolute(file, node.level, node.module))
    return modules


def _absolute(file: str, level: int, module: str | None) -> str:
    if level == 0:
        return module or ""
    package = file.split(os.sep)[:-1]
    package = package[: len(package) - (level - 1)]
    return ".".join(package + ([module] if module else []))


def functions_with_complexity(tree: ast.Module) -> Iterator[Tuple[str, int, int]]:
    """Name, line and complexity of each function: one, plus one for each place where its path may fork."""
    for node in ast.walk(tree):
        if isinstance(node, FUNCTIONS):
            yield node.name, node.lineno, 1 + sum(_forks(part) for statement in node.body for part in ast.walk(statement))


def _forks(node: ast.AST) -> int:
    if isinstance(node, BRANCHES):
        return 1
    if isinstance(node, ast.BoolOp):
        return len(node.values) - 1
    if isinstance(node, ast.comprehension):
        return 1 + len(node.ifs)
    return 0


def words(source: bytes) -> Dict[str, int]:
    """How often each word of four letters or more stands in a file, in code and comments alike."""
    counts: Dict[str, int] = {}
    for match in WORD.finditer(source):
        word = match.group().lower().decode("ascii")
        counts[word] = counts.get(word, 0) + 1
    return counts

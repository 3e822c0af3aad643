"""Counts the standard library once more, in other ways than the census does, and compares.

    python check.py                    prints the totals as JSON
    python check.py census.json        exits 1 and says what differs if that file holds other totals

Imports are read from tokens instead of syntax trees, functions from symbol tables, complexity by a visitor that goes
down statement by statement, words by cutting the text up. Only the list of folders that count is the same.
"""

import ast
import io
import json
import pathlib
import symtable
import sys
import sysconfig
import tokenize
from collections import Counter

SKIPPED = {"__pycache__", "site-packages", "dist-packages", "test", "tests", "idle_test"}
ROOT = pathlib.Path(sysconfig.get_path("stdlib"))
LETTERS = b"abcdefghijklmnopqrstuvwxyz"


def files() -> list[pathlib.Path]:
    return [path for path in ROOT.rglob("*.py") if SKIPPED.isdisjoint(path.relative_to(ROOT).parts[:-1])]


def imports(path: pathlib.Path, source: bytes) -> set[str]:
    found, statement = set(), []
    for token in tokenize.tokenize(io.BytesIO(source).readline):
        if token.type in (tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING):
            continue
        if token.type == tokenize.NEWLINE or token.string == ";":
            found |= imports_of_statement(path, statement)
            statement = []
        elif token.string == ":" and statement and statement[0] not in ("import", "from"):
            statement = []
        else:
            statement.append(token.string)
    return found


def imports_of_statement(path: pathlib.Path, statement: list[str]) -> set[str]:
    if statement[:1] == ["import"]:
        names = "".join(" as " if word == "as" else word for word in statement[1:]).split(",")
        return {name.split(" as ")[0] for name in names}
    if statement[:1] != ["from"] or "import" not in statement:
        return set()
    named = "".join(statement[1 : statement.index("import")])
    dots = len(named) - len(named.lstrip("."))
    if dots == 0:
        return {named}
    package = path.relative_to(ROOT).parents[dots - 1]
    return {".".join([part for part in (*package.parts, named[dots:]) if part])}


def functions(table: symtable.SymbolTable) -> int:
    # Lambdas and comprehensions have tables of their own, and are no functions here.
    named = table.get_type() == "function" and table.get_name() not in NAMELESS
    return named + sum(functions(child) for child in table.get_children())


NAMELESS = {"lambda", "listcomp", "setcomp", "dictcomp", "genexpr"}


class Forks(ast.NodeVisitor):
    """Adds up, for each function that encloses a fork, that fork."""

    def __init__(self) -> None:
        self.total = 0
        self.depth = 0

    def visit(self, node: ast.AST) -> None:
        kind = type(node).__name__
        if kind in ("FunctionDef", "AsyncFunctionDef"):
            self.total += 1
            # Decorators, defaults and annotations run outside of the function.
            for outside in (*node.decorator_list, node.args, *([node.returns] if node.returns else [])):
                self.visit(outside)
            self.depth += 1
            for statement in node.body:
                self.visit(statement)
            self.depth -= 1
            return
        if kind in ("If", "IfExp", "For", "AsyncFor", "While", "ExceptHandler", "Assert", "match_case", "comprehension"):
            self.total += self.depth
        self.total += self.depth * (len(getattr(node, "ifs", [])))
        if kind == "BoolOp":
            self.total += self.depth * (len(node.values) - 1)
        self.generic_visit(node)


def words(source: bytes) -> list[bytes]:
    lower = source.lower()
    blanks = bytes(byte if byte in LETTERS else ord(" ") for byte in range(256))
    return [word for word in lower.translate(blanks).split() if len(word) >= 4]


def totals() -> dict[str, int]:
    imported, used, forks = Counter(), Counter(), Forks()
    lines = functions_found = 0
    all_files = files()
    for path in all_files:
        source = path.read_bytes()
        lines += len(source.split(b"\n")) - 1
        imported.update(imports(path, source))
        used.update(words(source))
        functions_found += functions(symtable.symtable(source, str(path), "exec"))
        forks.visit(ast.parse(source))
    return {
        "files": len(all_files),
        "lines": lines,
        "functions": functions_found,
        "complexity": forks.total,
        "imports": sum(imported.values()),
        "modules_imported": len(imported),
        "words": sum(used.values()),
        "distinct_words": len(used),
    }


def main() -> int:
    counted = totals()
    if len(sys.argv) < 2:
        print(json.dumps(counted))
        return 0
    census = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
    differing = [name for name in sorted({*counted, *census}) if counted.get(name) != census.get(name)]
    for name in differing:
        print(f"{name}: the census found {census.get(name)}, this pass {counted.get(name)}")
    print("the totals differ" if differing else "the totals are the same")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())

"""A census of the Python standard library: who imports whom, the most complex functions, an index of words.

    pyflyte --config ~/.harrier/client.yaml run --remote census.py census

The library's sources are split into four parts. Each part is a subworkflow of three tasks that need nothing from each
other, so twelve tasks may run at once; three more put the parts together, and the last one adds up.
"""

import ast
import json
import os
from collections import Counter
from dataclasses import dataclass
from typing import Dict, List, NamedTuple

import reading
from flytekit import current_context, task, workflow
from flytekit.exceptions.user import FlyteRecoverableException
from flytekit.types.file import FlyteFile

PARTS = 4
MOST = 15


@dataclass
class Function:
    module: str
    name: str
    line: int
    complexity: int


@dataclass
class Complexities:
    files: int
    lines: int
    functions: int
    forks: int
    most: List[Function]


@dataclass
class Count:
    name: str
    count: int


@dataclass
class Totals:
    files: int
    lines: int
    functions: int
    complexity: int
    imports: int
    modules_imported: int
    words: int
    distinct_words: int


class Part(NamedTuple):
    imports: Dict[str, List[str]]
    complexities: Complexities
    words: FlyteFile


class WordIndex(NamedTuple):
    index: FlyteFile
    words: int
    distinct: int
    common: List[Count]


class Census(NamedTuple):
    totals: Totals
    most_imported: List[Count]
    most_complex: List[Function]
    most_used_words: List[Count]
    word_index: FlyteFile


@task
def find_sources() -> List[str]:
    files = reading.source_files()
    print(f"{len(files)} files below {reading.root()}")
    return files


@task(retries=2)
def split(files: List[str]) -> List[List[str]]:
    """Deals the files out so that each part gets its share of the large ones.

    Its first attempt fails on purpose, the way a machine that has just come up might, and the second one succeeds.
    Away from a server (`pyflyte run` alone) there are no attempts, and nothing fails.
    """
    if os.environ.get("FLYTE_ATTEMPT_NUMBER") == "0":
        raise FlyteRecoverableException("the first attempt fails on purpose; the next one will do")
    return [files[part::PARTS] for part in range(PARTS)]


@task
def find_imports(files: List[str]) -> Dict[str, List[str]]:
    return {
        reading.module_name(file): sorted(reading.imported_modules(file, ast.parse(reading.read(file), file)))
        for file in files
    }


@task
def find_complexities(files: List[str]) -> Complexities:
    found, lines = [], 0
    for file in files:
        source = reading.read(file)
        lines += source.count(b"\n")
        for name, line, complexity in reading.functions_with_complexity(ast.parse(source, file)):
            found.append(Function(reading.module_name(file), name, line, complexity))
    return Complexities(len(files), lines, len(found), sum(one.complexity for one in found), hardest(found))


@task
def index_words(files: List[str]) -> FlyteFile:
    index: Dict[str, Dict[str, int]] = {}
    for file in files:
        for word, count in reading.words(reading.read(file)).items():
            index.setdefault(word, {})[reading.module_name(file)] = count
    return write_json("words.json", index)


@workflow
def census_of_part(files: List[str]) -> Part:
    return Part(find_imports(files=files), find_complexities(files=files), index_words(files=files))


@task
def merge_imports(parts: List[Dict[str, List[str]]]) -> Dict[str, List[str]]:
    return {module: imports for part in parts for module, imports in part.items()}


@task
def merge_complexities(parts: List[Complexities]) -> Complexities:
    return Complexities(
        sum(part.files for part in parts),
        sum(part.lines for part in parts),
        sum(part.functions for part in parts),
        sum(part.forks for part in parts),
        hardest([function for part in parts for function in part.most]),
    )


@task
def merge_words(parts: List[FlyteFile]) -> WordIndex:
    merged: Dict[str, Dict[str, int]] = {}
    for part in parts:
        with open(part, encoding="utf-8") as file:
            for word, modules in json.load(file).items():
                merged.setdefault(word, {}).update(modules)
    used = Counter({word: sum(modules.values()) for word, modules in merged.items()})
    return WordIndex(write_json("word_index.json", merged), used.total(), len(used), most(used))


@task
def add_up(
    imports: Dict[str, List[str]], complexities: Complexities, words: int, distinct_words: int
) -> NamedTuple("Sum", totals=Totals, most_imported=List[Count], most_complex=List[Function]):
    imported = Counter(module for modules in imports.values() for module in modules)
    totals = Totals(
        files=complexities.files,
        lines=complexities.lines,
        functions=complexities.functions,
        complexity=complexities.forks,
        imports=imported.total(),
        modules_imported=len(imported),
        words=words,
        distinct_words=distinct_words,
    )
    print(f"{totals}")
    return totals, most(imported), complexities.most


@workflow
def census() -> Census:
    parts = split(files=find_sources())
    counted = [census_of_part(files=parts[part]) for part in range(PARTS)]
    imports = merge_imports(parts=[part.imports for part in counted])
    complexities = merge_complexities(parts=[part.complexities for part in counted])
    words = merge_words(parts=[part.words for part in counted])
    total = add_up(imports=imports, complexities=complexities, words=words.words, distinct_words=words.distinct)
    return Census(total.totals, total.most_imported, total.most_complex, words.common, words.index)


def hardest(functions: List[Function]) -> List[Function]:
    return sorted(functions, key=lambda one: (-one.complexity, one.module, one.line))[:MOST]


def most(counts: Counter) -> List[Count]:
    return [Count(name, count) for name, count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:MOST]]


def write_json(name: str, content: object) -> FlyteFile:
    path = os.path.join(current_context().working_directory, name)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(content, file, sort_keys=True)
    return FlyteFile(path)

"""A value of every type, through a chain of two tasks and out again."""

import enum
import os
import typing
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from flytekit import Resources, current_context, task, workflow
from flytekit.types.directory import FlyteDirectory
from flytekit.types.file import FlyteFile

SMALL = Resources(cpu="100m", mem="150Mi")


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


@dataclass
class Point:
    x: int
    y: float
    label: str = "here"


@dataclass
class Track:
    name: str
    points: typing.List[Point]
    tags: typing.Dict[str, int] = field(default_factory=dict)
    note: typing.Optional[str] = None


class Anything:
    """A class that flytekit knows nothing of: it travels as a pickle."""

    def __init__(self, value: int):
        self.value = value


class Values(typing.NamedTuple):
    an_int: int
    a_float: float
    a_str: str
    a_bool: bool
    a_datetime: datetime
    a_duration: timedelta
    a_date: date
    a_colour: Colour
    a_list: typing.List[int]
    a_nested_list: typing.List[typing.List[str]]
    a_map: typing.Dict[str, float]
    a_map_of_lists: typing.Dict[str, typing.List[int]]
    a_dict: dict
    a_track: Track
    some: typing.Optional[int]
    nothing: typing.Optional[str]
    either: typing.Union[int, str]
    a_file: FlyteFile
    a_folder: FlyteDirectory


@task(requests=SMALL)
def first(
    an_int: int,
    a_float: float,
    a_str: str,
    a_bool: bool,
    a_datetime: datetime,
    a_duration: timedelta,
    a_date: date,
    a_colour: Colour,
    a_list: typing.List[int],
    a_nested_list: typing.List[typing.List[str]],
    a_map: typing.Dict[str, float],
    a_map_of_lists: typing.Dict[str, typing.List[int]],
    a_dict: dict,
    a_track: Track,
    some: typing.Optional[int],
    nothing: typing.Optional[str],
    either: typing.Union[int, str],
    a_file: FlyteFile,
    a_folder: FlyteDirectory,
) -> Values:
    names = Values._fields
    values = locals()
    return Values(**{name: values[name] for name in names})


@task(requests=SMALL)
def second(
    an_int: int,
    a_float: float,
    a_str: str,
    a_bool: bool,
    a_datetime: datetime,
    a_duration: timedelta,
    a_date: date,
    a_colour: Colour,
    a_list: typing.List[int],
    a_nested_list: typing.List[typing.List[str]],
    a_map: typing.Dict[str, float],
    a_map_of_lists: typing.Dict[str, typing.List[int]],
    a_dict: dict,
    a_track: Track,
    some: typing.Optional[int],
    nothing: typing.Optional[str],
    either: typing.Union[int, str],
    a_file: FlyteFile,
    a_folder: FlyteDirectory,
) -> Values:
    """Changes each value a little, so that an output can't be mistaken for the input."""
    with open(a_file, encoding="utf-8") as file:
        text = file.read()
    copy = os.path.join(current_context().working_directory, "copy.txt")
    with open(copy, "w", encoding="utf-8") as file:
        file.write(text.upper())
    folder = os.path.join(current_context().working_directory, "folder")
    os.makedirs(os.path.join(folder, "below"))
    with open(os.path.join(folder, "below", "names.txt"), "w", encoding="utf-8") as file:
        file.write(" ".join(sorted(os.listdir(a_folder))))
    return Values(
        an_int=an_int + 1,
        a_float=a_float * 2,
        a_str=a_str + "!",
        a_bool=not a_bool,
        a_datetime=a_datetime + timedelta(days=1),
        a_duration=a_duration * 2,
        a_date=a_date + timedelta(days=1),
        a_colour=Colour.BLUE if a_colour == Colour.RED else Colour.RED,
        a_list=a_list[::-1],
        a_nested_list=a_nested_list[::-1],
        a_map={name: value + 1 for name, value in a_map.items()},
        a_map_of_lists={name: value[::-1] for name, value in a_map_of_lists.items()},
        a_dict={**a_dict, "seen": True},
        a_track=Track(a_track.name.upper(), a_track.points[::-1], a_track.tags, a_track.note),
        some=None if some is None else some + 1,
        nothing=nothing,
        either=either,
        a_file=FlyteFile(copy),
        a_folder=FlyteDirectory(folder),
    )


@workflow
def every_kind(
    an_int: int,
    a_float: float,
    a_str: str,
    a_bool: bool,
    a_datetime: datetime,
    a_duration: timedelta,
    a_date: date,
    a_colour: Colour,
    a_list: typing.List[int],
    a_nested_list: typing.List[typing.List[str]],
    a_map: typing.Dict[str, float],
    a_map_of_lists: typing.Dict[str, typing.List[int]],
    a_dict: dict,
    a_track: Track,
    some: typing.Optional[int],
    nothing: typing.Optional[str],
    either: typing.Union[int, str],
    a_file: FlyteFile,
    a_folder: FlyteDirectory,
) -> Values:
    once = first(
        an_int=an_int,
        a_float=a_float,
        a_str=a_str,
        a_bool=a_bool,
        a_datetime=a_datetime,
        a_duration=a_duration,
        a_date=a_date,
        a_colour=a_colour,
        a_list=a_list,
        a_nested_list=a_nested_list,
        a_map=a_map,
        a_map_of_lists=a_map_of_lists,
        a_dict=a_dict,
        a_track=a_track,
        some=some,
        nothing=nothing,
        either=either,
        a_file=a_file,
        a_folder=a_folder,
    )
    return second(**{name: getattr(once, name) for name in Values._fields})


@task(requests=SMALL)
def make_anything(value: int) -> Anything:
    return Anything(value)


@task(requests=SMALL)
def value_of(anything: Anything) -> int:
    return anything.value


@workflow
def pickled(value: int) -> int:
    return value_of(anything=make_anything(value=value))


@task(requests=SMALL)
def large_text(megabytes: int) -> str:
    return "x" * (megabytes << 20)


@task(requests=SMALL)
def length(text: str) -> int:
    return len(text)


@workflow
def large_literal(megabytes: int) -> int:
    """The text is larger than a literal that travels inline."""
    return length(text=large_text(megabytes=megabytes))

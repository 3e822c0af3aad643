"""The smallest workflow: one task says hello, the next one counts the letters of it."""

from typing import Tuple

from flytekit import task, workflow


@task
def say_hello(name: str) -> str:
    return f"Hello, {name}!"


@task
def count_letters(text: str) -> int:
    return sum(letter.isalpha() for letter in text)


@workflow
def hello(name: str = "harrier") -> Tuple[str, int]:
    greeting = say_hello(name=name)
    return greeting, count_letters(text=greeting)

"""Tasks of every type and every way to end, run warm and cold to compare what they leave."""

import asyncio
import atexit
import datetime
import enum
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
import typing
from dataclasses import dataclass, field
from typing import Annotated, Dict, List, NamedTuple, Optional, Union

import flytekit
from flytekit import Deck, HashMethod, current_context, map_task, task
from flytekit.core.base_task import IgnoreOutputs
from flytekit.exceptions.system import FlyteNonRecoverableSystemException
from flytekit.exceptions.user import FlyteRecoverableException
from flytekit.extras.tasks.shell import OutputLocation, ShellTask
from flytekit.types.directory import FlyteDirectory
from flytekit.types.file import FlyteFile


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


@dataclass
class Inner:
    numbers: List[int]


@dataclass
class Record:
    name: str
    inner: Inner
    share: float = 0.5
    tags: Dict[str, str] = field(default_factory=dict)


class Opaque:
    def __init__(self, value):
        self.value = value


Two = NamedTuple("Two", o0=int, other=str)


def _file(text):
    path = os.path.join(tempfile.mkdtemp(), "some.txt")
    with open(path, "w") as out:
        out.write(text)
    return path


# Values out


@task
def make_int() -> int:
    return 2**53 + 1


@task
def make_float() -> float:
    return 0.1 + 0.2


@task
def make_str() -> str:
    return "héllo \u0001 \U0001f985"


@task
def make_bool() -> bool:
    return True


@task
def make_datetime() -> datetime.datetime:
    return datetime.datetime(2024, 2, 29, 1, 2, 3, 456789, tzinfo=datetime.timezone.utc)


@task
def make_date() -> datetime.date:
    return datetime.date(2024, 2, 29)


@task
def make_timedelta() -> datetime.timedelta:
    return datetime.timedelta(days=1, microseconds=7)


@task
def make_list() -> List[int]:
    return list(range(20))


@task
def make_nested() -> List[List[str]]:
    return [["a"], [], ["b", "c"]]


@task
def make_dict() -> Dict[str, int]:
    return {"b": 2, "a": 1}


@task
def make_json() -> dict:
    return {"k": [1, 2.5, None, {"x": "y"}]}


@task
def make_optional() -> Optional[int]:
    return None


@task
def make_union() -> Union[int, str]:
    return "seven"


@task
def make_enum() -> Colour:
    return Colour.BLUE


@task
def make_dataclass() -> Record:
    return Record("r", Inner([1, 2]), tags={"t": "u"})


@task
def make_file() -> FlyteFile:
    return FlyteFile(_file("content"))


@task
def make_directory() -> FlyteDirectory:
    folder = tempfile.mkdtemp()
    for name in ("one", "two"):
        with open(os.path.join(folder, name), "w") as out:
            out.write(name)
    return FlyteDirectory(folder)


@task
def make_files() -> List[FlyteFile]:
    return [FlyteFile(_file(str(number))) for number in range(3)]


@task
def make_pickle() -> Opaque:
    return Opaque([1, "two"])


@task
def make_hashed() -> Annotated[str, HashMethod(lambda text: str(len(text)))]:
    return "hash me"


@task
def make_two() -> Two:
    return Two(1, "b")


@task
def make_large() -> str:
    return "x" * 3_000_000


# Values in and out


@task
def echo_int(o0: int) -> int:
    return o0


@task
def echo_float(o0: float) -> float:
    return o0


@task
def echo_str(o0: str) -> str:
    return o0


@task
def echo_datetime(o0: datetime.datetime) -> datetime.datetime:
    return o0


@task
def echo_timedelta(o0: datetime.timedelta) -> datetime.timedelta:
    return o0


@task
def echo_nested(o0: List[List[str]]) -> List[List[str]]:
    return o0


@task
def echo_dict(o0: Dict[str, int]) -> Dict[str, int]:
    return o0


@task
def echo_union(o0: Union[int, str]) -> Union[int, str]:
    return o0


@task
def echo_enum(o0: Colour) -> Colour:
    return o0


@task
def echo_dataclass(o0: Record) -> Record:
    return o0


@task
def echo_file(o0: FlyteFile) -> str:
    with open(o0) as source:
        return source.read()


@task
def echo_directory(o0: FlyteDirectory) -> List[str]:
    return sorted(os.listdir(o0))


@task
def echo_pickle(o0: Opaque) -> List[str]:
    return [str(item) for item in o0.value]


@task
def echo_large(o0: str) -> int:
    return len(o0)


@task
def square(o0: int) -> int:
    return o0 * o0


squares = map_task(square)


# What a task sees


@task
def see_environment() -> Dict[str, str]:
    hidden = ("PWD", "OLDPWD", "SHLVL", "_", "LC_CTYPE")
    return {name: value for name, value in os.environ.items() if name not in hidden}


@task
def see_process() -> List[str]:
    main = sys.modules["__main__"]
    return [
        os.path.basename(os.getcwd()),
        os.path.basename(sys.argv[0]),
        str(sys.argv[1:]),
        main.__name__,
        os.path.basename(main.__file__),
        str(sys.path),
        str([name for name in sys.modules if "harrier" in name and "sample" not in name]),
        str(os.getuid()),
        str(os.umask(0o22)),
        str(signal.getsignal(signal.SIGTERM)),
        str(signal.getsignal(signal.SIGCHLD)),
        str(sys.stdout.encoding) + str(sys.stderr.encoding) + str(sys.stdin.read()),
        str(threading.active_count() > 0),
        str(tempfile.gettempdir()),
        str(sys.flags),
        str(sys.executable),
        str(sys.excepthook is sys.__excepthook__),
    ]


@task
def see_context() -> List[str]:
    context = current_context()
    raw = flytekit.FlyteContextManager.current_context().file_access.raw_output_prefix
    return [
        str(context.execution_id),
        str(context.task_id),
        raw,
        str(context.raw_output_prefix),
        str(context.output_metadata_prefix),
        str(flytekit.FlyteContextManager.current_context().execution_state.mode),
    ]


@task
def see_modules_of_the_runtime() -> List[str]:
    return sorted(name for name in sys.modules if name.startswith("harrier_") and name != __name__)


@task
def see_threads() -> List[str]:
    return sorted(thread.name for thread in threading.enumerate())


@task
def see_child_processes() -> List[str]:
    result = subprocess.run(
        [sys.executable, "-c", "import sys, os; print(os.environ['FLYTE_INTERNAL_TASK_NAME'])"],
        capture_output=True,
        text=True,
    )
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        spawned = pool.map(abs, [-3])
    with multiprocessing.get_context("fork").Pool(1) as pool:
        forked = pool.map(abs, [-4])
    return [result.stdout, result.stderr, str(result.returncode), str(spawned), str(forked)]


@task
async def do_async() -> int:
    await asyncio.sleep(0)
    return 5


@task(enable_deck=True)
def do_deck() -> int:
    Deck("mine", "<b>bold</b>")
    return 1


@task
def do_checkpoint() -> str:
    checkpoint = current_context().checkpoint
    checkpoint.write(b"so far")
    return str(checkpoint.prev_exists())


@task
def do_print():
    print("out one")
    print("err one", file=sys.stderr)
    print("no newline at the end", end="")


@task
def do_log():
    current_context().logging.info("a word of the user")
    flytekit.logger.warning("a warning")


@task
def do_exit_functions():
    atexit.register(lambda: print("exit function ran"))

    def late():
        time.sleep(0.3)
        print("thread ended")

    threading.Thread(target=late).start()


@task
def do_nothing():
    pass


shell = ShellTask(
    name="shell",
    script="echo from the shell > {outputs.o0}",
    output_locs=[OutputLocation(var="o0", var_type=FlyteFile, location="/tmp/shell_out.txt")],
)


# Ways to fail


@task
def err_value() -> int:
    raise ValueError("a wrong value")


@task
def err_cause() -> int:
    try:
        {}["key"]
    except KeyError as error:
        raise RuntimeError("with a cause") from error


@task
def err_group() -> int:
    raise ExceptionGroup("several", [ValueError("one"), TypeError("two")])


@task
def err_recoverable() -> int:
    raise FlyteRecoverableException("try again")


@task
def err_system() -> int:
    raise FlyteNonRecoverableSystemException(RuntimeError("the platform"))


@task
def err_recursion() -> int:
    return err_recursion.task_function()


@task
def err_memory() -> int:
    raise MemoryError("as if")


@task
def err_ignore() -> int:
    raise IgnoreOutputs("no outputs here")


@task
def err_type() -> int:
    return "not a number"


@task
def err_input(o0: int, missing: str) -> int:
    return o0


@task
def err_keyboard() -> int:
    raise KeyboardInterrupt()


@task
def err_base() -> int:
    raise BaseException("not even an exception")


@task
def exit_zero() -> int:
    sys.exit(0)


@task
def exit_three() -> int:
    sys.exit(3)


@task
def exit_text() -> int:
    sys.exit("a last word")


@task
def exit_hard() -> int:
    print("printed and lost in the buffer")
    os._exit(7)


@task
def exit_sigterm() -> int:
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(60)


@task
def exit_sigkill() -> int:
    os.kill(os.getpid(), signal.SIGKILL)


@task
def exit_sigsegv() -> int:
    signal.signal(signal.SIGSEGV, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGSEGV)
    time.sleep(60)


@task
def exit_abort() -> int:
    os.abort()


@task
def draw_names() -> List[str]:
    access = flytekit.FlyteContextManager.current_context().file_access
    return [access.get_random_remote_path(), access.get_random_string(), str(random.random())]

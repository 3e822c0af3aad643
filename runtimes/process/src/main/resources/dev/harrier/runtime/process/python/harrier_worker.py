"""Runs one attempt's command in the forked child, as a fresh process would."""

import atexit
import os
import random
import signal
import sys
import tempfile
import threading
import time
import types

IN_PROCESS = ("pyflyte-execute", "pyflyte-map-execute")
FAST = "pyflyte-fast-execute"

# Read by the interpreter, the loader or flytekit while they start: a fork cannot take them on later.
_COLD_NAMES = ("_F_P_WRITE_CHUNK_SIZE", "_F_TE_MAX_COROS", "_F_RUNTIME_PACKAGES", "TZ", "LC_ALL", "LC_CTYPE")
_COLD_PREFIXES = ("PYTHON", "LD_", "MALLOC_", "GRPC_", "OPENSSL_", "GCONV_")
_WARM_ANYWAY = ("PYTHONPATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE")
_UTF8 = ("C.UTF-8", "C.utf8", "en_US.UTF-8", "")
# By the names of the files, which the walls hide later: to look through all modules would touch the name of each, and
# with it the page that it is on, which the kernel then copies: some three hundred more in all.
_OWN_MODULES = [os.path.splitext(file)[0] for file in os.listdir(os.path.dirname(os.path.abspath(__file__)))]


class Ready(BaseException):
    """Carries the entry point of a prepared command up through the frames of the parent.

    Run where it was prepared, a task would find less of its stack left than in a fresh process, and above it
    frames that are none of its business.
    """

    def __init__(self, entry):
        super().__init__()
        self.entry = entry


def prepare(command, environment, warm, bin_folder):
    """Becomes another program and never returns, or raises Ready with what is to be run in this process."""
    command = rewrite_destination(command)
    if warm and fits_in_process(command, environment):
        try:
            entry = _in_process(command, environment, bin_folder)
        except BaseException:  # noqa: B902 - pyflyte-fast-execute has failed and ends as a script ends
            finish(*sys.exc_info())
        raise Ready(entry)
    _replace_environment(environment)
    _reset_signals()
    execute(command, environment)


def rewrite_destination(command):
    """Code is unpacked where the attempt works: the folder that was registered belongs to a container."""
    if os.path.basename(command[0]) != FAST:
        return list(command)
    result = list(command)
    for index in range(1, len(result)):
        if result[index] == "--":
            break
        if result[index] == "--dest-dir" and index + 1 < len(result):
            result[index + 1] = "."
        elif result[index].startswith("--dest-dir="):
            result[index] = "--dest-dir=."
    return result


def fits_in_process(command, environment):
    name = os.path.basename(command[0])
    if name not in IN_PROCESS and name != FAST:
        return False
    for key, value in environment.items():
        if key in ("LC_ALL", "LC_CTYPE") and value in _UTF8:
            continue
        if key in _COLD_NAMES or (key.startswith(_COLD_PREFIXES) and key not in _WARM_ANYWAY):
            return False
    return True


def execute(command, environment):
    """Becomes the command. The exit codes are a shell's: 127 not found, 126 not to be run."""
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    # Ignored signals stay ignored in the new program, and Python ignores these for itself.
    for number in (signal.SIGCHLD, signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    try:
        os.execvpe(command[0], command, environment)
    except FileNotFoundError:
        os.write(2, ("harrier: command not found: %s\n" % command[0]).encode())
        os._exit(127)
    except OSError as error:
        os.write(2, ("harrier: cannot run %s: %s\n" % (command[0], error.strerror)).encode())
        os._exit(126)


def _in_process(command, environment, bin_folder):
    _become_fresh(command, environment, bin_folder)
    from flytekit.bin import entrypoint

    if os.path.basename(command[0]) == FAST:
        command = _fast(entrypoint, command)
        if os.path.basename(command[0]) not in IN_PROCESS:
            execute(command, dict(os.environ))
    name = os.path.basename(command[0])
    sys.argv = [os.path.join(bin_folder, name)] + command[1:]
    entry = entrypoint.execute_task_cmd if name == "pyflyte-execute" else entrypoint.map_execute_task_cmd
    main = types.ModuleType("__main__")
    main.__file__ = sys.argv[0]
    main.__builtins__ = __builtins__
    sys.modules["__main__"] = main
    return entry


def _fast(entrypoint, command):
    """What pyflyte-fast-execute does before it starts the inner command."""
    from flytekit.tools.fast_registration import download_distribution

    parsed = entrypoint.fast_execute_task_cmd.make_context(FAST, command[1:]).params
    distribution, destination = parsed["additional_distribution"], parsed["dest_dir"]
    if distribution is not None:
        destination = destination or os.getcwd()
        download_distribution(distribution, destination)
    inner = []
    for argument in parsed["task_execute_cmd"]:
        if argument == "--resolver":
            inner += ["--dynamic-addl-distro", distribution, "--dynamic-dest-dir", destination]
        inner.append(argument)
    if destination is not None:
        folder = os.path.realpath(os.path.expanduser(destination))
        before = os.environ.get("PYTHONPATH")
        os.environ["PYTHONPATH"] = folder if before is None else before + os.pathsep + folder
        position = 1 + (len(before.split(os.pathsep)) if before else 0)
        sys.path.insert(position, folder)
    return inner


def _become_fresh(command, environment, bin_folder):
    _replace_environment(environment)
    _reset_signals()
    random.seed()
    tempfile.tempdir = None
    tempfile._name_sequence = None
    own = os.path.dirname(os.path.abspath(__file__))
    rest = [path for path in sys.path if path and os.path.abspath(path) != own]
    python_path = [path for path in environment.get("PYTHONPATH", "").split(os.pathsep) if path]
    sys.path[:] = [bin_folder] + python_path + rest
    for name in _OWN_MODULES:
        sys.modules.pop(name, None)
    if environment.get("PYTHONDONTWRITEBYTECODE"):
        sys.dont_write_bytecode = True
    _fresh_streams(bool(environment.get("PYTHONUNBUFFERED")))
    _fresh_flytekit(environment)


def _replace_environment(environment):
    os.environ.clear()
    os.environ.update(environment)


def _reset_signals():
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])


def _fresh_streams(unbuffered):
    sys.stdin = sys.__stdin__ = open(0, "r", closefd=False)
    sys.stdout.reconfigure(write_through=unbuffered)
    sys.stderr.reconfigure(line_buffering=True, write_through=unbuffered)


def _fresh_flytekit(environment):
    import flytekit.configuration as configuration
    from flytekit import loggers
    from flytekit.configuration import file as configuration_file
    from flytekit.core import context_manager, data_persistence
    from flytekit.interfaces import random as flyte_random

    # Drawn at import: without this every child names its files alike and they overwrite each other.
    flyte_random.random.seed(os.urandom(16))
    if "ssl" in sys.modules:
        sys.modules["ssl"].RAND_add(os.urandom(32), 32.0)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    # What the parent found, in its own environment, is not this task's.
    configuration_file.get_config_file.cache_clear()
    folder = tempfile.mkdtemp(prefix="flyte-")
    data_persistence.flyte_tmp_dir = folder
    access = data_persistence.FileAccessProvider(
        local_sandbox_dir=os.path.join(folder, "sandbox"),
        raw_output_prefix=os.path.join(folder, "raw"),
        data_config=configuration.DataConfig.auto(),
    )
    data_persistence.default_local_file_access_provider = access
    context_manager.default_local_file_access_provider = access
    sandbox = tempfile.mkdtemp(prefix="flyte")
    _default(configuration.Config, "local_sandbox_path", sandbox)
    context_manager.FlyteContextManager.initialize()
    for logger in (loggers.logger, loggers.user_space_logger, loggers.developer_logger):
        logger.handlers.clear()
    loggers.initialize_global_loggers()
    if environment.get(loggers.LOGGING_RICH_FMT_ENV_VAR) == "0":
        sys.excepthook = sys.__excepthook__


def _default(dataclass, field, value):
    # The default of a frozen dataclass is stored in its __init__ and as a class attribute.
    names = [name for name in dataclass.__init__.__code__.co_varnames[: dataclass.__init__.__code__.co_argcount]]
    defaults = list(dataclass.__init__.__defaults__)
    defaults[names.index(field) - len(names)] = value
    dataclass.__init__.__defaults__ = tuple(defaults)
    setattr(dataclass, field, value)


def finish(kind, end, trace):
    """Ends the process as an interpreter ends a script that raised this: threads, exit functions, streams."""
    code = 0
    if kind is SystemExit:
        if isinstance(end.code, int):
            code = end.code & 0xFF
        elif end.code is not None:
            print(end.code, file=sys.stderr)
            code = 1
    elif kind is not None:
        # The first frame is ours.
        sys.excepthook(kind, end, trace.tb_next or trace)
        code = 1
    try:
        threading._shutdown()
        atexit._run_exitfuncs()
    finally:
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except (OSError, ValueError):
                code = code or 120
        os._exit(code)

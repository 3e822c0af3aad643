"""The process that keeps one attempt: builds its walls, starts it, pumps its output, reports its end.

Walled, the keeper is pid 1 of the attempt's own pid namespace: when it ends the kernel ends all others in it.
Unwalled it is the subreaper of all that the attempt starts, and kills what is left at the end.
"""

import fcntl
import json
import os
import select
import signal

import harrier_log
import harrier_mask
import harrier_records
import harrier_secrets
import harrier_walls
import harrier_watch
import harrier_worker

PIPE_BYTES = 1024 * 1024
NAME_BYTES_MAX = 4096
CHUNK_BYTES = 256 * 1024
OOM_SCORE = "800"
REAP_ROUNDS_MAX = 1000


def keep(settings, attempt, owner, report, assignment):
    """Runs in the forked child of the parent and never returns, but raises Ready in the worker itself.

    attempt: its name; None makes this a standby that waits to be told it. owner: whom the parent runs as. report: the
    pipe that tells the parent. assignment: the pipe on which a standby hears the name; its end dismisses it.
    """
    try:
        if settings["mode"] == "walled":
            harrier_walls.take_namespaces(owner, settings["network"])
        else:
            harrier_walls.die_with_parent(os.getppid())
            harrier_walls.become_subreaper()
        os.setsid()
        tell(report, {"pid": harrier_records.host_pid()})
        _write("/proc/self/oom_score_adj", OOM_SCORE)
        if attempt is None:
            attempt = os.read(assignment, NAME_BYTES_MAX).decode()
            if not attempt:
                os._exit(0)
        _Keeper(settings, attempt, report).run()
    except harrier_worker.Ready:
        raise
    except BaseException as error:  # noqa: B902 - whatever it is, the parent must hear of it
        tell(report, {"failed": "%s: %s" % (type(error).__name__, error)})
    os._exit(1)


def tell(report, message):
    """Tells the parent about an attempt."""
    os.write(report, json.dumps(message).encode() + b"\n")


class _Keeper:
    def __init__(self, settings, attempt, report):
        self.settings = settings
        self.report = report
        self.walled = settings["mode"] == "walled"
        folder = os.path.join(settings["attempts"], attempt)
        request = os.path.join(folder, "request")
        self.request = harrier_records.read(request)
        # Nobody needs it any more.
        os.unlink(request)
        self.secrets = harrier_secrets.Secrets(self.request["secrets"])
        self.mask = harrier_mask.Mask(self.secrets.values())
        self.work = os.path.join(settings["work"], attempt)
        logs = os.open(settings["logs"], os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self.log = harrier_log.CappedLog(logs, attempt + ".log", settings["log_bytes_max"])
        self.printed = 0

    def run(self):
        folder = os.path.join(self.work, "cwd")
        tmp = os.path.join(self.work, "tmp")
        os.makedirs(folder, exist_ok=True)
        os.makedirs(tmp, exist_ok=True)
        data = self.request["read_only"]
        writable = {
            path: harrier_walls.open_beneath(harrier_walls.root_of(path, data), path, create=True)
            for path in self.request["writable"]
        }
        secrets = os.path.join(self.work, "secrets") if self.walled else self.request["secret_files"]
        environment = dict(self.request["environment"], **self.secrets.environment(secrets))
        if self.walled:
            view = {
                "tmp": tmp,
                "work": self.work,
                "covers": self.settings["covers"],
                "keeps": self.settings["keeps"],
                "read_only": self.request["read_only"],
                "writable": writable,
            }
            harrier_walls.limit_pids(self.request["processes"])
            harrier_walls.mount_view(view)
            if self.secrets:
                harrier_walls.mount_memory(secrets, self.secrets.write)
            harrier_walls.drop_capabilities()
            harrier_walls.no_new_privileges()
            harrier_walls.install_filter()
        elif not self.request["bubblewrap"]:
            environment = dict(environment, TMPDIR=environment.get("TMPDIR", tmp))
        outputs = os.dup(writable[self.request["outputs"]]) if self.request["outputs"] else None
        for descriptor in writable.values():
            os.close(descriptor)
        if self.secrets and not self.walled:
            self.secrets.write(secrets)
        os.chdir(folder)
        harrier_walls.set_dumpable(False)
        wake_read, wake_write = os.pipe()
        for descriptor in (wake_read, wake_write):
            os.set_blocking(descriptor, False)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        output, input_side = os.pipe()
        try:
            fcntl.fcntl(output, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        except PermissionError:
            # Its user has too many pipes on this machine; a small one is only slower.
            pass
        worker = os.fork()
        if worker == 0:
            self._become_worker(environment, input_side)
        os.close(input_side)
        status, usage = self._wait(worker, output, wake_read)
        if not self.walled:
            _kill_rest()
            if self.secrets:
                self.secrets.forget(secrets)
        self._drain(output)
        if outputs is not None:
            harrier_mask.cover_file(outputs, "error.pb", self.secrets.values())
        tell(
            self.report,
            {
                "status": status,
                "cpu_seconds": usage.ru_utime + usage.ru_stime,
                "max_rss_bytes": usage.ru_maxrss * 1024,
                "printed": self.printed,
            },
        )
        os._exit(0)

    def _become_worker(self, environment, output):
        try:
            if not self.walled:
                harrier_walls.die_with_parent(os.getppid())
                harrier_walls.no_new_privileges()
            harrier_walls.set_dumpable(True)
            os.setsid()
            signal.set_wakeup_fd(-1)
            nothing = os.open("/dev/null", os.O_RDONLY)
            os.dup2(nothing, 0)
            os.dup2(output, 1)
            os.dup2(output, 2)
            os.closerange(3, 4096)
            harrier_walls.limit(self.request["cpu_seconds"], self.request["processes"])
            command = self.request["command"]
            if self.request["bubblewrap"]:
                command = self.request["bubblewrap"] + harrier_worker.rewrite_destination(command)
                program = harrier_walls.filter_program()
                if program is not None:
                    read_side, write_side = os.pipe()
                    os.write(write_side, program)
                    os.close(write_side)
                    os.set_inheritable(read_side, True)
                    command[1:1] = ["--seccomp", str(read_side)]
                command[1:1] = ["--args", str(_variables(environment))]
                # Outside of the walls the task's variables would steer bubblewrap itself: LD_PRELOAD, say.
                harrier_worker.execute(command, {"PATH": os.defpath, "LANG": "C.UTF-8"})
            harrier_worker.prepare(command, environment, self.settings["warm"], self.settings["bin"])
        except harrier_worker.Ready:
            raise
        except BaseException as error:  # noqa: B902 - it must not run on as a second keeper
            os.write(2, ("harrier: %s: %s\n" % (type(error).__name__, error)).encode())
        os._exit(126)

    def _wait(self, worker, output, wake):
        poll = select.poll()
        poll.register(output, select.POLLIN)
        poll.register(wake, select.POLLIN)
        result = None
        while result is None:
            for descriptor, event in poll.poll():
                if descriptor == wake:
                    os.read(wake, 4096)
                elif not self._pump(output):
                    poll.unregister(output)
            result = self._reap(worker)
        return result

    def _reap(self, worker):
        result = None
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return result
            if pid == 0:
                return result
            if pid == worker:
                result = (status, usage)

    def _pump(self, output):
        data = os.read(output, CHUNK_BYTES)
        self._keep(self.mask.feed(data))
        return bool(data)

    def _keep(self, data):
        self.printed += len(data)
        try:
            self.log.write(data)
        except OSError:
            # A full disk: the task goes on, its output is counted as left out.
            pass

    def _drain(self, output):
        os.set_blocking(output, False)
        try:
            while self._pump(output):
                pass
        except BlockingIOError:
            # Something that outlived the worker still holds the pipe; it ends with the keeper.
            pass
        self._keep(self.mask.rest())


def _write(path, text):
    try:
        with open(path, "w") as file:
            file.write(text)
    except OSError:
        # Only a hint to the kernel.
        pass


def _variables(environment):
    """A file from which bubblewrap takes the task's variables; its command line is for everybody to see."""
    arguments = ["--clearenv"]
    for name, value in environment.items():
        arguments += ["--setenv", name, value]
    descriptor = os.memfd_create("variables", 0)
    with open(descriptor, "wb", closefd=False) as file:
        file.write(b"".join(os.fsencode(argument) + b"\0" for argument in arguments))
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def _kill_rest():
    """Kills whatever the worker left behind: all of it ends up as a child of this subreaper."""
    for _ in range(REAP_ROUNDS_MAX):
        rest = harrier_watch.children_of(harrier_records.host_pid())
        for pid in rest:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        try:
            os.wait4(-1, 0)
        except ChildProcessError:
            return

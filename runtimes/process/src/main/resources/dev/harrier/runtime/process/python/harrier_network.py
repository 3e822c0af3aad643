"""A network namespace that the attempts of one parent share: what leaves it passes a filter, and pasta is the way out.

The namespace and the filter belong to a user namespace above those of attempts, so that no attempt has a power over
them. pasta makes connections of this machine out of what comes through; the filter, which is there before pasta is,
holds what may come.

Run with a file of settings as its argument it tries all of that once, and prints as JSON what came of it.
"""

import json
import os
import signal
import subprocess
import sys
import time
import traceback

import harrier_records
import harrier_walls

READY_SECONDS_MAX = 20.0
LOOK_SECONDS = 0.005
RESTART_SECONDS_MIN = 1.0
RESTART_SECONDS_MAX = 60.0
ANSWER_BYTES_MAX = 65536
WORDS_SHOWN = 600


class Network:
    def __init__(self, settings):
        self.settings = settings
        self.pasta = None
        self.started_at = 0.0
        self.restart_after = RESTART_SECONDS_MIN
        self.holder, self.host_pid = self._hold()
        self.namespaces = [
            os.open("/proc/%d/ns/%s" % (self.host_pid, kind), os.O_RDONLY | os.O_CLOEXEC) for kind in ("user", "net")
        ]
        self._start()
        self._await_ready()

    def children(self):
        """Those of the caller's children that make this network."""
        return {self.holder, self.pasta}

    def enter(self):
        """Takes the caller into the namespaces, with all powers over them: an attempt must lose these."""
        for descriptor in self.namespaces:
            harrier_walls.enter_namespace(descriptor)
            os.close(descriptor)

    def ended(self, pid):
        """Takes note of the end of a child."""
        if pid == self.pasta:
            self.pasta = None
        elif pid == self.holder:
            # Its number may soon be another process'.
            self.holder = None
            print("the network's keeper has ended; pasta is not started again", file=sys.stderr, flush=True)

    def tend(self, now):
        """Starts pasta again if it has ended; connections through it broke, new ones are possible again.

        One that ends again and again is started less and less often.
        """
        lived = now - self.started_at
        if lived > RESTART_SECONDS_MAX:
            self.restart_after = RESTART_SECONDS_MIN
        if self.pasta is None and self.holder is not None and lived > self.restart_after:
            print("pasta had ended: %s" % self._words(), file=sys.stderr, flush=True)
            self.restart_after = min(2 * self.restart_after, RESTART_SECONDS_MAX)
            self._start()

    def _hold(self):
        """Forks the process by which pasta finds the namespaces. Returns its pids here and as /proc shows it."""
        answer, say = os.pipe()
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            os.close(answer)
            try:
                harrier_walls.unshare(harrier_walls.CLONE_NEWNET)
                harrier_walls.die_with_parent(parent)
                self._load_filter()
                os.write(say, json.dumps({"pid": harrier_records.host_pid()}).encode())
                os.close(say)
                while True:
                    signal.pause()
            except BaseException as error:  # noqa: B902 - it must not run on as a second parent
                os.write(say, json.dumps({"failed": str(error) or type(error).__name__}).encode())
            os._exit(1)
        os.close(say)
        told = json.loads(os.read(answer, ANSWER_BYTES_MAX) or b'{"failed": "no answer"}')
        os.close(answer)
        if "failed" in told:
            raise OSError(told["failed"])
        return pid, told["pid"]

    def _load_filter(self):
        harrier_walls.keep_over_execution(harrier_walls.CAP_NET_ADMIN)
        loaded = subprocess.run(
            [self.settings["nft"], "-f", "-"], input=self.settings["filter"].encode(), capture_output=True, check=False
        )
        if loaded.returncode != 0:
            raise OSError("nft: %s" % loaded.stderr.decode(errors="replace").strip()[:WORDS_SHOWN])

    def _start(self):
        self.started_at = time.monotonic()
        for path in [self.settings["pid_file"]] + self._logs():
            if os.path.exists(path):
                os.unlink(path)
        line = [self.settings["pasta"], "--foreground", "--quiet", "--log-file", self.settings["log"]]
        # As whom it is anyway: of root's number it would make itself another user, who may not enter.
        line += ["--runas", "%d:%d" % (os.getuid(), os.getgid()), "--pid", self.settings["pid_file"]]
        line += self.settings["options"] + [str(self.host_pid)]
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            try:
                harrier_walls.die_with_parent(parent)
                # pasta of 2023 takes a signal that was ignored before for an error.
                for number in (signal.SIGPIPE, signal.SIGINT, signal.SIGHUP, signal.SIGTERM, signal.SIGCHLD):
                    signal.signal(number, signal.SIG_DFL)
                os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
                # What it says before it opens its log, and to a system's log that may not be there.
                words = os.open(self._logs()[1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
                os.dup2(words, 1)
                os.dup2(words, 2)
                os.closerange(3, 4096)
                harrier_walls.keep_pipes_small()
                os.execve(line[0], line, {"LANG": "C.UTF-8"})
            except BaseException:  # noqa: B902 - it must not run on as a second parent
                traceback.print_exc()
            os._exit(127)
        self.pasta = pid

    def _await_ready(self):
        """Returns when pasta has written its pid, which it does once all is made."""
        deadline = time.monotonic() + READY_SECONDS_MAX
        while not self._ready():
            if os.waitpid(self.pasta, os.WNOHANG)[0] != 0:
                raise OSError("pasta: %s" % self._words())
            if time.monotonic() > deadline:
                raise OSError("pasta was not ready within %d s: %s" % (READY_SECONDS_MAX, self._words()))
            time.sleep(LOOK_SECONDS)

    def _ready(self):
        try:
            return os.stat(self.settings["pid_file"]).st_size > 0
        except FileNotFoundError:
            return False

    def _logs(self):
        return [self.settings["log"], self.settings["log"] + ".start"]

    def _words(self):
        said = []
        for path in self._logs():
            try:
                with open(path, errors="replace") as file:
                    said += [line for line in file.read().splitlines() if "syslog" not in line]
            except FileNotFoundError:
                # It ended before it wrote any.
                continue
        return " ".join(said)[-WORDS_SHOWN:]


def main():
    try:
        Network(harrier_records.read(sys.argv[1]))
        result = {"ready": True}
    except Exception as error:  # noqa: B902 - whatever it is, it is the finding
        result = {"failed": str(error) or type(error).__name__}
    print(json.dumps(result))


if __name__ == "__main__":
    main()

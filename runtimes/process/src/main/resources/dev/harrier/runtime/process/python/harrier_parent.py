"""The parent of the workers of one Python environment and one project and domain.

It has flytekit imported and forks a keeper per attempt. It outlives the server, which talks to it in JSON lines
over a Unix socket. It runs no code of a user and never sees an attempt's command, environment or secrets: those
are in a file that only the keeper reads. It has one thread, since only then a fork is safe.
"""

import json
import os
import selectors
import signal
import socket
import struct
import sys
import time
import traceback

import harrier_keeper
import harrier_limits
import harrier_log
import harrier_memory
import harrier_network
import harrier_records
import harrier_walls
import harrier_watch
import harrier_worker

PROTOCOL = 1
LINE_BYTES_MAX = 1024 * 1024
WATCH_SECONDS = 0.25
# A server that takes nothing for so long is dropped: the one thread has attempts to watch.
SEND_SECONDS_MAX = 5.0
# For what an attempt has left behind to be gone; more only if a disk does not answer.
END_SECONDS_MAX = 2.0


class Attempt:
    def __init__(self, name, message, report):
        self.name = name
        self.report = report
        self.pid = None
        self.host_pid = None
        self.limits = harrier_limits.Limits(message)
        self.started_at = time.time()
        self.result = {}
        self.reason = "exit"
        self.message = ""
        self.buffer = b""


class Standby:
    """A keeper forked ahead of time, with its namespaces made, that waits for an attempt."""

    def __init__(self, pid, report, assignment):
        self.pid = pid
        self.report = report
        self.assignment = assignment

    def assign(self, name):
        """Returns whether it took the attempt: it may have died in the meantime."""
        try:
            os.write(self.assignment, name.encode())
            taken = True
        except OSError:
            os.close(self.report)
            taken = False
        os.close(self.assignment)
        return taken


class Client:
    def __init__(self, connection):
        self.connection = connection
        self.buffer = b""
        self.known = False

    def send(self, message):
        self.connection.sendall(json.dumps(message).encode() + b"\n")


class Parent:
    def __init__(self, settings, network=None):
        self.settings = settings
        self.network = network
        self.token_digest = settings.pop("token_digest")
        self.attempts = {}
        self.clients = {}
        self.selector = selectors.DefaultSelector()
        self.idle_since = time.monotonic()
        self.retired = False
        self.standby = None
        self.next_watch = 0.0

    def run(self):
        harrier_walls.become_subreaper()
        wake_read, wake_write = os.pipe()
        for descriptor in (wake_read, wake_write):
            os.set_blocking(descriptor, False)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.signal(signal.SIGTERM, lambda number, frame: self._end())
        for number in (signal.SIGINT, signal.SIGHUP, signal.SIGPIPE):
            signal.signal(number, signal.SIG_IGN)
        self._listen()
        self.selector.register(wake_read, selectors.EVENT_READ, ("wake", wake_read))
        if self.settings["warm"]:
            harrier_memory.settle()
        harrier_walls.set_dumpable(False)
        self._announce()
        # Nobody could have come before.
        self.idle_since = time.monotonic()
        self._fork_standby()
        while not self._over():
            for key, _ in self.selector.select(self._patience()):
                kind, thing = key.data
                if kind == "wake":
                    os.read(wake_read, 4096)
                elif kind == "listen":
                    self._accept()
                elif kind == "client":
                    self._hear(thing)
                else:
                    self._hear_keeper(thing)
            self._reap()
            self._watch()
        self._end()

    def _listen(self):
        path = self.settings["socket"]
        if os.path.exists(path):
            os.unlink(path)
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(path)
        os.chmod(path, 0o600)
        self.listener.listen(16)
        self.selector.register(self.listener, selectors.EVENT_READ, ("listen", None))

    def _announce(self):
        pid = harrier_records.host_pid()
        self.identity = {
            "protocol": PROTOCOL,
            "incarnation": self.settings["incarnation"],
            "boot_id": harrier_records.boot_id(),
            "pid": pid,
            "start_ticks": harrier_records.start_ticks(pid),
            "socket": self.settings["socket"],
        }
        harrier_records.replace_durably(self.settings["identity"], self.identity)

    def _over(self):
        if self.attempts or any(client.known for client in self.clients.values()):
            self.idle_since = time.monotonic()
            return False
        return self.retired or time.monotonic() - self.idle_since > self.settings["idle_seconds"]

    def _end(self):
        os.unlink(self.settings["socket"])
        os._exit(0)

    def _patience(self):
        return WATCH_SECONDS if self.attempts else min(5.0, self.settings["idle_seconds"])

    # The server

    def _accept(self):
        connection, _ = self.listener.accept()
        _, uid, _ = struct.unpack("=iII", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
        # A server that runs as root has parents of another user.
        if uid not in (0, os.getuid()):
            connection.close()
            return
        connection.settimeout(SEND_SECONDS_MAX)
        client = Client(connection)
        self.clients[connection.fileno()] = client
        self.selector.register(connection, selectors.EVENT_READ, ("client", client))

    def _hear(self, client):
        try:
            data = client.connection.recv(65536)
        except OSError:
            data = b""
        if not data:
            self._drop(client)
            return
        client.buffer += data
        *lines, client.buffer = client.buffer.split(b"\n")
        if len(client.buffer) > LINE_BYTES_MAX:
            self._drop(client)
            return
        for line in lines:
            try:
                answer = self._answer(client, json.loads(line))
            except Exception as error:  # noqa: B902 - a bad line ends the connection, not the attempts
                traceback.print_exc()
                answer = {"failed": "%s: %s" % (type(error).__name__, error)}
            if answer is None:
                self._drop(client)
                return
            self._send(client, answer)

    def _send(self, client, message):
        try:
            client.send(message)
        except OSError:
            self._drop(client)

    def _drop(self, client):
        if client.connection.fileno() >= 0:
            self.selector.unregister(client.connection)
            self.clients.pop(client.connection.fileno(), None)
            client.connection.close()

    def _broadcast(self, message):
        for client in list(self.clients.values()):
            if client.known:
                self._send(client, message)

    def _answer(self, client, message):
        """None refuses the caller."""
        what, number = message["do"], message.get("id")
        if what == "hello":
            if harrier_records.digest(message["token"]) != self.token_digest:
                return None
            client.known = True
            running = [{"attempt": name, "started_at": run.started_at} for name, run in self.attempts.items()]
            return {"id": number, "running": running, "identity": self.identity}
        if not client.known:
            return None
        if what == "start":
            return {"id": number, "state": self._start(message)}
        if what == "abort":
            return {"id": number, "state": self._kill(message["attempt"], "aborted", message.get("reason", ""))}
        if what == "retire":
            self.retired = True
            return {"id": number, "state": "retired"}
        return {"id": number, "failed": "unknown request: %s" % what}

    # Attempts

    def _start(self, message):
        name = message["attempt"]
        folder = os.path.join(self.settings["attempts"], name)
        # Its creation decides who starts the attempt, or whether an abort came first.
        record = dict(self.identity, attempt=name, at=time.time())
        if not harrier_records.create_exclusive(os.path.join(folder, "start"), record):
            return "exists"
        standby, self.standby = self.standby, None
        try:
            if standby is None or not standby.assign(name):
                standby = self._fork_keeper(name)
                os.close(standby.assignment)
        except OSError as error:
            # Its start is on record, so its end must be.
            attempt = Attempt(name, message, None)
            attempt.reason, attempt.message = "fork", "%s: %s" % (type(error).__name__, error)
            self._record_end(attempt)
            return "started"
        attempt = Attempt(name, message, standby.report)
        attempt.pid = standby.pid
        self.attempts[name] = attempt
        self.selector.register(attempt.report, selectors.EVENT_READ, ("keeper", attempt))
        self._broadcast({"event": "started", "attempt": name, "at": attempt.started_at})
        return "started"

    def _fork_standby(self):
        try:
            self.standby = self._fork_keeper(None)
        except OSError as error:
            # It only saves time: the next attempt tries again, and says so if it cannot either.
            print("standby keeper: %s" % error, file=sys.stderr, flush=True)

    def _fork_keeper(self, name):
        pipes = []
        try:
            pipes += os.pipe()
            pipes += os.pipe()
            owner = harrier_walls.owner()
            pid = self._fork()
        except OSError:
            for descriptor in pipes:
                os.close(descriptor)
            raise
        report, keeper_report, keeper_assignment, assignment = pipes
        if pid == 0:
            self._become_keeper(name, owner, keeper_report, keeper_assignment)
        os.close(keeper_report)
        os.close(keeper_assignment)
        os.set_blocking(report, False)
        return Standby(pid, report, assignment)

    def _fork(self):
        if self.settings["mode"] != "walled" or self.network is not None:
            return os.fork()
        return harrier_walls.fork_into_namespaces(self.settings["network"])

    def _become_keeper(self, name, owner, report, assignment):
        try:
            signal.set_wakeup_fd(-1)
            # A task may signal its keeper: as pid 1 it is safe from all for which it has no handler.
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(number, signal.SIG_DFL)
            # Closed as objects: collected later they would close what a task has opened under their numbers.
            self.selector.close()
            self.listener.close()
            for client in self.clients.values():
                client.connection.close()
            self.clients, self.attempts = {}, {}
            if self.network is not None:
                self._enter_network(report)
            # By way of high numbers, since either pipe may have got the other's place.
            for source, number in ((report, 1000), (assignment, 1001), (1000, 3), (1001, 4)):
                os.dup2(source, number, inheritable=False)
            os.closerange(5, 4096)
            harrier_keeper.keep(self.settings, name, owner, 3, 4)
        except harrier_worker.Ready:
            raise
        except BaseException:  # noqa: B902 - it must not run on as a second parent
            traceback.print_exc()
        os._exit(1)

    def _enter_network(self, report):
        """Returns, if there are walls, in a child of the caller: its own namespaces belong to those of the network."""
        try:
            self.network.enter()
            if self.settings["mode"] == "walled" and harrier_walls.fork_into_namespaces(self.settings["network"]) != 0:
                os._exit(0)
        except OSError as error:
            harrier_keeper.tell(report, {"failed": "network: %s" % error})
            os._exit(1)

    def _hear_keeper(self, attempt):
        try:
            data = os.read(attempt.report, 65536)
        except BlockingIOError:
            return
        if data:
            attempt.buffer += data
            *lines, attempt.buffer = attempt.buffer.split(b"\n")
            for line in lines:
                message = json.loads(line)
                attempt.host_pid = message.pop("pid", attempt.host_pid)
                attempt.result.update(message)
            if attempt.reason != "exit":
                # The order to kill it came before we knew its pid.
                self._kill(attempt.name, attempt.reason, attempt.message)
            return
        # The keeper has closed it, and only then the kernel ends what it has left in its namespace.
        if self.settings["mode"] == "walled" and attempt.host_pid is not None:
            harrier_watch.await_end(attempt.host_pid, END_SECONDS_MAX)
        self.selector.unregister(attempt.report)
        os.close(attempt.report)
        self._finish(attempt)

    def _finish(self, attempt):
        del self.attempts[attempt.name]
        self._record_end(attempt)
        if self.standby is None:
            # Where one attempt ended another is likely to follow, and will find its namespaces made.
            self._fork_standby()

    def _record_end(self, attempt):
        result = attempt.result
        if attempt.reason == "exit" and "status" not in result:
            if "failed" in result:
                attempt.reason, attempt.message = "walls", result["failed"]
            else:
                # The keeper was killed from outside, most likely by the kernel for want of memory.
                result["status"] = signal.SIGKILL
        status = result.get("status")
        record = {
            "attempt": attempt.name,
            "reason": attempt.reason,
            "message": attempt.message,
            "exit_code": os.WEXITSTATUS(status) if status is not None and os.WIFEXITED(status) else None,
            "signal": os.WTERMSIG(status) if status is not None and os.WIFSIGNALED(status) else None,
            "started_at": attempt.started_at,
            "ended_at": time.time(),
            "cpu_seconds": result.get("cpu_seconds"),
            "max_rss_bytes": max(result.get("max_rss_bytes") or 0, attempt.limits.peak_bytes),
        }
        try:
            log = os.path.join(self.settings["logs"], attempt.name + ".log")
            harrier_log.join(log, self.settings["log_bytes_max"], result.get("printed"))
        except OSError as error:
            print("log of %s: %s" % (attempt.name, error), file=sys.stderr, flush=True)
        path = os.path.join(self.settings["attempts"], attempt.name, "exit")
        try:
            harrier_records.replace_durably(path, record)
        except OSError as error:
            # A full disk: the server still hears of it; after a crash the attempt counts as lost.
            print("exit record of %s: %s" % (attempt.name, error), file=sys.stderr, flush=True)
        self._broadcast({"event": "ended", "record": record})

    def _kill(self, name, reason, message):
        attempt = self.attempts.get(name)
        if attempt is None:
            return "unknown"
        if attempt.reason == "exit":
            attempt.reason, attempt.message = reason, message
        for pid in harrier_watch.tree(attempt.host_pid):
            harrier_watch.kill(pid)
        return "killed"

    def _reap(self):
        while True:
            try:
                pid, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if self.network is not None:
                self.network.ended(pid)
            if self.settings["mode"] != "walled":
                self._kill_strays()

    def _kill_strays(self):
        """What outlived its keeper has become our child; no attempt owns it."""
        kept = {attempt.pid for attempt in self.attempts.values()}
        if self.standby is not None:
            kept.add(self.standby.pid)
        if self.network is not None:
            kept |= self.network.children()
        for pid in harrier_watch.children_of(os.getpid()):
            if pid not in kept:
                harrier_watch.kill(pid)

    # Limits

    def _watch(self):
        now = time.monotonic()
        if now < self.next_watch:
            return
        self.next_watch = now + WATCH_SECONDS
        if self.network is not None:
            self.network.tend(now)
        for attempt in list(self.attempts.values()):
            exceeded = attempt.limits.exceeded(attempt.host_pid)
            if exceeded is not None:
                self._kill(attempt.name, *exceeded)


def main():
    """Returns in workers alone, with the entry point that they are to run."""
    settings = harrier_records.read(sys.argv[1])
    if settings["mode"] != "walled":
        os.setsid()
    # Before all else that it loads: what is forked for it has little memory then.
    network = harrier_network.Network(settings["way_out"]) if "way_out" in settings else None
    if settings["warm"]:
        import harrier_warm

        harrier_warm.warm_up()
    try:
        Parent(settings, network).run()
    except harrier_worker.Ready as ready:
        return ready.entry


if __name__ == "__main__":
    entry = main()
    finish = harrier_worker.finish
    # From here on as the script that pip makes: its call is at this depth of the stack too.
    try:
        sys.exit(entry())
    except BaseException:  # noqa: B902 - the interpreter itself would take all of them
        finish(*sys.exc_info())

"""Tasks that try to get out of their sandbox, and one that is in their way.

Each attempt at it answers with "refused", "absent" or what it got; nothing here is meant to work.
"""

import ctypes
import errno
import json
import os
import signal
import socket
import stat
import time
import typing

from flytekit import Resources, task, workflow

SMALL = Resources(cpu="50m", mem="150Mi")
MARK = "neighbour-secret-7c1e"
MEGABYTE = 1024 * 1024
# Far more than it may; a machine that lets it is not to be brought down by its tests.
FORKS_MAX = 1500
CONNECT_SECONDS = 1.0

_libc = ctypes.CDLL(None, use_errno=True)


@task(requests=SMALL)
def waits(seconds: int) -> str:
    """The neighbour: leaves its mark wherever it may, and is to be still there at the end."""
    for folder in ("/tmp", "/dev/shm", os.getcwd(), os.path.expanduser("~")):
        with open(os.path.join(folder, MARK), "w") as file:
            file.write(MARK)
    os.environ["NEIGHBOUR"] = MARK
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not os.path.exists("/tmp/enough"):
        time.sleep(0.1)
    return "undisturbed"


@task(requests=SMALL)
def probes(world: str) -> str:
    """world: JSON of what the tests know about the machine and a task does not need to."""
    known = json.loads(world)
    results: typing.Dict[str, str] = {}
    for group in (_reads, _writes, _processes, _powers, _connections):
        for name, attempt in group(known):
            results[name] = _tried(attempt)
    return json.dumps(results)


def _tried(attempt) -> str:
    try:
        got = attempt()
    except OSError as error:
        return "refused: %s" % errno.errorcode.get(error.errno, error)
    except Exception as error:
        return "refused: %s: %s" % (type(error).__name__, error)
    return "absent" if got is None else "GOT %s" % str(got)[:200]


def _read(path):
    with open(path, "rb") as file:
        # What is hidden one by one reads as empty.
        return file.read(200) or None


def _content(folder):
    return os.listdir(folder) or None


def _write(path):
    with open(path, "w") as file:
        file.write("intruder")
    return "wrote"


def _reads(known):
    for number, path in enumerate(known["unreadable"]):
        yield "read %s" % path, lambda path=path: _read(path)
        yield "read through /proc/self/root %s" % path, lambda path=path: _read("/proc/self/root" + path)
        yield "read by way of .. %s" % path, lambda path=path: _read("/tmp/.." + path)
        yield "read through a link %s" % path, lambda path=path, number=number: _through_link(path, number, _read)
        yield "link %s" % path, lambda path=path, number=number: os.link(path, "/tmp/hard%d" % number) or "linked"
    for path in known["unlisted"]:
        yield "list %s" % path, lambda path=path: _content(path)
    yield "find the neighbour's mark", lambda: _find(MARK)
    yield "find a socket", _find_socket
    yield "find a key", _find_key
    yield "find an open file of the parent", _foreign_descriptors
    yield "read kernel memory", lambda: _read("/proc/kcore") or None
    yield "read the kernel's log", lambda: _read("/dev/kmsg")
    yield "read a disk", _read_disk
    yield "read /etc/shadow", lambda: _read("/etc/shadow") or None


def _through_link(path, number, act):
    link = "/tmp/link%d" % number
    if not os.path.islink(link):
        os.symlink(path, link)
    return act(link)


def _walk(accepts):
    for top in ("/tmp", "/var", "/run", "/home", "/root", "/dev", "/srv", "/mnt", "/opt"):
        for folder, folders, files in os.walk(top):
            # The interpreter and its packages, which a task may read.
            folders[:] = [name for name in folders if name not in ("site-packages", "lib", ".pyenv")]
            for name in files:
                path = os.path.join(folder, name)
                if accepts(name, path):
                    return path
    return None


def _find(name):
    return _walk(lambda found, path: found == name)


def _find_socket():
    return _walk(lambda name, path: stat.S_ISSOCK(os.lstat(path).st_mode))


def _find_key():
    def private(name, path):
        if not name.endswith((".pem", ".key", "-key", "client_secret", "pgpass")):
            return False
        try:
            return b"PRIVATE KEY" in _read(path) or name == "client_secret"
        except OSError:
            return False

    return _walk(private)


def _foreign_descriptors():
    foreign = []
    for number in os.listdir("/proc/self/fd"):
        try:
            target = os.readlink("/proc/self/fd/" + number)
            if target.startswith("socket:") and _own_pair(int(number)):
                continue
        except OSError:
            continue
        if not target.startswith(("/dev/null", "pipe:", "/proc/", "anon_inode:", os.getcwd(), "/tmp")):
            foreign.append("%s %s" % (target, _described(number)))
    return foreign or None


def _described(number):
    try:
        with socket.socket(fileno=os.dup(int(number))) as found:
            pid = found.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)[:4]
            return "%s, peer %s of process %d" % (found, found.getpeername(), int.from_bytes(pid, "little"))
    except OSError as error:
        return str(error)


def _own_pair(number):
    """Whether a socket is of a pair that this very process made, as every event loop of Python does."""
    with socket.socket(fileno=os.dup(number)) as found:
        credentials = found.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
        maker = int.from_bytes(credentials[:4], "little")
        return maker == os.getpid() or found.family != socket.AF_UNIX


def _read_disk():
    for name in os.listdir("/dev"):
        path = os.path.join("/dev", name)
        if stat.S_ISBLK(os.lstat(path).st_mode):
            return _read(path)
    os.mknod("/tmp/disk", 0o600 | stat.S_IFBLK, os.makedev(254, 0))
    return _read("/tmp/disk")


def _writes(known):
    for number, path in enumerate(known["unwritable"]):
        yield "write into %s" % path, lambda path=path: _write(os.path.join(path, "harrier-intruder"))
        yield "write through a link into %s" % path, lambda path=path, number=number: _through_link(
            path, 100 + number, lambda link: _write(os.path.join(link, "harrier-intruder"))
        )
        yield "write through /proc/self/root into %s" % path, lambda path=path: _write(
            "/proc/self/root" + os.path.join(path, "harrier-intruder")
        )
        yield "write through a descriptor of %s" % path, lambda path=path: _by_descriptor(path)
    for path in known["unchangeable"]:
        yield "change %s" % path, lambda path=path: _write(path)
        yield "remove %s" % path, lambda path=path: os.unlink(path) or "removed"
        yield "change the mode of %s" % path, lambda path=path: os.chmod(path, 0o777) or "changed"
    for path in ("/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/sys/kernel/uevent_helper"):
        yield "steer the kernel by %s" % path, lambda path=path: open(path, "w").close() or "opened"
    yield "reopen its own program for writing", lambda: open("/proc/self/exe", "r+b") and "opened"


def _by_descriptor(path):
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        return _write("/proc/self/fd/%d/harrier-intruder" % folder)
    finally:
        os.close(folder)


def _processes(known):
    for name, pid in known["pids"].items():
        yield "see %s" % name, lambda pid=pid: _read("/proc/%d/cmdline" % pid)
        yield "signal %s" % name, lambda pid=pid: os.kill(pid, 0) or "signalled"
    yield "see processes of others", _others
    yield "read the environment of its keeper", _keepers_environment
    yield "read the memory of its keeper", lambda: _read("/proc/1/mem")
    for path in known["unreadable"][:3]:
        yield "read %s by its keeper's root" % path, lambda path=path: _read("/proc/1/root" + path)
        yield "read %s by its keeper's folder" % path, lambda path=path: _read("/proc/1/cwd/../../../../.." + path)
    yield "open its keeper's files", _keepers_files
    yield "stop its keeper", lambda: os.kill(1, signal.SIGSTOP) and None
    yield "trace its keeper", lambda: _call("ptrace", 16, 1, 0, 0)
    yield "read its keeper's memory by a call", lambda: _call("process_vm_readv", 1, 0, 0, 0, 0, 0)


def _others():
    me, found = os.getpid(), []
    for name in os.listdir("/proc"):
        if name.isdigit() and int(name) not in (1, me, os.getppid()):
            found.append(_read("/proc/%s/cmdline" % name))
    return found or None


def _keepers_files():
    opened = []
    for number in os.listdir("/proc/1/fd"):
        path = "/proc/1/fd/" + number
        try:
            # Its own output and /dev/null it has anyway.
            if stat.S_ISREG(os.stat(path).st_mode) or stat.S_ISDIR(os.stat(path).st_mode):
                opened.append(os.readlink(path))
        except OSError:
            continue
    return opened or None


def _keepers_environment():
    with open("/proc/1/environ", "rb") as file:
        names = {pair.partition(b"=")[0] for pair in file.read().split(b"\0") if pair}
    # Where a sandbox of its own was started for it, its keeper's environment is its own.
    return names - set(os.environb) or None


def _call(name, *arguments):
    ctypes.set_errno(0)
    result = getattr(_libc, name)(*arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), name)
    return "%s gave %d" % (name, result)


def _powers(known):
    yield "hold a capability", _capability
    yield "become root", lambda: os.setuid(0) or (None if os.getuid() == known.get("uid", 0) else "became root")
    yield "become another", lambda: os.setresuid(12345, 12345, 12345) or "became another"
    yield "take another group", lambda: os.setgroups([0, 4]) or "took groups"
    yield "run a program that sets its user", _setuid_program
    yield "make a program that sets its user work", _own_setuid_program
    yield "a user namespace", lambda: _call("unshare", 0x10000000)
    yield "a mount namespace", lambda: _call("unshare", 0x00020000)
    yield "a user namespace by clone", lambda: _call("syscall", 56, 0x10000000 | 17, 0, 0, 0, 0)
    yield "mount", lambda: _call("mount", b"none", b"/tmp", b"tmpfs", 0, None)
    yield "unmount", lambda: _call("umount2", b"/proc", 2)
    yield "enter the namespaces of another", lambda: _call("setns", os.open("/proc/self/ns/mnt", os.O_RDONLY), 0)
    yield "open a file by its handle", lambda: _call("open_by_handle_at", -100, b"\0" * 64, 0)
    yield "load a program into the kernel", lambda: _call("syscall", 321, 0, 0, 0)
    yield "change the root", lambda: os.chroot("/tmp") or "changed"
    yield "set the clock", lambda: time.clock_settime(time.CLOCK_REALTIME, time.time()) or "set"
    yield "set the host's name", lambda: socket.sethostname("intruder") or "set"
    yield "raise a limit", _raise_limit
    yield "use the keyring", lambda: _call("syscall", 250, 0, -3, 1)


def _capability():
    with open("/proc/self/status") as file:
        held = [line for line in file if line.startswith("Cap") and int(line.split()[1], 16)]
    return held or None


def _setuid_program():
    for program in ("/usr/bin/su", "/bin/su", "/usr/bin/mount", "/usr/bin/passwd", "/usr/bin/newgrp"):
        if os.path.exists(program) and os.stat(program).st_mode & stat.S_ISUID:
            return _capabilities_of_child([program, "--version"])
    return None


def _own_setuid_program():
    import shutil

    shutil.copy("/bin/grep", "/tmp/grep")
    os.chmod("/tmp/grep", 0o6755)
    child = os.popen("/tmp/grep -E '^(CapEff|Uid)' /proc/self/status")
    text = child.read()
    if "CapEff:\t0000000000000000" not in text:
        return text
    return None


def _capabilities_of_child(line):
    # With no new privileges its user is not taken: seen from the kernel's word for it.
    with open("/proc/self/status") as file:
        fixed = "NoNewPrivs:\t1" in file.read()
    return None if fixed else "privileges may grow by %s" % line[0]


def _raise_limit():
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NPROC)
    resource.setrlimit(resource.RLIMIT_NPROC, (hard, hard * 2 if hard > 0 else hard))
    return None if hard <= 0 else "raised"


def _connections(known):
    for path in known["sockets"]:
        yield "connect to %s" % path, lambda path=path: _connect(socket.AF_UNIX, path)
    yield "reach a database by TCP", lambda: _connect(socket.AF_INET, ("127.0.0.1", 5432))
    yield "a raw socket", lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) and "opened"
    yield "a packet socket", lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 3) and "opened"


def _connect(family, address):
    with socket.socket(family, socket.SOCK_STREAM) as connection:
        connection.settimeout(CONNECT_SECONDS)
        connection.connect(address)
        return "connected"


@task(requests=SMALL)
def leaves_behind(mark: str) -> str:
    """A daemon as daemons are made: forked twice, in a session of its own, deaf to signals."""
    if os.fork() == 0:
        os.setsid()
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        if os.fork() == 0:
            os.closerange(0, 1000)
            os.execv("/bin/sh", ["/bin/sh", "-c", "while :; do sleep 1; done", mark])
        os._exit(0)
    os.wait()
    return "left"


@task(requests=Resources(cpu="50m", mem="2Gi"))
def multiplies() -> int:
    """Forks as long as it may; answers how often it could."""
    forked = 0
    while True:
        try:
            if os.fork() == 0:
                signal.pause()
                os._exit(0)
            forked += 1
        except OSError:
            return forked
        if forked == FORKS_MAX:
            return forked


@task(requests=Resources(cpu="50m", mem="100Mi"), limits=Resources(mem="200Mi"))
def swells() -> int:
    held = []
    for _ in range(40):
        held.append(os.urandom(1) * (50 * MEGABYTE))
    return len(held)


@task(requests=Resources(cpu="50m", mem="100Mi"), limits=Resources(mem="200Mi"))
def swells_in_shared_memory() -> str:
    """Memory that is no process's: files in a file system of the machine's memory."""
    written = 0
    try:
        with open("/dev/shm/swollen", "wb") as file:
            for _ in range(1024):
                written += file.write(b"x" * MEGABYTE)
    except OSError as error:
        return "refused after %d MiB: %s" % (written // MEGABYTE, errno.errorcode[error.errno])
    return "wrote %d MiB" % (written // MEGABYTE)


@task(requests=Resources(cpu="50m", mem="400Mi", ephemeral_storage="100Mi"), limits=Resources(ephemeral_storage="200Mi"))
def hoards() -> str:
    written = 0
    with open("/tmp/hoard", "wb") as file:
        for _ in range(1500):
            written += file.write(b"x" * MEGABYTE)
            time.sleep(0.005)
    return "wrote %d MiB" % (written // MEGABYTE)


@workflow
def waiting(seconds: int) -> str:
    return waits(seconds=seconds)


@workflow
def besieging(world: str) -> str:
    return probes(world=world)


@workflow
def leaving_behind(mark: str) -> str:
    return leaves_behind(mark=mark)


@workflow
def multiplying() -> int:
    return multiplies()


@workflow
def swelling() -> int:
    return swells()


@workflow
def swelling_in_shared_memory() -> str:
    return swells_in_shared_memory()


@workflow
def hoarding() -> str:
    return hoards()

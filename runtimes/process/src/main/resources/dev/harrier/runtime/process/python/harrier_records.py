"""Records on disk: what is there after a crash is what happened."""

import hashlib
import json
import os

BOOT_ID = "/proc/sys/kernel/random/boot_id"


def boot_id():
    with open(BOOT_ID) as file:
        return file.read().strip()


def host_pid():
    """The caller's pid as the owner of the mounted /proc sees it."""
    return int(os.readlink("/proc/self"))


def start_ticks(pid):
    """When a process began, in clock ticks since boot; tells a reused pid from the old one."""
    with open("/proc/%d/stat" % pid, "rb") as file:
        return int(file.read().rpartition(b")")[2].split()[19])


def create_exclusive(path, value):
    """Writes a record that must not exist yet. Returns whether this caller wrote it."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        return False
    try:
        os.write(descriptor, json.dumps(value).encode())
    except OSError:
        # A full disk: an empty record would say that somebody has it.
        os.unlink(path)
        raise
    finally:
        os.close(descriptor)
    return True


def replace_durably(path, value):
    """Writes a record whole: after a power cut the old or the new one is there."""
    draft = path + ".draft"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        os.write(descriptor, json.dumps(value).encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    os.rename(draft, path)
    folder = os.open(os.path.dirname(path), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read(path):
    with open(path, "rb") as file:
        return json.loads(file.read())


def digest(token):
    return hashlib.sha256(token.encode()).hexdigest()

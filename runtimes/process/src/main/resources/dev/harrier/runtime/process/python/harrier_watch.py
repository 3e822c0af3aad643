"""Looks at the processes of an attempt, by the pids that the mounted /proc shows, and kills them.

Inside bubblewrap /proc is the one of outside: its pids are not those that this process may signal.
"""

import os
import signal
import time

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
BLOCK_BYTES = 512
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def children_of(pid):
    """The children of a process, by the pids of the mounted /proc."""
    found = []
    try:
        for thread in os.listdir("/proc/%d/task" % pid):
            with open("/proc/%d/task/%s/children" % (pid, thread)) as file:
                found += [int(word) for word in file.read().split()]
    except OSError:
        # It ended while we looked.
        pass
    return found


def tree(root):
    """A process and all its descendants, itself first; none if it is not known yet."""
    if root is None:
        return []
    found = [root]
    for pid in found:
        found += children_of(pid)
    return found


def usage(pids):
    """The resident bytes and the processor seconds of processes, those of their dead children included."""
    resident, ticks = 0, 0
    for pid in pids:
        try:
            with open("/proc/%d/stat" % pid, "rb") as file:
                fields = file.read().rpartition(b")")[2].split()
        except OSError:
            # It ended while we looked.
            continue
        resident += int(fields[21]) * PAGE_BYTES
        ticks += sum(int(field) for field in fields[11:15])
    return resident, ticks / TICKS_A_SECOND


def own_bytes(pid):
    """The proportional set size of a process: shared pages are divided among their users."""
    try:
        with open("/proc/%d/smaps_rollup" % pid) as file:
            for line in file:
                if line.startswith("Pss:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        # It ended while we looked.
        pass
    return 0


def bytes_of_files(folders):
    """Gives the bytes that files hold on disk so far, anew after each of them. Follows no link."""
    held = 0
    left = list(folders)
    while left:
        try:
            with os.scandir(left.pop()) as entries:
                for entry in entries:
                    try:
                        held += entry.stat(follow_symlinks=False).st_blocks * BLOCK_BYTES
                        if entry.is_dir(follow_symlinks=False):
                            left.append(entry.path)
                    except OSError:
                        # It was deleted while we looked.
                        continue
                    yield held
        except OSError:
            # Not made yet, or gone.
            continue


def await_end(pid, seconds):
    """Waits until a process has ended, or so long. The first of a pid namespace ends after all others."""
    deadline = time.monotonic() + seconds
    while _lives(pid) and time.monotonic() < deadline:
        time.sleep(0.001)


def _lives(pid):
    try:
        with open("/proc/%d/stat" % pid, "rb") as file:
            return file.read().rpartition(b")")[2].split()[0] != b"Z"
    except OSError:
        return False


def kill(pid):
    """Kills a process below this one."""
    try:
        own_depth = len(_pids("self")) - 1
        os.kill(_pids(pid)[own_depth], signal.SIGKILL)
    except (OSError, IndexError):
        # It ended while we looked.
        pass


def _pids(pid):
    """The pid of a process in each namespace from the one of /proc inwards."""
    with open("/proc/%s/status" % pid) as status:
        for line in status:
            if line.startswith("NSpid:"):
                return [int(word) for word in line.split()[1:]]
    return []

"""The walls around one attempt: namespaces, mounts, capabilities, limits and the system call filter.

Everything here runs before any code of a user, in this order: a fork into namespaces (that process is pid 1 of
its own), user mapping, mounts, capabilities, filter.
"""

import ctypes
import errno
import fcntl
import gc
import os
import platform
import resource
import signal
import socket
import struct

CLONE_NEWNS = 0x00020000
CLONE_NEWCGROUP = 0x02000000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000
CLONE_NEWTIME = 0x00000080
NEW_NAMESPACES = (
    CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWTIME
)

MS_RDONLY = 1
MS_NOSUID = 2
MS_NODEV = 4
MS_NOEXEC = 8
MS_REMOUNT = 32
MS_NOATIME = 1024
MS_NODIRATIME = 2048
MS_BIND = 4096
MS_REC = 16384
MS_PRIVATE = 1 << 18
MS_RELATIME = 1 << 21

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_SECCOMP = 22
PR_CAPBSET_DROP = 24
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
PR_CAP_AMBIENT_CLEAR_ALL = 4
SECCOMP_MODE_FILTER = 2
LAST_CAPABILITY_MAX = 63
CAP_NET_ADMIN = 12
CAPABILITY_VERSION = 0x20080522

SIOCSIFFLAGS = 0x8914
IFF_UP = 1
RESERVED_PIDS = 300
PID_MAX_OF_NAMESPACE = (6, 14)
KERNEL_SWITCHES = ("/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus", "/proc/acpi")
SHARED_MEMORY_BYTES_MAX = 256 * 1024 * 1024
SECRET_MEMORY_BYTES_MAX = 32 * 1024 * 1024

_libc = ctypes.CDLL(None, use_errno=True)
# Keeps the interpreter's lock during a call: a fork must not let go of it.
_libc_at_once = ctypes.PyDLL(None, use_errno=True)
_libc_at_once.syscall.restype = ctypes.c_long
_libc_at_once.syscall.argtypes = [ctypes.c_long] + [ctypes.c_ulong] * 5
_libc.prctl.argtypes = [ctypes.c_int] + [ctypes.c_ulong] * 4
_libc.mount.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_ulong, ctypes.c_char_p]

F_SETPIPE_SZ = 1031

# The filter's words: load a field, compare, end with an answer.
_LOAD, _EQUAL, _GIVE = 0x20, 0x15, 0x06
_ALLOW = 0x7FFF0000
_REFUSE = 0x00050000 | errno.EPERM

# Sockets of other families are held by no network namespace (those to a virtual machine's host), or are the kernel's own affairs.
_FAMILIES = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK)

# The number of clone().
_CLONE = {"x86_64": 56, "aarch64": 220}
# What a task has no business with. A filter by number, so one table per machine.
_DENIED = {
    "x86_64": (
        0xC000003E,
        # ptrace, pivot_root, chroot, acct, mount, umount2, swapon, swapoff, reboot, iopl, ioperm, init_module,
        # delete_module, quotactl, add_key, request_key, keyctl, unshare, kexec_load, perf_event_open,
        # open_by_handle_at, setns, process_vm_readv, process_vm_writev, finit_module, kexec_file_load, bpf,
        # userfaultfd, io_uring_setup, open_tree, move_mount, fsopen, fsconfig, fsmount, fspick, pidfd_getfd,
        # mount_setattr
        (101, 155, 161, 163, 165, 166, 167, 168, 169, 172, 173, 175, 176, 179, 248, 249, 250, 272, 246, 298)
        + (304, 308, 310, 311, 313, 320, 321, 323, 425, 428, 429, 430, 431, 432, 433, 438, 442),
        56,
        435,
        72,
        41,
    ),
    "aarch64": (
        0xC00000B7,
        (117, 41, 51, 89, 40, 39, 224, 225, 142, 105, 106, 60, 217, 218, 219, 97, 104, 241)
        + (265, 268, 270, 271, 273, 294, 280, 282, 425, 428, 429, 430, 431, 432, 433, 438, 442),
        220,
        435,
        25,
        198,
    ),
}


class WallError(OSError):
    """A wall could not be built; says which."""


def _check(result, what):
    if result != 0:
        number = ctypes.get_errno()
        raise WallError(number, "%s: %s" % (what, os.strerror(number)))


def prctl(option, a=0, b=0, c=0, d=0):
    _check(_libc.prctl(option, a, b, c, d), "prctl %d" % option)


def set_dumpable(dumpable):
    prctl(PR_SET_DUMPABLE, 1 if dumpable else 0)


def die_with_parent(parent_pid):
    prctl(PR_SET_PDEATHSIG, 9)
    # The parent may have died before the line above: then no signal will ever come.
    if os.getppid() != parent_pid:
        os._exit(1)


def become_subreaper():
    prctl(PR_SET_CHILD_SUBREAPER, 1)


def owner():
    """Whom the caller runs as. Its children with namespaces of their own cannot tell until they have taken them."""
    return os.getuid(), os.getgid()


def fork_into_namespaces(network):
    """Forks as os.fork() does; the child is pid 1 of namespaces of its own, and then calls take_namespaces.

    One call for what unshare() and a second fork would do: a fork copies all that maps the parent's memory.

    network: whether the child keeps its parent's.
    """
    number = _CLONE.get(platform.machine())
    if number is None:
        raise WallError(errno.ENOSYS, "clone: its number is not known on %s" % platform.machine())
    namespaces = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | (0 if network else CLONE_NEWNET)
    # Around the call what os.fork() does. The C library alone does not hear of it, and knows the child's one thread
    # by the parent's number; it looks again with the next os.fork(), from which all tasks come.
    python = ctypes.pythonapi
    before, in_parent, in_child = python.PyOS_BeforeFork, python.PyOS_AfterFork_Parent, python.PyOS_AfterFork_Child
    clone, flags = _libc_at_once.syscall, namespaces | signal.SIGCHLD
    collects = gc.isenabled()
    # Between the two the interpreter holds locks of its own that a collection would take, too.
    gc.disable()
    before()
    pid = clone(number, flags, 0, 0, 0, 0)
    if pid == 0:
        in_child()
    else:
        in_parent()
    if collects:
        gc.enable()
    _check(min(pid, 0), "clone")
    return pid


def take_namespaces(owner, network):
    """The first that a child of fork_into_namespaces does. owner: the parent's. network: whether it keeps the parent's."""
    _map_user(owner)
    if not network:
        _raise_loopback()


def unshare(namespaces):
    """Gives the caller a user namespace, in which it has its number and all powers, and others that belong to that."""
    before = owner()
    _check(_libc.unshare(CLONE_NEWUSER | namespaces), "unshare")
    _map_user(before)


def _map_user(owner):
    # Files under /proc/self belong to root while a process is not dumpable, and the maps are files there.
    set_dumpable(True)
    maps = [(name, "%d %d 1" % (number, number)) for name, number in zip(("uid_map", "gid_map"), owner)]
    for name, text in [("setgroups", "deny")] + maps:
        with open("/proc/self/" + name, "w") as file:
            file.write(text)


def enter_namespace(descriptor):
    _check(_libc.setns(descriptor, 0), "setns")


def keep_over_execution(capability):
    """Lets the programs that the caller executes have one of its capabilities."""
    header = struct.pack("=Ii", CAPABILITY_VERSION, 0)
    held = ctypes.create_string_buffer(24)
    _check(_libc.capget(header, held), "capget")
    effective, permitted, inheritable, *above = struct.unpack("=6I", held.raw)
    more = struct.pack("=6I", effective, permitted, inheritable | 1 << capability, *above)
    _check(_libc.capset(header, more), "capset")
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability)


def _raise_loopback():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", IFF_UP))


def mount(source, target, kind=None, flags=0, options=None):
    encode = lambda text: text.encode() if text is not None else None
    _check(_libc.mount(encode(source), encode(target), encode(kind), flags, encode(options)), "mount on %s" % target)


def _beneath(path, folder):
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _flags_of(path):
    # A remount inside a user namespace may add flags, never take one away.
    flags = os.statvfs(path).f_flag
    kept = flags & (MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME | MS_NODIRATIME)
    return kept | (MS_RELATIME if flags & 4096 else 0)


def open_beneath(root, path, create=False):
    """Opens a folder by a descriptor, step by step from one that no task can replace.

    A task may have put a symbolic link where the folder is to be, to what its parent sees and it does not: a step
    that is a link, or leads upwards, is refused. Missing folders are made, if asked for.
    """
    descriptor = os.open(root, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    for name in os.path.relpath(path, root).split("/"):
        if name == ".":
            continue
        above = descriptor
        try:
            if name == "..":
                raise WallError(errno.EPERM, "%s is not below %s" % (path, root))
            if create:
                try:
                    os.mkdir(name, dir_fd=above)
                except FileExistsError:
                    pass
            descriptor = os.open(name, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=above)
        except NotADirectoryError:
            raise WallError(errno.ENOTDIR, "expected folders on the way to %s, found a link or a file at %s" % (path, name))
        finally:
            os.close(above)
    return descriptor


def root_of(path, data):
    """The folder of data that a path is in, which tasks cannot replace; the file system's root for all others."""
    return max((folder for folder in data if _beneath(path, folder)), key=len, default="/")


def mount_view(view):
    """Gives the caller, pid 1 of its namespaces, the attempt's own view of the file system.

    view: tmp (folder shown as /tmp), work (folder of the attempt), covers (folders shown empty), keeps (paths
    that stay visible below a cover), read_only (folders that can no longer be written), writable (folders in
    them that still can, each with a descriptor of open_beneath).
    """
    mount("none", "/", flags=MS_REC | MS_PRIVATE)
    covers = ["/tmp"] + [folder for folder in view["covers"] if os.path.isdir(folder)]
    kept = {}
    inside = {path: source for path, source in view["writable"].items() if root_of(path, view["read_only"]) != "/"}
    for path in [view["work"]] + view["keeps"] + view["read_only"]:
        if os.path.exists(path):
            kept[path] = os.open(path, os.O_PATH)
    for path, source in view["writable"].items():
        if path not in inside:
            kept[path] = os.dup(source)
    tmp = os.open(view["tmp"], os.O_PATH)
    mount("/proc/self/fd/%d" % tmp, "/tmp", flags=MS_BIND)
    for folder in covers[1:]:
        if not _beneath(folder, "/tmp"):
            mount("tmpfs", folder, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=1m")
    for path in sorted(kept):
        if any(_beneath(path, cover) for cover in covers):
            if os.path.isdir("/proc/self/fd/%d" % kept[path]):
                os.makedirs(path, exist_ok=True)
            else:
                os.makedirs(os.path.dirname(path), exist_ok=True)
                open(path, "a").close()
            mount("/proc/self/fd/%d" % kept[path], path, flags=MS_BIND | MS_REC)
    for path in view["read_only"]:
        if path in kept:
            mount(path, path, flags=MS_BIND | MS_REC)
            mount("none", path, flags=MS_BIND | MS_REMOUNT | MS_RDONLY | _flags_of(path))
    for path in view["writable"]:
        if path not in inside:
            mount("/proc/self/fd/%d" % kept[path], path, flags=MS_BIND)
    for path, source in inside.items():
        # By a descriptor on both sides: what a path names may be changed by another attempt meanwhile.
        target = open_beneath(root_of(path, view["read_only"]), path)
        mount("/proc/self/fd/%d" % source, "/proc/self/fd/%d" % target, flags=MS_BIND)
        os.close(target)
    if os.path.isdir("/dev/shm"):
        mount("tmpfs", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777,size=%d" % SHARED_MEMORY_BYTES_MAX)
    mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
    # A server that runs as root has tasks whose files are root's, also those that steer the kernel.
    for path in KERNEL_SWITCHES:
        if os.path.exists(path):
            mount(path, path, flags=MS_BIND | MS_REC)
            mount("none", path, flags=MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RELATIME)
    os.close(tmp)
    for descriptor in kept.values():
        os.close(descriptor)


def mount_memory(folder, fill):
    """A folder of this attempt's alone, in memory, that only reads once it is filled."""
    os.makedirs(folder, exist_ok=True)
    mount("tmpfs", folder, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0700,size=%d" % SECRET_MEMORY_BYTES_MAX)
    fill(folder)
    mount("none", folder, flags=MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC)


def drop_capabilities():
    for capability in range(LAST_CAPABILITY_MAX + 1):
        if _libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0:
            if ctypes.get_errno() == errno.EINVAL:
                break
            _check(-1, "dropping capability %d" % capability)
    _libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    header = struct.pack("=Ii", CAPABILITY_VERSION, 0)
    _check(_libc.capset(header, struct.pack("=6I", 0, 0, 0, 0, 0, 0)), "capset")


def no_new_privileges():
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def filter_program():
    """The filter as the kernel takes it; None on a machine whose table is not known."""
    table = _DENIED.get(platform.machine())
    if table is None:
        return None
    architecture, denied, clone, clone3, _, open_socket = table
    load, equal, at_least, any_bit, give = _LOAD, _EQUAL, 0x35, 0x45, _GIVE
    refuse = _REFUSE
    # Without clone3 the C library falls back to clone, whose flags a filter can see.
    unknown = 0x00050000 | errno.ENOSYS
    code = [(load, 0, 0, 4), (equal, 1, 0, architecture), (give, 0, 0, 0x80000000), (load, 0, 0, 0)]
    code += [(at_least, 0, 1, 0x40000000), (give, 0, 0, refuse)]
    for number in denied:
        code += [(equal, 0, 1, number), (give, 0, 0, refuse)]
    code += [(equal, 0, 1, clone3), (give, 0, 0, unknown)]
    code += [(equal, 0, len(_FAMILIES) + 3, open_socket), (load, 0, 0, 16)]
    code += [(equal, len(_FAMILIES) - 1 - place, 0, family) for place, family in enumerate(_FAMILIES[:-1])]
    code += [(equal, 0, 1, _FAMILIES[-1]), (give, 0, 0, _ALLOW), (give, 0, 0, 0x00050000 | errno.EAFNOSUPPORT)]
    code += [(equal, 0, 3, clone), (load, 0, 0, 16), (any_bit, 0, 1, NEW_NAMESPACES & ~CLONE_NEWTIME), (give, 0, 0, refuse)]
    code += [(give, 0, 0, _ALLOW)]
    return _assembled(code)


def _assembled(code):
    return b"".join(struct.pack("=HBBI", *line) for line in code)


def install_filter():
    """Denies the calls of _DENIED with EPERM. Returns whether it could."""
    program = filter_program()
    if program is None:
        return False
    _install(program)
    return True


def keep_pipes_small():
    """Refuses the caller, and what it executes, pipes above the usual size.

    The kernel gives all processes of a user together 64 MiB of them, and pasta would take half of that ahead of time.
    """
    table = _DENIED.get(platform.machine())
    if table is None:
        return
    code = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, table[0]), (_GIVE, 0, 0, _ALLOW), (_LOAD, 0, 0, 0)]
    code += [(_EQUAL, 0, 3, table[4]), (_LOAD, 0, 0, 24), (_EQUAL, 0, 1, F_SETPIPE_SZ), (_GIVE, 0, 0, _REFUSE)]
    no_new_privileges()
    _install(_assembled(code + [(_GIVE, 0, 0, _ALLOW)]))


def _install(program):
    buffer = ctypes.create_string_buffer(program, len(program))

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_void_p)]

    value = Program(len(program) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(value))


def limit_pids(processes):
    """Lets the caller's pid namespace have so many processes at once; not all kernels can."""
    # Before, the file was the whole machine's, and a server that runs as root could write it.
    if _kernel() < PID_MAX_OF_NAMESPACE:
        return
    try:
        with open("/proc/sys/kernel/pid_max", "w") as file:
            # Once the numbers went round the kernel gives none of the first ones again.
            file.write("%d" % (processes + RESERVED_PIDS))
    except OSError:
        # The parent counts as well, only not as fast as a task may fork.
        pass


def _kernel():
    words = platform.release().split(".")
    return tuple(int(word) for word in words[:2] if word.isdigit())


def limit(cpu_seconds, processes):
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _lower(resource.RLIMIT_NPROC, processes)
    if cpu_seconds:
        # The parent counts the whole tree; this one stops a single process even if the parent is busy.
        seconds = int(cpu_seconds) + 1
        _lower(resource.RLIMIT_CPU, seconds)


def _lower(which, value):
    soft, hard = resource.getrlimit(which)
    unlimited = resource.RLIM_INFINITY
    value = value if hard == unlimited else min(value, hard)
    resource.setrlimit(which, (value, value))

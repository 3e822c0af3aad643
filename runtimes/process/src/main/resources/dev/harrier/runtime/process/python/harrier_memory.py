"""Makes a parent's memory cheap to fork: half of what a short task costs is the copying and undoing of its map."""

import ctypes
import gc
import platform

MADV_COLLAPSE = 25
# How large they are on arm64, where that depends on the small ones: 2 to 512 MiB.
_LARGE_PAGE = "/sys/kernel/mm/transparent_hugepage/hpage_pmd_size"
# Of pages that are this process' own, without a file.
_NAMELESS = ("", "[heap]")

_libc = ctypes.CDLL(None, use_errno=True)
_libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]


def settle():
    """Called once all is loaded, before the first fork."""
    gc.collect()
    # A collection in a child would otherwise write into every object, and so copy all pages.
    gc.freeze()
    gather()


def gather():
    """Puts the memory there is into large pages, which a fork and an end pass over as one each. Returns their bytes.

    A child that writes still copies a small page. Linux can from 6.1 on, whatever it does by itself; where it cannot,
    or has no large page left, all stays as it was.
    """
    size = _large_page_bytes()
    if not size:
        return 0
    gathered = 0
    for first, end in _own_ranges():
        for start in range(-(-first // size) * size, end - size + 1, size):
            if _libc.madvise(start, size, MADV_COLLAPSE) == 0:
                gathered += size
    return gathered


def _large_page_bytes():
    if platform.machine() == "x86_64":
        return 2 << 20
    try:
        with open(_LARGE_PAGE) as file:
            return int(file.read())
    except OSError:
        # Not to be seen from here, or a kernel without large pages.
        return 0


def _own_ranges():
    found = []
    with open("/proc/self/maps") as file:
        for line in file:
            addresses, rights, _, _, _, *name = line.split(maxsplit=5)
            if rights == "rw-p" and "".join(name).strip() in _NAMELESS:
                first, end = addresses.split("-")
                found.append((int(first, 16), int(end, 16)))
    return found

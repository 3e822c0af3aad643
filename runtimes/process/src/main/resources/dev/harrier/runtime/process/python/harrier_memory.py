"""Makes a parent's memory cheap to fork: half of what a short task costs is the copying and undoing of its map."""

import ctypes
import gc

MADV_COLLAPSE = 25
LARGE_PAGE_BYTES = 2 << 20
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
    gathered = 0
    for first, end in _own_ranges():
        for start in range(-(-first // LARGE_PAGE_BYTES) * LARGE_PAGE_BYTES, end - LARGE_PAGE_BYTES + 1, LARGE_PAGE_BYTES):
            if _libc.madvise(start, LARGE_PAGE_BYTES, MADV_COLLAPSE) == 0:
                gathered += LARGE_PAGE_BYTES
    return gathered


def _own_ranges():
    found = []
    with open("/proc/self/maps") as file:
        for line in file:
            addresses, rights, _, _, _, *name = line.split(maxsplit=5)
            if rights == "rw-p" and "".join(name).strip() in _NAMELESS:
                first, end = addresses.split("-")
                found.append((int(first, 16), int(end, 16)))
    return found

"""Keeps the head and the tail of what an attempt prints, in bounded space, while it runs.

The head is the log itself; what comes after it goes round in two tail files, which are joined to the log when
the attempt has ended.
"""

import os

TAILS = (".tail0", ".tail1")


class CappedLog:
    """Writes into a folder that is held open, so it works when the path is no longer visible."""

    def __init__(self, folder, name, bytes_max):
        self._folder = folder
        self._name = name
        self._half = bytes_max // 2
        self._left = self._half
        self._turn = -1
        self._file = self._open(name)

    def write(self, data):
        data = memoryview(data)
        while len(data):
            if self._left == 0:
                os.close(self._file)
                self._turn += 1
                self._file = self._open(self._name + TAILS[self._turn % 2])
                self._left = self._half
            written = os.write(self._file, data[: self._left])
            self._left -= written
            data = data[written:]

    def _open(self, name):
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        return os.open(name, flags, 0o600, dir_fd=self._folder)


def join(path, bytes_max, printed):
    """Joins the tail to the log at path. printed: how many bytes came in all, if known."""
    tails = [path + suffix for suffix in TAILS if os.path.exists(path + suffix)]
    if not tails:
        return
    # The older tail first: of two, the one that was begun again last is the younger.
    tails.sort(key=lambda tail: os.stat(tail).st_mtime_ns)
    half = bytes_max // 2
    kept = b"".join(open(tail, "rb").read() for tail in tails)[-half:]
    head = os.path.getsize(path)
    with open(path, "ab") as log:
        left_out = (printed or 0) - head - len(kept)
        if left_out > 0:
            log.write(b"\n[harrier: %d bytes left out here]\n" % left_out)
        elif len(tails) > 1 and not printed:
            log.write(b"\n[harrier: some output left out here]\n")
        log.write(kept)
    for tail in tails:
        os.unlink(tail)

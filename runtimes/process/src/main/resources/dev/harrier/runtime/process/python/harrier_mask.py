"""Covers secrets in what an attempt prints and in the error that it leaves.

A task may print a secret by mistake, or a library in a message. What a task does to a value before it prints it,
base64 say, is not undone here.
"""

import os
import re

# Shorter ones, or lines of one, are no secret, and covering them would leave nothing to read.
LENGTH_MIN = 4
COVER = b"***"
ERROR_BYTES_MAX = 64 << 20


def needles(values):
    """What must not be seen of these texts: all of each, and each line of it, the longest first."""
    found = set()
    for value in values:
        for text in [value] + value.splitlines():
            for form in (text, text.strip()):
                if len(form) >= LENGTH_MIN:
                    found.add(form.encode())
    return sorted(found, key=len, reverse=True)


class Mask:
    """Covers secrets in a stream, also one that comes in two pieces: what may be the beginning of one waits."""

    def __init__(self, values):
        self._needles = needles(values)
        self._pattern = re.compile(b"|".join(re.escape(needle) for needle in self._needles))
        self._held = b""

    def feed(self, data):
        if not self._needles:
            return data
        return self._covered(self._held + data, False)

    def rest(self):
        """What still waits, at the end of the stream."""
        return self._covered(self._held, True) if self._held else b""

    def _covered(self, data, ended):
        pieces = []
        position = 0
        while True:
            waiting = len(data) if ended else self._waiting(data, position)
            match = self._pattern.search(data, position)
            # One that is whole waits, too, where a longer one may be coming.
            if match is None or match.start() >= waiting:
                break
            pieces += [data[position : match.start()], COVER]
            position = match.end()
        pieces.append(data[position:waiting])
        self._held = data[waiting:]
        return b"".join(pieces)

    def _waiting(self, data, position):
        """Where in data the first needle may begin that has not come to its end."""
        first = len(data)
        for needle in self._needles:
            start = max(position, len(data) - len(needle) + 1)
            while True:
                start = data.find(needle[:1], start, first)
                if start < 0:
                    break
                if needle.startswith(data[start:]):
                    first = start
                    break
                start += 1
        return first


def cover_file(folder, name, values):
    """Covers secrets in a message of protobuf, whose lengths must stay as they are, in a folder that is held open."""
    hidden = needles(values)
    if not hidden:
        return
    flags = os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
    try:
        descriptor = os.open(name, flags, dir_fd=folder)
    except OSError:
        # It left none, or something that nobody will read as one.
        return
    with os.fdopen(descriptor, "r+b") as file:
        data = file.read(ERROR_BYTES_MAX + 1)
        covered = data
        for needle in hidden:
            covered = covered.replace(needle, b"*" * len(needle))
        if covered != data:
            file.seek(0)
            file.write(covered)

"""What an attempt may take of the machine, and whether it has taken more. Asked by the parent, often."""

import time

import harrier_watch

# A look at many files goes on in the next round: the parent has one thread.
ENTRIES_A_ROUND = 5000
# After a whole look at the files, since one that finds little to count is soon over.
DISK_SECONDS = 1.0


class Limits:
    """message: a start, as the server sent it; what is 0 or missing has no limit."""

    def __init__(self, message):
        self.memory_bytes = message.get("memory_bytes") or 0
        self.disk_bytes = message.get("disk_bytes") or 0
        self.processes = message.get("processes") or 0
        self.cpu_seconds = message.get("cpu_seconds") or 0
        self.wall_seconds = message.get("wall_seconds") or 0
        self.folders = message.get("folders") or []
        self.began = time.monotonic()
        self.peak_bytes = 0
        self._look = None
        self._next_look = self.began

    def exceeded(self, keeper):
        """The reason of an end and what to say of it, or None. keeper: its pid by the mounted /proc."""
        now = time.monotonic()
        if self.wall_seconds and now - self.began > self.wall_seconds:
            return "wall", ""
        workers = harrier_watch.tree(keeper)[1:]
        if self.processes and len(workers) > self.processes:
            return "processes", "%d" % len(workers)
        return self._of_processes(workers) or self._of_files(now)

    def _of_processes(self, workers):
        resident, cpu_seconds = harrier_watch.usage(workers)
        found = None
        # Pages shared with the parent count in the resident size of each child, so look closer only when in doubt.
        if self.memory_bytes and resident > self.memory_bytes:
            resident = sum(harrier_watch.own_bytes(pid) for pid in workers)
            if resident > self.memory_bytes:
                found = "memory", "%d" % resident
        self.peak_bytes = max(self.peak_bytes, resident)
        if found is None and self.cpu_seconds and cpu_seconds > self.cpu_seconds:
            found = "cpu", ""
        return found

    def _of_files(self, now):
        if not self.disk_bytes or now < self._next_look:
            return None
        if self._look is None:
            self._look = harrier_watch.bytes_of_files(self.folders)
        for _ in range(ENTRIES_A_ROUND):
            held = next(self._look, None)
            if held is None:
                self._look = None
                self._next_look = now + DISK_SECONDS
                return None
            if held > self.disk_bytes:
                return "disk", "%d" % held
        return None

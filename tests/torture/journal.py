"""The journal of a run: what the clients and the conductor did, in one order, on disk before it has an effect.

One line of JSON for each event: [time, who, event, details]. The clients write before they act and the loop flushes
before anything is sent, so that what a client has ever told the broker is in the file; all of them live in one
process, so that the order of the lines is the order in which things happened. The audit reads nothing else.
"""

import json
import os
import time


class Journal:
    """Collects the events of a turn; flush() makes them durable."""

    def __init__(self, path):
        self.path = path
        self.events = []
        self._lines = []
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o644)

    def add(self, who, event, **details):
        self.add_at(round(time.monotonic(), 4), who, event, details)

    def add_at(self, moment, who, event, details):
        entry = (moment, who, event, details)
        self.events.append(entry)
        self._lines.append(json.dumps(entry, separators=(",", ":")))

    def flush(self):
        if not self._lines:
            return
        data = ("\n".join(self._lines) + "\n").encode()
        self._lines.clear()
        while data:
            data = data[os.write(self._file, data):]
        os.fdatasync(self._file)

    def close(self):
        self.flush()
        os.close(self._file)


def read(path):
    """The events of a journal on disk; a torn last line is left out."""
    events = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            if not line.endswith("\n"):
                break
            events.append(tuple(json.loads(line)))
    return events

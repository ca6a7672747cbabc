"""Runs a program on a terminal of its own, reads what it shows and types answers."""

import os
import pty
import select
import time

SECONDS = 60


class Terminal:
    """A program on a terminal of its own. What it shows is kept; nothing is typed before it was asked for."""

    def __init__(self, *command):
        self.shown = ""
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.execv(command[0], command)

    def expect(self, text):
        deadline = time.monotonic() + SECONDS
        while text not in self.shown:
            ready, _, _ = select.select([self.master], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise AssertionError(f"{text!r} was not shown, but {self.shown!r}")
            try:
                data = os.read(self.master, 4096)
            except OSError:  # the program has ended
                data = b""
            if not data:
                raise AssertionError(f"{text!r} was not shown, but {self.shown!r}")
            self.shown += data.decode()

    def answer(self, prompt, keys):
        self.expect(prompt)
        self.shown = ""
        os.write(self.master, keys.encode())

    def end(self):
        """(exit status, what was shown since the last answer)"""
        try:
            self.expect("\0never\0")
        except AssertionError:
            pass
        os.close(self.master)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1]), self.shown

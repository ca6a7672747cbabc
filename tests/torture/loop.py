"""The event loop of the clients: reads, lets everybody act, makes the journal durable, and only then sends."""

import selectors
import time


class Loop:
    def __init__(self, journal):
        self.journal = journal
        self.clients = []
        self.hooks = []  # called in every turn, before the clients act
        self._selector = selectors.DefaultSelector()

    def watch(self, client, socket, writing):
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if writing else 0)
        try:
            self._selector.modify(socket, events, client)
        except KeyError:
            self._selector.register(socket, events, client)

    def forget(self, socket):
        self._selector.unregister(socket)

    def turn(self, seconds=0.01):
        """Waits for at most that long."""
        for key, events in self._selector.select(max(seconds, 0)):
            if events & selectors.EVENT_WRITE:
                key.data.on_writable()
            if events & selectors.EVENT_READ and key.data.socket is key.fileobj:
                key.data.on_readable()
        for hook in self.hooks:
            hook()
        now = time.monotonic()
        for client in self.clients:
            client.act(now)
        self.journal.flush()
        for client in self.clients:
            client.send_output()

    def run_for(self, seconds):
        deadline = time.monotonic() + seconds
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                return
            self.turn(min(left, 0.01))

    def run_until(self, condition, seconds):
        """Whether the condition came true in time."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                return False
            self.turn()
        return True

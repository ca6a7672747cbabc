"""Floods of strangers, each in processes of their own, and a client that measures how long its messages take meanwhile."""

import multiprocessing
import os
import socket
import ssl
import time

import wire


def percentile(values, percent):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


class Probe:
    """A client that publishes to itself at a steady rate."""

    def __init__(self, port, rate=200, **login):
        self.peer = wire.session(port, "probe", 4, timeout=60, **login)
        self.peer.send(wire.subscribe(1, "probe", version=4)).expect_type(wire.SUBACK)
        self.pause = 1 / rate

    def round_trips(self, seconds):
        """How long each message took, in seconds."""
        taken = []
        due = time.perf_counter()
        end = due + seconds
        while due < end:
            time.sleep(max(0.0, due - time.perf_counter()))
            start = time.perf_counter()
            self.peer.send(wire.publish("probe", b"x" * 64, version=4)).packet()
            taken.append(time.perf_counter() - start)
            due = max(due + self.pause, time.perf_counter())
        return taken

    def close(self):
        self.peer.close()


def guess_passwords(port, number, counter):
    """Logs in with wrong passwords, again and again."""
    attempt = 0
    while True:
        attempt += 1
        try:
            with wire.Peer(port, timeout=60) as peer:
                peer.send(wire.connect(f"g{number}", 4, username="alice", password=f"{number} {attempt}")).packet()
        except (OSError, AssertionError):
            continue
        with counter.get_lock():
            counter.value += 1


def shake_hands(port, _number, counter):
    """Makes TLS connections and drops them."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=60) as plain:
                context.wrap_socket(plain).close()
        except OSError:
            continue
        with counter.get_lock():
            counter.value += 1


class Flood:
    """Processes that do the same all the time. They give way to everybody else, the broker and the probe for example."""

    def __init__(self, kind, port, processes):
        self.counter = multiprocessing.Value("Q", 0)
        self.processes = [
            multiprocessing.Process(target=self._run, args=(kind, port, number), daemon=True) for number in range(processes)]

    def _run(self, kind, port, number):
        os.nice(19)
        kind(port, number, self.counter)

    def __enter__(self):
        for process in self.processes:
            process.start()
        return self

    def __exit__(self, *_):
        for process in self.processes:
            process.kill()
            process.join()

    @property
    def count(self):
        """How many strangers have been dealt with."""
        return self.counter.value

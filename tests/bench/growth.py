#!/usr/bin/env python3
"""What more shards, more filters, and slow or many clients do to the messages of others.

Usage: growth.py --bin DIR [--runs N] [--only shards,filters,others] [--json FILE]

DIR is the bin folder of an optimised build with -DMIDGE_BENCH=ON. For "shards" broker and load share all CPUs; otherwise
the broker has one shard on CPU 0 and the load the others, what disturbs with the lowest priority. Medians of the runs.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading

sys.dont_write_bytecode = True
from compare import COMMON_CONFIG, MQTTD, Broker, pin  # pylint: disable=wrong-import-position

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "system"))
import wire  # pylint: disable=wrong-import-position

CONFIG = COMMON_CONFIG + "max_subscriptions_per_client 0\nthreads {threads}\nsys_interval 1\n"
STREAM = "pairs --publishers 5 --rate 5000 --duration 5 --topic stream/{i} --filter stream/{i}"
RETAINED = 1_000_000


class Run:
    """A fresh broker, and what is done to it."""

    def __init__(self, options, threads=1, cpus=frozenset({0})):
        self.options = options
        self.folder = tempfile.TemporaryDirectory()
        self.broker = Broker(MQTTD, options, self.folder.name, CONFIG.replace("{threads}", str(threads)), cpus)
        self.load = None if cpus is None else set(range(os.cpu_count())) - {0} or {0}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.broker.stop()
        self.folder.cleanup()

    def command(self, words):
        return [os.path.join(self.options.bin, "mqtt-bench"), *words.split(), "--host", "127.0.0.1", "--port",
                str(self.broker.port), "--pid", str(self.broker.process.pid), "--json"]

    def prepare(self, lowest_priority):
        if self.load:
            pin(self.load)()
        if lowest_priority:
            os.nice(19)

    def bench(self, words):
        done = subprocess.run(self.command(words), capture_output=True, text=True, check=False,
                              preexec_fn=lambda: self.prepare(False))
        if done.returncode != 0:
            print(f"growth.py: warning: {words}: {done.stderr.strip()}", file=sys.stderr)
        return json.loads(done.stdout)

    def beside(self, words, **more):
        return subprocess.Popen(self.command(words), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                preexec_fn=lambda: self.prepare(True), **more)


def median(values):
    return statistics.median(values)


def shards(options):
    """CPU a delivery with two shards on two CPUs against one."""
    lines, found = [], {}
    for workload in ("pairs", "fan-out"):
        costs = found[workload] = {1: [], 2: []}
        wrong = 0
        for _ in range(options.runs):
            for threads, values in costs.items():
                with Run(options, threads, None) as run:
                    report = run.bench(f"{workload} --duration 2")
                    values.append(report["cpu_per_delivery_ns"])
                    wrong += report["order_violations"]
        one, two = median(costs[1]), median(costs[2])
        lines.append(f"{workload}: {one:.0f} ns a delivery with one shard, {two:.0f} with two: {two / one:.2f} times; "
                     f"order violations: {wrong}")
    return lines, found


def filters(options):
    """CPU a delivery beside unrelated filters."""
    found = {1000: [], 1_000_000: []}
    for _ in range(options.runs):
        for count, values in found.items():
            with Run(options) as run:
                held = run.beside(f"connect --id-prefix beside --clients 10 --filters {count // 10} --filter "
                                  "plant/{i:4}/machine/{n:6}/temperature --hold 60")
                while count_filters(run.broker.port) < count:
                    pass
                values.append(run.bench("pairs --duration 2")["cpu_per_delivery_ns"])
                held.kill()
                held.wait()
    few, many = (median(values) for values in found.values())
    return [f"pairs beside 1000 unrelated filters {few:.0f} ns a delivery, beside 1 000 000 {many:.0f}: {many / few:.2f} times"], found


def count_filters(port):
    """As $SYS says, which is up to a second old."""
    with wire.Peer(port, timeout=30) as peer:
        peer.send(wire.connect("counter", 4)).packet()
        peer.send(wire.subscribe(1, "$SYS/broker/subscriptions/count", 0, version=4)).packet()
        return int(peer.packet().rsplit(b"count", 1)[-1])


class Others:
    """Something beside the stream, on a thread of this process or as another one."""

    def __init__(self, run):
        self.run, self.over = run, threading.Event()

    def slow_consumer(self):
        peer = self.session("slow", receive_buffer=4096)
        peer.send(wire.subscribe(1, "stream/#", 0, version=4))
        self.over.wait()
        peer.close()

    def waking(self):
        peers = [self.session(f"idle-{number}") for number in range(1000)]
        packet = wire.publish("awake", b"x" * 64, version=4)
        while not self.over.wait(0.5):
            for peer in peers:
                peer.send(packet)
        for peer in peers:
            peer.close()

    def reconnects(self):
        while not self.over.is_set():
            self.run.beside("connect --id-prefix beside --clients 10000 --hold 0").wait()

    def replay(self):
        while not self.over.is_set():
            peer = self.session("replay")
            peer.send(wire.subscribe(1, "kept/#", 0, version=4))
            left = RETAINED * len(wire.publish(kept(0), b"x" * 64, version=4))
            while left > 0 and not self.over.is_set():
                left -= len(peer.socket.recv(1 << 20))
            peer.close()

    def session(self, name, **options):
        peer = wire.Peer(self.run.broker.port, timeout=30, **options)
        peer.send(wire.connect(name, 4, keep_alive=0)).packet()
        return peer


def kept(number):
    return f"kept/{number % 1000:03}/device/{number:07}/temperature"


def fill_retained(port):
    with wire.Peer(port, timeout=60) as peer:
        peer.send(wire.connect("filler", 4)).packet()
        for start in range(0, RETAINED, 1000):
            peer.send(b"".join(wire.publish(kept(start + index), b"x" * 64, retain=True, version=4) for index in range(1000)))
        peer.send(b"\xc0\x00").packet()


def others(options):
    """p99 of a stream of 5000 messages a second beside clients that are slow or many."""
    found = {name: [] for name in ("quiet", "slow_consumer", "waking", "reconnects", "quiet, 1 M retained", "replay")}
    for _ in range(options.runs):
        for name, values in found.items():
            with Run(options) as run:
                if "retained" in name or name == "replay":
                    fill_retained(run.broker.port)
                beside = Others(run)
                work = getattr(beside, name, None)
                thread = threading.Thread(target=work) if work else None
                if thread:
                    thread.start()
                values.append(run.bench(STREAM)["latency_p99_ns"])
                beside.over.set()
                if thread:
                    thread.join()
    quiet = median(found["quiet"])
    return [f"p99 of 5000 messages a second, {name}: {median(values) / 1000:.0f} µs, {median(values) / quiet:.2f} times"
            for name, values in found.items()], found


PARTS = {"shards": shards, "filters": filters, "others": others}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, help="folder with mqttd and mqtt-bench")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", default=",".join(PARTS), help="which parts, with commas")
    parser.add_argument("--json", help="write everything to this file")
    options = parser.parse_args()
    everything = {}
    for name in options.only.split(","):
        lines, everything[name] = PARTS[name](options)
        print("\n".join(lines), flush=True)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(everything, file, indent=1)


if __name__ == "__main__":
    main()

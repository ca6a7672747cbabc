#!/usr/bin/env python3
"""Measures what durability costs, and prints the table of docs/performance.md.

Usage: durable.py --bin DIR [--runs N] [--store FOLDER] [--mosquitto PATH] [--json FILE]

DIR is the bin folder of an optimised build with -DMIDGE_BENCH=ON. Brokers and load share all CPUs, because a durable
broker has one thread more than its shards. The runs of the variants alternate; the median counts. FOLDER is on the
disk to be measured.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading

from compare import COMMON_CONFIG, MQTTD, Broker

MEMORY, COMMIT, FSYNC, MOSQUITTO = "in memory", "commit before ack", "with fsync", "mosquitto, in memory"
PERSISTENCE = "persistence true\npersistence_location {folder}/\n"
VARIANTS = {
    MEMORY: (MQTTD, ""),
    COMMIT: (MQTTD, PERSISTENCE),
    FSYNC: (MQTTD, PERSISTENCE + "persistence_fsync true\n"),
    MOSQUITTO: ("mosquitto", "set_tcp_nodelay true\n"),
}
QUEUE = "offline -n 100000 --subscribers 10 --publishers 10"
GROUP = "offline -w 1 --subscribers 10 -n {count} --publishers {publishers}"
STREAM = "pairs --rate 5000 --duration 5"
BACKGROUND = "offline --id-prefix beside --publishers 2 -w 32 -n 100000 --topic beside/{i}"


class Variant:
    """A fresh broker of one kind."""

    def __init__(self, name, options, folder):
        kind, more = VARIANTS[name]
        store = tempfile.mkdtemp(dir=options.store or folder)
        os.chmod(store, 0o777)
        os.chmod(folder, 0o755)
        self.store = store
        config = COMMON_CONFIG + "max_queued_bytes 0\n" + more.replace("{folder}", store)
        self.broker = Broker(kind, options, folder, config, cpus=None)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.broker.stop()
        shutil.rmtree(self.store, ignore_errors=True)

    def command(self, words, options):
        return [os.path.join(options.bin, "mqtt-bench"), *words.split(), "--host", "127.0.0.1", "--port",
                str(self.broker.port), "--pid", str(self.broker.process.pid), "--json"]

    def bench(self, words, options):
        done = subprocess.run(self.command(words, options), capture_output=True, text=True, check=False)
        if done.returncode != 0:
            print(f"durable.py: warning: {words}: {done.stderr.strip()}", file=sys.stderr)
        return json.loads(done.stdout)


class Load:
    """Runs a command again and again beside something else; None: nothing."""

    def __init__(self, command):
        self.command = command
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.go_on)

    def go_on(self):
        while self.command is not None and not self.over.is_set():
            subprocess.run(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)

    def __enter__(self):
        self.thread.start()

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()


def measure_queueing(options, folder):
    """{variant: [report]} of messages for offline sessions."""
    found = {name: [] for name in VARIANTS}
    for _ in range(options.runs):
        for name, reports in found.items():
            with Variant(name, options, folder) as variant:
                reports.append(variant.bench(QUEUE, options))
    return found


def measure_groups(options, folder):
    """{publishers: [messages a second]} with fsync, each publisher waiting for its acknowledgement."""
    found = {1: [], 100: []}
    for _ in range(options.runs):
        for publishers, rates in found.items():
            count = 300 if publishers == 1 else 200
            with Variant(FSYNC, options, folder) as variant:
                words = GROUP.format(count=count, publishers=publishers)
                rates.append(variant.bench(words, options)["queued_per_s"])
    return found


def measure_stream(options, folder):
    """{what goes on beside: [p99 in ns]} of a steady QoS 0 stream."""
    found = {"nothing": [], MEMORY: [], COMMIT: []}
    for _ in range(options.runs):
        for name, times in found.items():
            with Variant(COMMIT if name == "nothing" else name, options, folder) as variant:
                with Load(None if name == "nothing" else variant.command(BACKGROUND, options)):
                    times.append(variant.bench(STREAM, options)["latency_p99_ns"])
    return found


def median(values):
    return statistics.median(values)


def queueing_table(found):
    figures = {name: (median([one["queued_per_s"] for one in reports]), median([one["cpu_per_queued_ns"] for one in reports]))
               for name, reports in found.items()}
    lines = ["| QoS 1 for offline sessions | messages a second | of in memory | broker CPU a message, all threads, µs |",
             "|---|---|---|---|"]
    for name, (rate, cpu) in figures.items():
        lines.append(f"| {name} | {rate / 1000:.0f} k | {rate / figures[MEMORY][0]:.2f} | {cpu / 1000:.2f} |")
    return lines


def read_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, help="folder with mqttd and mqtt-bench")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--store", help="folder for the stores (default: a temporary one)")
    parser.add_argument("--mosquitto", default="/usr/sbin/mosquitto")
    parser.add_argument("--json", help="write everything to this file")
    parser.add_argument("--only", default="queueing,groups,stream", help="which parts")
    return parser.parse_args()


def main():
    options = read_options()
    parts, lines = {}, []
    with tempfile.TemporaryDirectory() as folder:
        if "queueing" in options.only:
            parts["queueing"] = measure_queueing(options, folder)
            lines += queueing_table(parts["queueing"])
        if "groups" in options.only:
            groups = parts["groups"] = measure_groups(options, folder)
            one, many = median(groups[1]), median(groups[100])
            lines.append(f"with fsync: {one:.0f} messages a second of 1 publisher, {many:.0f} of 100: {many / one:.1f} times")
        if "stream" in options.only:
            stream = parts["stream"] = measure_stream(options, folder)
            quiet = median(stream["nothing"])
            lines += [f"p99 of 5000 QoS 0 messages a second beside {name}: {median(times) / 1000:.0f} µs, "
                      f"{median(times) / quiet:.2f} times" for name, times in stream.items()]
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(parts, file, indent=1)
    print("\n".join(lines))


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Measures the forwarder, mqttd and Debian's mosquitto in turn and prints the README's table.

Usage: compare.py --bin DIR [--runs N] [--seconds S] [--only TEXT] [--mosquitto PATH] [--json FILE]

DIR is the bin folder of an optimised build with -DMIDGE_BENCH=ON. The broker is pinned to CPU 0, the load to the
others. Every run has a broker of its own; the runs of the brokers alternate, and the median of the runs counts.
"""

import argparse
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

# Nothing may be dropped, and Nagle's algorithm would measure the load's delayed acknowledgements.
COMMON_CONFIG = "listener {port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\nmax_inflight_messages 0\n"
MOSQUITTO_CONFIG = COMMON_CONFIG + "set_tcp_nodelay true\n"
MQTTD_CONFIG = COMMON_CONFIG + "max_subscriptions_per_client 0\n"
START_SECONDS = 10
FORWARDER, MQTTD, MOSQUITTO = "forwarder", "mqttd", "mosquitto"


@dataclass(frozen=True)
class Row:
    """One line of the table: a workload, which of its figures, and how to show it."""

    title: str
    words: str  # of mqtt-bench
    figure: str  # its key in the report
    show: str  # of SHOW
    forwarder: bool = False  # it can do that
    timed: bool = True  # takes --duration


SHOW = {
    "rate": lambda value: f"{value / 1e6:.2f} M" if value >= 1e6 else f"{value / 1e3:.0f} k",
    "us": lambda value: f"{value / 1e3:.2f}",
    "bytes": lambda value: f"{value:.0f}",
}

ROWS = (
    Row("10 publishers → 10 subscribers, QoS 0: deliveries/s", "pairs", "deliveries_per_s", "rate", True),
    Row("… broker CPU a delivery, µs", "pairs", "cpu_per_delivery_ns", "us", True),
    Row("… with MQTT 5.0, µs", "pairs -V 5", "cpu_per_delivery_ns", "us", True),
    Row("1 publisher → 100 subscribers: CPU a delivery, µs", "fan-out", "cpu_per_delivery_ns", "us", True),
    Row("1 publisher → 10 subscribers: CPU a delivery, µs", "fan-out --subscribers 10", "cpu_per_delivery_ns", "us", True),
    Row("100 publishers → 1 subscriber: CPU a delivery, µs", "fan-in", "cpu_per_delivery_ns", "us", True),
    Row("10 wildcard subscribers: CPU a delivery, µs", "wildcard", "cpu_per_delivery_ns", "us"),
    Row("shared subscription, 10 members: CPU a delivery, µs", "shared", "cpu_per_delivery_ns", "us"),
    Row("QoS 1 pairs: CPU a delivery, µs", "pairs -q 1", "cpu_per_delivery_ns", "us"),
    Row("QoS 2 pairs: CPU a delivery, µs", "pairs -q 2", "cpu_per_delivery_ns", "us"),
    Row("queueing QoS 1 for offline sessions: CPU a message, µs", "offline -n 20000", "cpu_per_queued_ns", "us", timed=False),
    Row("at 10 000 messages/s: median latency, µs", "pairs --rate 10000 --spin", "latency_p50_ns", "us", True),
    Row("… p99 latency, µs", "pairs --rate 10000 --spin", "latency_p99_ns", "us", True),
    Row("… CPU a message, µs", "pairs --rate 10000 --spin", "cpu_per_message_ns", "us", True),
    Row("idle connection with one subscription: bytes", "connect --clients 15000 --filters 1 --hold 0.5", "bytes_each", "bytes", timed=False),
    Row("connection set-up: CPU, µs", "connect --clients 15000 --filters 1 --hold 0.5", "cpu_per_connection_ns", "us", timed=False),
    Row("a filter of 45 characters: bytes", "subscribe --clients 10 --filters 20000 --filter "
        "plant/building/{i:4}/machine/{n:5}/temperature", "bytes_each", "bytes", timed=False),
    Row("a retained 64-byte message, 45-character topic: bytes", "retained -n 100000 --topic "
        "bench/retained/{i:4}/machine/{n:5}/temperature", "bytes_each", "bytes", timed=False),
    Row("… replay a second", "retained -n 100000 --topic bench/retained/{i:4}/machine/{n:5}/temperature", "replayed_per_s", "rate", timed=False),
)


def pin(cpus):
    """For the child: runs on these CPUs only."""
    return lambda: os.sched_setaffinity(0, cpus)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Broker:
    """One broker on CPU 0 (cpus None: on all) and a free port, with its process."""

    def __init__(self, name, options, folder, config=None, cpus=frozenset({0})):
        self.port = free_port()
        path = os.path.join(folder, f"{name}.conf")
        with open(path, "w", encoding="utf-8") as file:
            usual = MQTTD_CONFIG if name == MQTTD else MOSQUITTO_CONFIG
            file.write((config or usual).format(port=self.port))
        command = {
            FORWARDER: [os.path.join(options.bin, "forwarder"), str(self.port)],
            MQTTD: [os.path.join(options.bin, "mqttd"), "-c", path],
            MOSQUITTO: [getattr(options, "mosquitto", ""), "-c", path],
        }[name]
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            preexec_fn=pin(cpus or range(os.cpu_count())))
        self.wait_until_it_listens(name)

    def wait_until_it_listens(self, name):
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    self.stop()
                    sys.exit(f"compare.py: error: {name} does not listen")
                time.sleep(0.02)

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def run_once(name, words, options, folder):
    """One report of mqtt-bench about a fresh broker."""
    broker = Broker(name, options, folder)
    try:
        command = [os.path.join(options.bin, "mqtt-bench"), *words, "--host", "127.0.0.1", "--port", str(broker.port),
                   "--pid", str(broker.process.pid), "--json"]
        load = set(range(os.cpu_count())) - {0} or {0}
        result = subprocess.run(command, capture_output=True, text=True, preexec_fn=pin(load), check=False)
    finally:
        broker.stop()
    if result.returncode != 0:
        print(f"compare.py: warning: {name}: {' '.join(words)}: {result.stderr.strip()}", file=sys.stderr)
    return json.loads(result.stdout) if result.stdout else {}


def measure(rows, options):
    """{words: {broker: [report, ...]}}: each workload once a run, however many of its figures are shown."""
    reports = {}
    with tempfile.TemporaryDirectory() as folder:
        for row in rows:
            if row.words in reports:
                continue
            words = row.words.split() + (["--duration", str(options.seconds)] if row.timed else [])
            names = ([FORWARDER] if row.forwarder else []) + [MQTTD, MOSQUITTO]
            found = reports[row.words] = {name: [] for name in names}
            for run in range(options.runs):
                for name in names:
                    print(f"{row.words}: run {run + 1} of {options.runs}, {name}", file=sys.stderr)
                    found[name].append(run_once(name, words, options, folder))
    return reports


def median_of(reports, name, figure):
    values = [report[figure] for report in reports.get(name, []) if report.get(figure) is not None]
    return statistics.median(values) if values else None


def ratio(first, second):
    return f"{first / second:.2f}" if first is not None and second else ""


def table(rows, reports):
    lines = ["| workload | forwarder | mqttd | mosquitto | mqttd / forwarder | mosquitto / mqttd |",
             "|---|---|---|---|---|---|"]
    for row in rows:
        found = reports[row.words]
        values = [median_of(found, name, row.figure) for name in (FORWARDER, MQTTD, MOSQUITTO)]
        shown = ["" if value is None else SHOW[row.show](value) for value in values]
        ratios = [ratio(values[1], values[0]), ratio(values[2], values[1])]
        lines.append("| " + " | ".join([row.title, *shown, *ratios]) + " |")
    return "\n".join(lines)


def read_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, help="folder with forwarder, mqttd and mqtt-bench")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3.0, help="measured in each run of a stream")
    parser.add_argument("--only", default="", help="rows whose workload or title contains this")
    parser.add_argument("--mosquitto", default="/usr/sbin/mosquitto")
    parser.add_argument("--json", help="write every report to this file")
    options = parser.parse_args()
    for path in [os.path.join(options.bin, name) for name in ("forwarder", "mqttd", "mqtt-bench")] + [options.mosquitto]:
        if not os.access(path, os.X_OK):
            parser.error(f"{path} is missing: build with -DMIDGE_BENCH=ON, install mosquitto")
    return options


def main():
    options = read_options()
    rows = [row for row in ROWS if options.only in row.words or options.only in row.title]
    reports = measure(rows, options)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(reports, file, indent=1)
    print(table(rows, reports))


if __name__ == "__main__":
    main()

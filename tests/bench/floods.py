#!/usr/bin/env python3
"""How much longer the messages of one client take while strangers guess passwords or shake hands for TLS.

Usage: floods.py --bin DIR [--seconds S] [--key rsa2048|p256]

DIR is the bin folder of an optimised build. The broker is pinned to CPU 0 with one shard, the probe and the strangers to
the others; the strangers have the lowest priority.
"""

import argparse
import os
import sys
import tempfile

sys.dont_write_bytecode = True
SYSTEM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "system")


def row(name, values, percentile, rate=""):
    figures = "  ".join(f"{percentile(values, percent) * 1e6:8.0f}" for percent in (50, 90, 99, 99.9))
    print(f"{name:28} {figures}  {rate}", flush=True)
    return percentile(values, 99)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--key", default="p256", choices=("p256", "rsa2048"))
    options = parser.parse_args()
    os.environ["MIDGE_BIN_DIR"] = os.path.abspath(options.bin)
    sys.path.insert(0, SYSTEM)
    from broker import Broker, tool  # pylint: disable=import-outside-toplevel
    from certificates import openssl  # pylint: disable=import-outside-toplevel
    from flood import Flood, Probe, guess_passwords, percentile, shake_hands  # pylint: disable=import-outside-toplevel
    import subprocess  # pylint: disable=import-outside-toplevel

    cpus = sorted(os.sched_getaffinity(0))
    folder = tempfile.mkdtemp(prefix="midge-floods-")
    os.chmod(folder, 0o755)
    users, key, certificate = (os.path.join(folder, name) for name in ("users", "key", "crt"))
    for create, user, password in (["-c"], "alice", "wonder"), ([], "bob", "builder"):
        subprocess.run([tool("mqtt-passwd"), *create, "-b", users, user, password], check=True)
    kind = ["rsa:2048"] if options.key == "rsa2048" else ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    openssl("req", "-x509", "-newkey", *kind, "-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout", key, "-out", certificate)
    for path in (users, key, certificate):
        os.chmod(path, 0o644)
    broker = Broker(
        f"threads 1\nallow_anonymous false\npassword_file {users}\nauth_max_failures_per_address 0\n"
        "auth_max_failures_per_user 0\nlistener {port} 127.0.0.1\nlistener {port2} 127.0.0.1\n"
        f"certfile {certificate}\nkeyfile {key}\n", prefix=["taskset", "-c", str(cpus[0])])
    os.sched_setaffinity(0, cpus[1:] or cpus)
    probe = Probe(broker.port, username="bob", password="builder")
    print(f"{'round trip, µs':28} {'p50':>8}  {'p90':>8}  {'p99':>8}  {'p99.9':>8}")
    quiet = row("quiet", probe.round_trips(options.seconds), percentile)
    for name, flood_kind, port in (
            ("wrong passwords", guess_passwords, broker.port), (f"TLS handshakes ({options.key})", shake_hands, broker.port2)):
        with Flood(flood_kind, port, 4) as flood:
            probe.round_trips(1)
            before = flood.count
            loud = percentile(values := probe.round_trips(options.seconds), 99)
            row(name, values, percentile, f"{(flood.count - before) / options.seconds:.0f}/s, p99 {loud / quiet:.1f} times")
    probe.close()
    broker.stop()
    broker.remove_files()


if __name__ == "__main__":
    main()

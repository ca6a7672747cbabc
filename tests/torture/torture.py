"""An exactly-once audit: kills mqttd again and again, at random moments, and holds what its clients saw against the
guarantee of its manual page.

The clients (client.py, cast.py) are strict and never fail; the broker is killed with SIGKILL during traffic, start,
recovery, checkpoint, reload and shutdown, and at system calls on its store; it starts again with another number of
threads. Everything is noted in a journal (journal.py) that audit.py judges at the end. A run that fails keeps its
journal, store and log, and prints their path. The seed fixes what is tried, not how the threads are scheduled.

Example: torture.py --mqttd build/dev/bin/mqttd --kills 200 --seed 7
"""

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time

import audit
from daemon import Daemon, can_trace
from ensemble import Ensemble
from store_check import check_store

KINDS = ("traffic", "traffic", "start", "recovery", "idle", "call", "call", "checkpoint", "failing", "reload",
         "shutdown", "orderly")
TRACED = ("call", "checkpoint")  # the killer is in the trace
START_SECONDS = 60


class Conductor:
    """Starts and ends the broker; one life after the other."""

    def __init__(self, daemon, ensemble, rng, options):
        self.daemon, self.ensemble, self.rng, self.options = daemon, ensemble, rng, options
        self.loop, self.journal = ensemble.loop, ensemble.journal
        self.kills = 0
        self.counts = {}
        self.start_seconds = 0.5
        self.broken = False

    def note(self, event, **details):
        self.journal.add("broker", event, **details)

    def fault(self, text):
        self.note("fault", text=text)
        self.broken = True

    # --- lives ---

    def start(self, trace=()):
        threads = self.rng.choice((1, 2, 3))
        self.note("start", threads=threads, trace=" ".join(trace))
        self.journal.flush()
        self.begun = time.monotonic()
        self.daemon.start(threads, trace)

    def wait_ready(self):
        """False: it has ended before, which only a killer in the trace may do."""
        came = self.loop.run_until(lambda: self.daemon.is_ready() or self.daemon.ended(), START_SECONDS)
        if self.daemon.is_ready():
            self.note("ready")
            self.start_seconds = 0.7 * self.start_seconds + 0.3 * (time.monotonic() - self.begun)
            return True
        if not came:
            self.fault(f"not ready after {START_SECONDS} s")
        return False

    def kill(self, kind):
        self.note("kill", kind=kind)
        self.journal.flush()
        self.kills += 1
        self._ended(self.daemon.kill(), (-signal.SIGKILL, 128 + signal.SIGKILL))

    def _ended(self, status, allowed):
        self.note("ended", status=status)
        if status not in allowed:
            self.fault(f"ended with {status}, wanted {allowed[0]}: {self.daemon.log()[-2000:]}")

    def one(self, kind):
        """One life and its end."""
        self.counts[kind] = self.counts.get(kind, 0) + 1
        self.start(self._killer(kind) if kind in TRACED else self._failure() if kind == "failing" else ())
        if kind == "start":
            self.loop.run_for(self.rng.uniform(0, 1.1 * self.start_seconds))
            if self.daemon.ended():
                self._ended(self.daemon.reap(), ("a life",))
                return
            self.kill(kind)
        elif self.wait_ready():
            getattr(self, "_" + kind)()
        elif not self.broken:
            self._died(kind)

    def _died(self, kind):
        """By the killer in its trace, if there is one."""
        self.kills += kind in TRACED
        self._ended(self.daemon.reap(), (-signal.SIGKILL,) if kind in TRACED else ("a life",))

    def _run(self, seconds, kind=""):
        """False: the broker has ended by itself."""
        self.loop.run_until(self.daemon.ended, seconds)
        if self.daemon.ended():
            self._died(kind)
            return False
        return True

    # --- ends ---

    def _traffic(self):
        if self._run(self.rng.uniform(0.02, 1.2)):
            self.kill("traffic")

    def _recovery(self):
        if self._run(self.rng.uniform(0, 0.1)):
            self.kill("recovery")

    def _idle(self):
        """When nothing is to be written for a moment the store is tidied up."""
        if not self._run(self.rng.uniform(0.2, 0.6)):
            return
        self.ensemble.run(False)
        self.loop.run_until(self.ensemble.is_idle, 2)
        alive = self._run(self.rng.uniform(0, 0.12))
        self.ensemble.run(True)
        if alive:
            self.kill("idle")

    def _killer(self, kind):
        """strace that kills at one of the system calls on the store."""
        file, log = self.daemon.database, self.daemon.database + "-wal"
        if kind == "call":
            calls = [(log, "pwrite64", 400)] + ([(log, "fdatasync", 200)] if self.options.fsync else [])
        else:  # when it stops, the log goes into the file
            calls = [(file, "pwrite64", 30), (file, "pwrite64", 3), (file, "fdatasync", 1), (file, "ftruncate", 1),
                     (log, "ftruncate", 1), (log, "unlink", 1)]
        path, call, most = self.rng.choice(calls)
        count = int(most ** self.rng.random())  # small numbers as often as large ones
        return self._strace(path, call, f"signal=SIGKILL:when={count}")

    def _strace(self, path, call, how):
        return ("strace", "-f", "--seccomp-bpf", "-qq", "-o", os.path.join(self.daemon.folder, "strace.log"),
                "-P", path, "-e", f"trace={call}", "-e", f"inject={call}:{how}")

    def _failure(self):
        """strace that lets some writes of the log fail: one each second then, until it recovers."""
        first = self.rng.randrange(20, 300)
        error = self.rng.choice(("ENOSPC", "EIO"))
        return self._strace(
            self.daemon.database + "-wal", "pwrite64", f"error={error}:when={first}..{first + self.rng.randrange(2)}")

    def _failing(self):
        """Killed before, while or after nothing can be saved."""
        if self._run(self.rng.uniform(0.2, 3.5)):
            self.kill("failing")

    def _call(self):
        if self._run(3, "call"):
            self.kill("call")

    def _checkpoint(self):
        if not self._run(self.rng.uniform(0.2, 0.8), "checkpoint"):
            return
        self.note("term")
        self.daemon.signal(signal.SIGTERM)
        self.loop.run_until(self.daemon.ended, 30)
        status = self.daemon.reap(1)
        self.kills += status != 0
        self._ended(status, (-signal.SIGKILL, 0))

    def _reload(self):
        if not self._run(self.rng.uniform(0.05, 0.5)):
            return
        self.daemon.configure(threads=2, more=f"max_keepalive {self.rng.randrange(600, 65535)}\n")
        self.daemon.signal(signal.SIGHUP)
        if self._run(self.rng.uniform(0, 0.05)):
            self.kill("reload")

    def _shutdown(self):
        if not self._run(self.rng.uniform(0.05, 0.5)):
            return
        self.note("term")
        self.daemon.signal(signal.SIGTERM)
        if self.loop.run_until(self.daemon.ended, self.rng.uniform(0, 0.15)):
            self._ended(self.daemon.reap(), (0,))
        else:
            # It may end at this very moment.
            self.note("kill", kind="shutdown")
            self.kills += 1
            self._ended(self.daemon.kill(), (-signal.SIGKILL, 0))

    def _orderly(self):
        if self._run(self.rng.uniform(0.05, 0.5)):
            self.stop()

    def stop(self):
        self.note("term")
        self.journal.flush()
        self.daemon.signal(signal.SIGTERM)
        if self.loop.run_until(self.daemon.ended, 30):
            self._ended(self.daemon.reap(), (0,))
        else:
            self.fault("did not end after SIGTERM")
            self.daemon.kill()


def run(options, folder):
    """All lives, and the audit. Returns the violations."""
    rng = random.Random(options.seed)
    daemon = Daemon(options.mqttd, folder, f"persistence_fsync {'true' if options.fsync else 'false'}\n")
    ensemble = Ensemble(rng, os.path.join(folder, "journal.jsonl"), daemon.port)
    conductor = Conductor(daemon, ensemble, rng, options)
    deadline = time.monotonic() + options.minutes * 60
    kinds = options.kinds
    if not can_trace():
        print("no ptrace on this platform: without what needs strace")
        kinds = tuple(kind for kind in kinds if kind not in TRACED + ("failing",)) or ("traffic",)
    try:
        conductor.start()
        if not conductor.wait_ready() or not ensemble.begin():
            conductor.fault(f"the clients did not get their sessions: {daemon.log()[-2000:]}")
        else:
            conductor.counts["traffic"] = 1
            conductor._traffic()
        while not conductor.broken and conductor.kills < options.kills and time.monotonic() < deadline:
            conductor.one(rng.choice(kinds))
            if rng.random() < 0.2:
                ensemble.reader.look()
        violations = finish(conductor, ensemble)
    finally:
        if daemon.process is not None:
            daemon.kill()
        ensemble.journal.close()
    report(conductor, ensemble, options)
    return violations


def finish(conductor, ensemble):
    """The last lives: everything arrives; and after an orderly stop nothing more does."""
    if not conductor.broken:
        conductor.start()
        if conductor.wait_ready():
            ensemble.drain()
            conductor.stop()
    if conductor.broken:
        return audit.audit(ensemble.journal.events, {ensemble.lodger.name})
    drained = len(ensemble.journal.events)
    conductor.start()
    conductor.wait_ready()
    conductor.loop.run_until(lambda: all(one.state == "up" for one in ensemble.subscribers), 20)
    conductor.loop.run_for(0.5)
    late = [event for event in ensemble.journal.events[drained:] if event[2] == "got"]
    conductor.stop()
    violations = audit.audit(ensemble.journal.events, {ensemble.lodger.name})
    violations += [f"D1: after everything was acknowledged and an orderly restart came {event}" for event in late]
    return violations + check_store(conductor.daemon.database, ensemble)


def report(conductor, ensemble, options):
    messages = sum(publisher.number for publisher in ensemble.publishers)
    received = sum(1 for event in ensemble.journal.events if event[2] == "got")
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(conductor.counts.items()))
    print(f"seed {options.seed}: {conductor.kills} kills in {conductor.daemon.lives} lives ({kinds}); "
          f"{messages} messages, received {received} times", flush=True)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--mqttd", default=os.path.join(os.environ.get("MIDGE_BIN_DIR", ""), "mqttd"))
    parser.add_argument("--kills", type=int, default=30, help="how often to kill it (default: 30)")
    parser.add_argument("--minutes", type=float, default=60, help="stop killing after this time, at the latest")
    parser.add_argument("--seed", type=int, default=None, help="of what is tried (default: another one each time)")
    parser.add_argument("--kinds", default=",".join(KINDS), help="of lives and their ends, in their proportions "
                        f"(default: all, {', '.join(sorted(set(KINDS)))})")
    parser.add_argument("--fsync", action="store_true", help="with persistence_fsync true")
    parser.add_argument("--keep", action="store_true", help="keep the journal, the store and the log in any case")
    options = parser.parse_args()
    options.kinds = tuple(options.kinds.split(","))
    if set(options.kinds) - set(KINDS):
        parser.error(f"--kinds: unknown kind {', '.join(set(options.kinds) - set(KINDS))}")
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(1_000_000)
    options.mqttd = os.path.abspath(options.mqttd)
    return options, parser


def main():
    options, parser = parse_arguments()
    if shutil.which("strace") is None:
        parser.error("needs strace: install the package of that name")
    folder = tempfile.mkdtemp(prefix="midge-torture-")
    print(f"seed {options.seed}, {folder}", flush=True)
    violations = run(options, folder)
    for violation in violations[:40]:
        print(f"violation: {violation}")
    if violations or options.keep:
        print(f"{len(violations)} violations with seed {options.seed}; journal, store and log: {folder}")
    else:
        shutil.rmtree(folder)
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())

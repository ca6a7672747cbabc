"""A power cut at every moment: with persistence_fsync true nothing acknowledged is lost, whatever the disk has kept.

One run of mqttd is recorded between the daemon and the disk (store_shim.cpp), with a kill -9 and an orderly stop in it.
For a sample of moments, states of the disk that are legal after a cut then are made (disk.py says what is legal and
why); mqttd starts on each, and the clients of the audit go on from what their journals held at that moment. So the
whole audit applies: no loss of what was acknowledged before the cut, QoS 2 exactly once across it, order, retained
messages, sessions, wills.

Example: power_cut.py --mqttd build/dev/bin/mqttd --shim build/dev/tests/torture/libstore_shim.so --cuts 200 --seed 7
"""

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile

import audit
import disk
from daemon import Daemon
from ensemble import Ensemble
from store_check import check_integrity, check_store



def make_daemon(options, folder):
    return Daemon(options.mqttd, folder, f"persistence_fsync {'false' if options.no_fsync else 'true'}\n")


def shim_environment(options, daemon, log):
    """For a life of mqttd that is written down."""
    open(log, "wb").close()  # as another user mqttd could not make a file there
    os.chmod(log, 0o666)
    return {"LD_PRELOAD": options.shim, "STORE_SHIM_FOLDER": daemon.store, "STORE_SHIM_LOG": log,
            "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"}


def record(options, folder, rng):
    """The run that the cuts are made in. Returns (events, operations)."""
    daemon = make_daemon(options, folder)
    logs = [os.path.join(folder, name) for name in ("operations1", "operations2")]
    ensemble = Ensemble(rng, os.path.join(folder, "journal.jsonl"), daemon.port, small=True, large=options.large)
    note = ensemble.journal.add
    try:
        note("broker", "start")
        daemon.start(2, env=shim_environment(options, daemon, logs[0]))
        if not ensemble.begin():
            raise AssertionError(f"the clients did not get their sessions:\n{daemon.log()}")
        note("broker", "ready")
        ensemble.loop.run_for(options.seconds / 2)
        if options.large and not ensemble.loop.run_until(lambda: os.path.getsize(daemon.database) > 10_000_000, 120):
            raise AssertionError("the log of the store was not moved into its file")
        note("broker", "kill")
        ensemble.journal.flush()
        daemon.kill()
        operations = disk.read_operations(logs[0])
        operations += disk.unrecorded(operations, daemon.store)
        note("broker", "start")
        daemon.start(3, env=shim_environment(options, daemon, logs[1]))
        ensemble.loop.run_until(daemon.is_ready, 30)
        note("broker", "ready")
        ensemble.reader.look()
        ensemble.loop.run_for(options.seconds / 2)
        note("broker", "term")
        ensemble.journal.flush()
        daemon.signal(signal.SIGTERM)
        ensemble.loop.run_until(daemon.ended, 30)
        status = daemon.reap()
        if status != 0:
            raise AssertionError(f"mqttd ended with {status}:\n{daemon.log()}")
    finally:
        if daemon.process is not None:
            daemon.kill()
        ensemble.journal.close()
    return ensemble.journal.events, operations + disk.read_operations(logs[1])


def choose_cuts(operations, count, rng):
    """Moments, as the number of the call that was not finished: everywhere, and more where calls flush or rename."""
    turning = [index for index, one in enumerate(operations) if one.kind != "write"]
    last = range(max(0, len(operations) - 60), len(operations))
    first = range(min(60, len(operations)))
    # Moving the log into the file, and beginning the log again.
    moving = [near for index, one in enumerate(operations) if one.path.endswith(".db")
              for near in (index, min(index + 20, len(operations) - 1))]
    sources = [range(len(operations)), turning, turning, moving, last, first]
    return sorted(rng.choice(sources[index % len(sources)]) for index in range(count))


def resume(options, folder, events, number, rng):
    """mqttd on what the cut has left, the clients from where they were. Returns the violations."""
    daemon = make_daemon(options, folder)
    ensemble = Ensemble(rng, os.path.join(folder, "journal.jsonl"), daemon.port, small=True, large=options.large)
    note = ensemble.journal.add
    try:
        ensemble.recall(events)
        note("broker", "kill")
        note("broker", "start")
        daemon.start(rng.choice((1, 2, 3)))
        if not ensemble.loop.run_until(lambda: daemon.is_ready() or daemon.ended(), 30) or daemon.ended():
            return [f"cut {number}: mqttd does not start: {daemon.log()}"]
        note("broker", "ready")
        if options.no_fsync:  # what is there is right, but need not be all
            ensemble.loop.run_until(lambda: all(one.state == "up" for one in ensemble.subscribers), 20)
        else:
            ensemble.drain()
        status = daemon.stop()
        if status != 0:
            return [f"cut {number}: mqttd ended with {status}: {daemon.log()[-2000:]}"]
    finally:
        if daemon.process is not None:
            daemon.kill()
        ensemble.journal.close()
    if options.no_fsync:
        found = check_integrity(daemon.database)
        return [f"cut {number}: {violation}" for violation in found]
    found = audit.audit(ensemble.journal.events, {ensemble.lodger.name}) + check_store(daemon.database, ensemble)
    return [f"cut {number}: {violation}" for violation in found]


def cut(options, folder, events, operations, rng):
    """All cuts. Returns the violations."""
    state, place, violations = disk.Disk(), 0, []
    for number, index in enumerate(choose_cuts(operations, options.cuts, rng)):
        while place < index:
            state.apply(operations[place])
            place += 1
        unfinished = operations[index]
        after = os.path.join(folder, f"cut{number}")
        os.makedirs(os.path.join(after, "store"))
        variant = rng.choice(disk.VARIANTS)
        words = state_with(state, unfinished).lose_power(os.path.join(after, "store"), variant, rng)
        before = [event for event in events if event[0] < unfinished.end]
        found = resume(options, after, before, number, rng)
        if found:
            print(f"cut {number} during call {index} ({unfinished.kind} {os.path.basename(unfinished.path)}), "
                  f"variant {variant}: {words}; {len(before)} events before", flush=True)
            violations += found
        else:
            shutil.rmtree(after)
    return violations


def state_with(state, unfinished):
    """The call that has not returned has perhaps had an effect: that of a sync is what may be there anyway."""
    if unfinished.kind != "sync":
        state = state.copy()
        state.apply(unfinished)
    return state


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--mqttd", default=os.path.join(os.environ.get("MIDGE_BIN_DIR", ""), "mqttd"))
    parser.add_argument("--shim", default=os.environ.get("MIDGE_STORE_SHIM"), help="store_shim.cpp, built")
    parser.add_argument("--cuts", type=int, default=20, help="how many states of the disk to try (default: 20)")
    parser.add_argument("--no-fsync", action="store_true",
                        help="with persistence_fsync false: only that the store is never damaged")
    parser.add_argument("--large", action="store_true",
                        help="with so many large messages that the log is moved into the file meanwhile")
    parser.add_argument("--seconds", type=float, default=5, help="how long the recorded run is (default: 5)")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    if not options.shim:
        parser.error("needs --shim")
    options.mqttd, options.shim = os.path.abspath(options.mqttd), os.path.abspath(options.shim)
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(1_000_000)
    rng = random.Random(options.seed)
    folder = tempfile.mkdtemp(prefix="midge-power-cut-")
    print(f"seed {options.seed}, {folder}", flush=True)
    events, operations = record(options, folder, rng)
    syncs = sum(1 for one in operations if one.kind == "sync")
    acked = sum(1 for event in events if event[2] == "acked")
    print(f"recorded {len(operations)} calls, {syncs} of them flushes; {acked} acknowledgements", flush=True)
    violations = cut(options, folder, events, operations, rng)
    for violation in violations[:40]:
        print(f"violation: {violation}")
    if violations or options.keep:
        print(f"{len(violations)} violations with seed {options.seed}; everything is kept in {folder}")
    else:
        shutil.rmtree(folder)
    print(f"{options.cuts} power cuts")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Runs transcripts (transcript.py says what they look like) and shows what was different.

Usage: run_transcripts.py TRANSCRIPT...

Programs are taken from $MIDGE_BIN_DIR first. A broker ($MIDGE_TEST_BROKER, or mqttd from there) is started for a
transcript that names {port}. Places: {port}, {dir} (a folder of its own, also the working directory and $HOME),
{free} (a port where nobody listens), and the ports of fake_brokers.py by their names.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "system"))

import broker as brokers  # noqa: E402
import fake_brokers  # noqa: E402
import transcript as transcripts  # noqa: E402

COMMAND_SECONDS = 90


class Stage:
    """What one transcript runs in: a folder, the environment, its brokers."""

    def __init__(self, transcript):
        text = "\n".join(step.command for step in transcript.steps)
        self.folder = tempfile.mkdtemp(prefix="midge-cli-")
        self.places = {"dir": self.folder, "free": brokers.free_port()}
        self.broker = None
        self.fakes = []
        for kind in fake_brokers.KINDS:
            if "{" + kind + "}" in text:
                self.fakes.append(fake_brokers.FakeBroker(kind))
                self.places[kind] = self.fakes[-1].port
        if "{port}" in text:
            lines = transcript.config or ["allow_anonymous true"]
            self.broker = brokers.Broker("\n".join(["listener {port} 127.0.0.1", *lines, ""]))
            self.places["port"] = self.broker.port

    def environment(self):
        kept = {name: os.environ[name] for name in os.environ if name.startswith(("ASAN", "UBSAN", "TSAN", "LSAN"))}
        path = os.pathsep.join(filter(None, [brokers.BIN_DIR, "/usr/sbin", "/usr/bin", "/sbin", "/bin"]))
        return {**kept, "PATH": path, "HOME": self.folder, "LC_ALL": "C.UTF-8", "TERM": "dumb"}

    def run(self, step):
        """Returns what is different from the step, as lines."""
        command = transcripts.fill(step.command, self.places)
        stdin = "".join(line + "\n" for line in step.stdin).encode()
        # A session of its own: what is still running at the end of the time is ended with the shell.
        process = subprocess.Popen(
            ["/bin/sh", "-c", command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            cwd=self.folder, env=self.environment(), start_new_session=True, preexec_fn=brokers.die_with_parent)
        try:
            out, err = process.communicate(stdin, timeout=COMMAND_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return [f"  it did not end within {COMMAND_SECONDS} s"]
        wrong = []
        for name, expected, data in (("stdout", step.stdout, out), ("stderr", step.stderr, err)):
            lines = [transcripts.fill(line, self.places) for line in expected]
            wrong += transcripts.differences(name, lines, data.decode("utf-8", "backslashreplace"))
        # What the shell calls 128 + N, subprocess calls -N when the shell itself was replaced by the command.
        status = 128 - process.returncode if process.returncode < 0 else process.returncode
        if status != step.status:
            wrong.append(f"  exit status: expected {step.status}, got {status}")
        return wrong

    def close(self):
        """Stops everything; returns what the broker did wrong, as lines."""
        wrong = []
        if self.broker is not None:
            status = self.broker.stop()
            if status != 0:
                wrong = [f"  the broker ended with {status}; its log:", self.broker.log()]
            self.broker.remove_files()
        for fake in self.fakes:
            fake.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        return wrong


def run(path):
    """Runs one transcript, prints what is different, and returns whether nothing was."""
    with open(path, encoding="utf-8") as file:
        transcript = transcripts.parse(path, file.read())
    stage = Stage(transcript)
    passed = True
    try:
        for step in transcript.steps:
            wrong = stage.run(step)
            if wrong:
                passed = False
                print(f"{path}:{step.line}: $ {step.command}", *wrong, sep="\n")
    finally:
        wrong = stage.close()
    if wrong:
        print(f"{path}: after the last command", *wrong, sep="\n")
    if passed and not wrong:
        print(f"{path}: {len(transcript.steps)} commands, as expected")
    return passed and not wrong


def main(paths):
    if not paths:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    return 0 if all([run(path) for path in paths]) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

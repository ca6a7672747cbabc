"""mqtt-sysmon against mqttd and Debian's mosquitto: output for programs, and the screen in a terminal."""

import json
import os
import re
import subprocess
import tempfile
import unittest

import wire
from broker import MOSQUITTO, BrokerCase, tool, wait_until

CONFIG = "listener {port} 127.0.0.1\nallow_anonymous true\nsys_interval 1\n"
MQTTD = CONFIG + "threads 2\n"


class Tmux:
    """A terminal of this size with a program in it."""

    def __init__(self, folder, width, height, command):
        self.base = ["tmux", "-S", os.path.join(folder, f"tmux-{width}")]
        subprocess.run([*self.base, "-f", "/dev/null", "new-session", "-d", "-x", str(width), "-y", str(height), command], check=True,
                       env=dict(os.environ, LC_ALL="C.UTF-8", TERM="screen-256color"))

    def screen(self):
        return subprocess.run([*self.base, "capture-pane", "-p"], capture_output=True, text=True, check=False).stdout.splitlines()

    def keys(self, *names):
        subprocess.run([*self.base, "send-keys", *names], check=True)

    def resize(self, width, height):
        subprocess.run([*self.base, "resize-window", "-x", str(width), "-y", str(height)], check=True)

    def close(self):
        subprocess.run([*self.base, "kill-server"], capture_output=True, check=False)


class Sysmon(BrokerCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="midge-sysmon-")
        self.addCleanup(subprocess.run, ["rm", "-rf", self.folder], check=False)

    def run_tool(self, *words, status=0):
        done = subprocess.run([tool("mqtt-sysmon"), *words], capture_output=True, text=True, timeout=60, check=False,
                              env=dict(os.environ, LC_ALL="C.UTF-8"))
        self.assertEqual(status, done.returncode, done)
        return done

    def terminal(self, width, height, *words):
        terminal = Tmux(self.folder, width, height, " ".join([tool("mqtt-sysmon"), *words]))
        self.addCleanup(terminal.close)
        return terminal

    def both(self):
        """mqttd and mosquitto with a client that publishes."""
        for binary, config in ((None, MQTTD), (MOSQUITTO, CONFIG)):
            broker = self.start_broker(config, binary=binary)
            peer = wire.Peer(broker.port)
            self.addCleanup(peer.close)
            peer.send(wire.connect("client", 4)).packet()
            yield broker, peer

    def test_once_prints_every_value_of_mqttd_and_of_mosquitto(self):
        for broker, _ in self.both():
            lines = self.run_tool("-p", str(broker.port), "--once").stdout.splitlines()
            names = {line.split()[0] for line in lines}
            self.assertLessEqual({"clients.connected", "uptime", "version", "bytes.received", "retained_messages.count"}, names)

    def test_each_round_is_a_line_with_rates(self):
        broker = self.start_broker(MQTTD)
        process = subprocess.Popen([tool("mqtt-sysmon"), "-p", str(broker.port), "--json"], stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        first, second = json.loads(process.stdout.readline()), json.loads(process.stdout.readline())
        self.assertNotIn("rate", first["values"]["bytes.sent"])
        self.assertGreater(second["values"]["bytes.sent"]["rate"], 0)
        process.terminate()
        self.assertEqual(0, process.wait(timeout=20))

    def test_a_broker_that_goes_away_is_told_and_its_values_are_not_shown_any_more(self):
        broker = self.start_broker(MQTTD)
        file = os.path.join(self.folder, "metrics.prom")
        process = subprocess.Popen([tool("mqtt-sysmon"), "-p", str(broker.port), "--prometheus", file])
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)

        def read():
            if not os.path.exists(file):
                return ""
            with open(file, encoding="utf-8") as text:
                return text.read()

        wait_until(lambda: re.search(r"mqtt_clients_connected\{broker=.*\} \d", read()), 20, read)
        broker.stop()
        wait_until(lambda: re.search(r"mqtt_up\{broker=.*\} 0\n", read()), 30, read)
        self.assertNotIn("mqtt_clients_connected", read())

    def test_conditions_end_with_the_codes_of_monitoring_plugins(self):
        broker = self.start_broker(MQTTD)
        at = ["-p", str(broker.port)]
        self.assertRegex(self.run_tool(*at, "--check", "clients>5").stdout, r"^OK: clients\.connected is \d\n$")
        self.assertRegex(self.run_tool(*at, "--warn", "clients<5", status=1).stdout, r"^WARNING: clients\.connected is \d \(clients<5\)\n$")
        self.assertEqual("CRITICAL: publish.messages.dropped.rate is 0 (dropped.rate<1), clients.connected is 1 (clients<5)\n",
                         self.run_tool(*at, "--check", "dropped.rate<1", "--warn", "clients<5", status=2).stdout)
        self.assertEqual("UNKNOWN: the broker does not publish bridges\n", self.run_tool(*at, "--check", "bridges>0", status=3).stdout)
        broker.stop()
        self.assertRegex(self.run_tool(*at, "--check", "clients>5", status=3).stdout, "^UNKNOWN: cannot connect to .*: connection refused\n$")

    def test_a_broker_without_SYS_is_explained(self):
        broker = self.start_broker(CONFIG.replace("sys_interval 1", "sys_interval 0"))
        done = self.run_tool("-p", str(broker.port), "--once", "-W", "1", status=27)
        self.assertIn("does the broker publish $SYS", done.stderr)

    def test_a_recording_shows_again_what_was(self):
        broker = self.start_broker(MQTTD)
        file = os.path.join(self.folder, "recording")
        self.run_tool("-p", str(broker.port), "--record", file, "--check", "bytes_in.rate<0")
        again = self.run_tool("--replay", file, "--csv").stdout.splitlines()
        self.assertTrue(again[0].startswith("time,broker,stale,clients,"))
        self.assertGreaterEqual(len(again), 3)
        self.assertEqual("1", again[2].split(",")[3])
        with open(file, "a", encoding="utf-8") as damaged:
            damaged.write("{}\n")
        self.assertRegex(self.run_tool("--replay", file, "--csv", status=1).stderr, r"recording:\d+ is no line of a recording")

    def test_the_screen_shows_mqttd_and_mosquitto_at_80_by_24(self):
        for broker, peer in self.both():
            peer.send(b"".join(wire.publish("t", b"x" * 100, version=4) for _ in range(1000)))
            terminal = self.terminal(80, 24, "-p", str(broker.port))
            screen = wait_until(lambda: any(re.match(r"sent/s +\d", line) for line in terminal.screen()) and terminal.screen(), 20,
                                lambda: "\n".join(terminal.screen()))
            self.assertEqual(24, len(screen))
            self.assertRegex(screen[0], r"^mqtt-sysmon +\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
            self.assertRegex(screen[1], rf"^localhost:{broker.port}  (mqttd|mosquitto) version .*  up \d+ seconds$")
            self.assertRegex(screen[2], r"^clients +\d [▁-█]+ +\d+ +\S+ +\d+$")
            self.assertRegex("\n".join(screen), r"── events ─+\n\d\d:\d\d:\d\d connected")
            self.assertRegex("\n".join(screen), r"── values by name ─+\n")
            self.assertEqual("q end  p pause  s sort  / filter  ? help", screen[23])
            terminal.close()

    def test_two_brokers_fit_beside_each_other_at_200_by_50(self):
        first = self.start_broker(MQTTD)
        second = self.start_broker(CONFIG, binary=MOSQUITTO)
        terminal = self.terminal(200, 50, "-p", str(first.port), "--also", f"127.0.0.1:{second.port}")
        wait_until(lambda: re.search(rf"localhost:{first.port}  mqttd .*127\.0\.0\.1:{second.port}  mosquitto", "\n".join(terminal.screen())), 20,
                   lambda: "\n".join(terminal.screen()))
        self.assertEqual(50, len(terminal.screen()))
        second.stop()
        wait_until(lambda: re.search(r"clients +stale", "\n".join(terminal.screen())), 20, lambda: "\n".join(terminal.screen()))
        self.assertRegex("\n".join(terminal.screen()), r"clients +1 ")

    def test_keys_filter_pause_help_and_end_and_the_terminal_is_as_before(self):
        broker = self.start_broker(MQTTD)
        terminal = self.terminal(80, 24, "-p", str(broker.port), ";", "echo", "status", "$?;", "stty", "-a;", "sleep", "100")

        def shows(part):
            wait_until(lambda: part in "\n".join(terminal.screen()), 20, lambda: part + " in\n" + "\n".join(terminal.screen()))

        shows("clients.connected")
        terminal.keys("/", "heap", "Enter")
        shows('values by name, with "heap"')
        self.assertNotIn("clients.connected", "\n".join(terminal.screen()))
        terminal.keys("s")
        shows("values by value")
        terminal.keys("p")
        shows("mqtt-sysmon  paused")
        terminal.keys("p", "?")
        shows("q  end")
        terminal.resize(60, 20)
        wait_until(lambda: len(terminal.screen()) == 20 and terminal.screen()[19].startswith("q end"), 20, lambda: "\n".join(terminal.screen()))
        terminal.keys("q")
        shows("status 0")
        shows(" icanon")
        shows(" echo ")


if __name__ == "__main__":
    unittest.main()

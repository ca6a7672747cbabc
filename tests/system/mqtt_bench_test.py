"""mqtt-bench against the broker: every workload once, short and small, and what it says when something is wrong."""

import json
import os
import subprocess
import tempfile
import unittest

from broker import BrokerCase, free_port, tool

SECONDS = 120


def bench(*words, port=None):
    """Runs mqtt-bench to its end."""
    target = [] if port is None else ["--host", "127.0.0.1", "--port", str(port)]
    command = [tool("mqtt-bench"), *words, *target]
    return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)


class Smoke(BrokerCase):
    """A little of every workload: nothing may be lost, doubled or out of order."""

    def run_json(self, *words):
        broker = self.shared_broker()
        result = bench(*words, "--json", "--pid", str(broker.process.pid), port=broker.port)
        self.assertEqual(result.stderr, "")
        self.assertEqual(result.returncode, 0, result.stdout)
        return json.loads(result.stdout)

    def check_messages(self, messages, deliveries, *words):
        report = self.run_json(*words)
        self.assertEqual(report["workload"], words[0])
        self.assertEqual(report["sent"], messages)
        self.assertEqual(report["expected"], deliveries)
        self.assertEqual(report["received"], deliveries)
        for key in ("lost", "duplicates", "order_violations", "refused", "connections_lost"):
            self.assertEqual(report[key], 0, key)
        return report

    def test_pairs(self):
        for qos in "012":
            for version in ("31", "311", "5"):
                with self.subTest(qos=qos, version=version):
                    report = self.check_messages(
                        600, 600, "pairs", "--publishers", "3", "--subscribers", "3", "-n", "200", "-q", qos, "-V", version)
                    self.assertGreater(report["deliveries_per_s"], 0)
                    self.assertGreater(report["latency_p50_ns"], 0)
                    self.assertGreater(report["cpu_per_delivery_ns"], 0)
                    self.assertGreater(report["broker_rss_bytes"], 0)

    def test_fan_out_and_fan_in(self):
        self.check_messages(50, 1000, "fan-out", "--subscribers", "20", "-n", "50", "--threads", "2")
        self.check_messages(1000, 1000, "fan-in", "--publishers", "20", "-n", "50", "--threads", "2")

    def test_wildcard_and_shared(self):
        self.check_messages(100, 1000, "wildcard", "-n", "100")
        self.check_messages(1000, 1000, "shared", "-n", "100", "--threads", "2", "-q", "1")

    def test_open_loop(self):
        report = self.check_messages(300, 300, "pairs", "--rate", "1000", "-n", "30", "--payload", "24..3000")
        self.assertLess(report["messages_per_s"], 1100)

    def test_a_time(self):
        report = self.run_json("pairs", "--duration", "0.5", "--warm-up", "0.1", "--publishers", "2", "--subscribers", "2")
        self.assertGreater(report["deliveries_per_s"], 0)
        self.assertEqual(report["lost"], 0)

    def test_publish(self):
        report = self.run_json("publish", "--duration", "0.3", "--warm-up", "0.1", "-q", "1")
        self.assertGreater(report["messages_per_s"], 0)
        self.assertEqual(report["expected"], 0)

    def test_retained(self):
        report = self.check_messages(500, 500, "retained", "-n", "500")
        self.assertGreater(report["replayed_per_s"], 0)
        # They were cleared: the next run would take leftovers for messages of others.
        self.assertNotIn("foreign", self.check_messages(200, 200, "retained", "-n", "200"))

    def test_offline(self):
        for qos, version in (("1", "311"), ("2", "5")):
            with self.subTest(qos=qos):
                report = self.check_messages(
                    300, 300, "offline", "--publishers", "3", "--subscribers", "3", "-n", "100", "-q", qos, "-V", version)
                self.assertGreater(report["drained_per_s"], 0)

    def test_connect_and_subscribe(self):
        report = self.run_json("connect", "--clients", "50", "--filters", "1", "--hold", "0.2", "--source-address",
                               "127.0.0.2", "--source-address", "127.0.0.3", "--connect-rate", "500")
        self.assertEqual(report["connections"], 50)
        self.assertEqual(report["connections_lost"], 0)
        report = self.run_json("subscribe", "--clients", "2", "--filters", "250")
        self.assertEqual(report["filters"], 500)

    def test_scenario(self):
        text = "[a]\npublishers = 2\ntopic = a/{i}\nmessages = 50\n[b]\npublishers = 1\ntopic = b\nmessages = 50\nqos = 1\n" \
               "[c]\nsubscribers = 2\nfilter = a/+\n[d]\nsubscribers = 1\nfilter = #\nqos = 1\n"
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "plant.txt")
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            self.check_messages(150, 350, "scenario", path)


class Loss(BrokerCase):
    """A broker that drops messages is told on, and the exit status says so."""

    config = "listener {port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 10\nmax_inflight_messages 5\n"

    def test_a_short_queue_loses_messages(self):
        result = bench("offline", "-n", "100", "--publishers", "1", "--subscribers", "1", "--patience", "0.5",
                       port=self.start_broker().port)
        self.assertEqual(result.returncode, 6, result.stderr)
        self.assertRegex(result.stderr, r"^mqtt-bench: error: \d+ messages were lost or refused\n$")


class Comparison(unittest.TestCase):
    """--compare starts and ends the brokers by itself."""

    def test_two_brokers(self):
        command = f"{tool('mqttd')} -q -p {{port}}"
        result = bench("pairs", "-n", "50", "--runs", "2", "--compare", command, command, "--json")
        self.assertEqual(result.returncode, 0, result.stderr)
        figures = json.loads(result.stdout)["figures"]
        for key in ("deliveries_per_s", "cpu_per_delivery_ns", "broker_rss_bytes"):
            self.assertGreater(figures[key]["a"], 0)
            self.assertGreater(figures[key]["b"], 0)
            self.assertLessEqual(figures[key]["lowest_ratio"], figures[key]["ratio"])
            self.assertGreaterEqual(figures[key]["highest_ratio"], figures[key]["ratio"])

    def test_a_broker_that_does_not_start(self):
        result = bench("pairs", "--compare", "false {port}", "false {port}")
        self.assertEqual(result.returncode, 3)
        self.assertIn('the broker ended at once ("false {port}")', result.stderr)


class NoBroker(unittest.TestCase):
    """Without a broker."""

    def test_nobody_listens(self):
        port = free_port()
        result = bench("pairs", port=port)
        self.assertEqual(result.returncode, 3)
        self.assertEqual(result.stderr, f"mqtt-bench: error: cannot connect to 127.0.0.1:{port}: Connection refused\n")


if __name__ == "__main__":
    unittest.main()

"""mqtt-sub --exec and --rules: messages are acknowledged when their handlers are done with them."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import wire
from broker import BrokerCase, tool, wait_until

CONFIG = "listener {port} 127.0.0.1\nallow_anonymous true\nthreads 2\n"
NEVER = "11 ffffffff"


def has_ended(process):
    """It is gone, or nobody has asked for its exit code yet."""
    try:
        with open(f"/proc/{process}/stat", encoding="utf-8") as file:
            return file.read().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


class Consumer:
    """A running mqtt-sub, with a folder for what its handlers write."""

    def __init__(self, folder, port, *words, name="consumer", keep=True):
        self.folder = folder
        session = ["-c"] if keep else []
        self.log_path = os.path.join(folder, f"{name}.log")
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                [tool("mqtt-sub"), "-d", "-p", str(port), "-i", name, *session, *words], cwd=folder,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def wait_subscribed(self, count=1):
        """Until the broker has answered so many subscriptions: what is published from now on comes."""
        wait_until(lambda: self.log().count("SUBACK") >= count, 30, self.log)
        return self

    def kill(self):
        self.process.kill()
        self.process.wait()

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.process.wait(timeout=30)


class Handlers(BrokerCase):
    def setUp(self):
        self.broker = self.start_broker(CONFIG)
        self.folder = tempfile.mkdtemp(prefix="midge-handlers-")
        self.addCleanup(subprocess.run, ["rm", "-rf", self.folder], check=False)
        self.publisher = wire.Peer(self.broker.port, timeout=60)
        self.addCleanup(self.publisher.close)
        self.publisher.send(wire.connect("pub", 5, props="")).packet()

    def start(self, *words, **options):
        consumer = Consumer(self.folder, self.broker.port, *words, **options)
        self.addCleanup(consumer.kill)
        return consumer

    def script(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\n" + text + "\n")
        os.chmod(path, 0o755)
        return path

    def lines(self, name):
        try:
            with open(os.path.join(self.folder, name), encoding="utf-8") as file:
                return file.read().splitlines()
        except FileNotFoundError:
            return []

    def wait_lines(self, name, count):
        return wait_until(lambda: len(self.lines(name)) >= count and self.lines(name), 30,
                          lambda: f"{count} lines in {name}: {self.lines(name)}")

    def publish(self, topic, payload, qos=1, packet_id=1, props=""):
        self.publisher.send(wire.publish(topic, payload, qos, packet_id, version=5, props=props))
        if qos == 1:
            self.publisher.packet()

    def session(self, *words, name="consumer"):
        """Makes the session of the consumer, so that what is published next waits for it."""
        done = subprocess.run([tool("mqtt-sub"), "-p", str(self.broker.port), "-i", name, "-c", "-V", "5", "-q", "1", "-E", *words],
                              timeout=30, check=False)
        self.assertEqual(0, done.returncode)

    def test_a_handler_gets_payload_environment_arguments_and_json(self):
        handler = self.script("handler", 'cat > payload; cat <&3 > json; echo "$1|$2|$MQTT_TOPIC_2|$MQTT_QOS|$MQTT_ATTEMPT" >> done')
        consumer = self.start("-t", "in/#", "--exec", f"{handler} %t 'two words'").wait_subscribed()
        self.publish("in/a", b"one\0two\n")
        self.assertEqual(["in/a|two words|a|1|1"], self.wait_lines("done", 1))
        with open(os.path.join(self.folder, "payload"), "rb") as file:
            self.assertEqual(b"one\0two\n", file.read())
        with open(os.path.join(self.folder, "json"), encoding="utf-8") as file:
            self.assertEqual("in/a", json.load(file)["topic"])
        self.assertEqual(0, consumer.end())

    def test_what_was_not_handled_when_the_consumer_is_killed_comes_again(self):
        self.session("-t", "in/#")
        for number in range(3):
            self.publish(f"in/{number}", b"x")
        stuck = self.script("stuck", "echo start >> started; sleep 100")
        consumer = self.start("-t", "in/#", "--exec", stuck)
        self.wait_lines("started", 1)
        consumer.end(signal.SIGKILL)
        handler = self.script("handler", 'echo "$MQTT_TOPIC $MQTT_DUP" >> done')
        consumer = self.start("-t", "in/#", "--exec", handler)
        self.assertEqual(["in/0 1", "in/1 1", "in/2 1"], self.wait_lines("done", 3))
        self.assertEqual(0, consumer.end())
        again = self.start("-t", "in/#", "--exec", handler)
        self.publish("in/last", b"x")
        self.assertEqual(["in/last 0"], self.wait_lines("done", 4)[3:])
        again.end()

    def test_a_message_that_fails_lets_the_others_pass_and_becomes_a_dead_letter(self):
        letters = wire.Peer(self.broker.port, timeout=60)
        self.addCleanup(letters.close)
        letters.send(wire.connect("letters", 4)).packet()
        letters.send(wire.subscribe(1, "dlq/#", 1, version=4)).packet()
        self.session("-t", "in/#")
        self.publish("in/bad", b"poison")
        self.publish("in/good", b"x")
        handler = self.script("handler", 'test "$MQTT_TOPIC" = in/bad && { echo "no paper" >&2; exit 1; }\necho "$MQTT_TOPIC" >> done')
        consumer = self.start("-t", "in/#", "--exec", handler, "--retries", "2", "--backoff", "50ms..100ms", "--dlq", "dlq/%t")
        self.assertEqual(["in/good"], self.wait_lines("done", 1))
        letter = letters.packet()
        self.assertIn(b"dlq/in/bad", letter)
        self.assertIn(b"poison", letter)
        wait_until(lambda: "attempt 3); it becomes a dead letter" in consumer.log(), 10, consumer.log)
        self.assertEqual(3, consumer.log().count("no paper"))
        self.assertEqual(0, consumer.end())
        self.session("-t", "in/#")  # nothing is left
        done = subprocess.run([tool("mqtt-sub"), "-p", str(self.broker.port), "-i", "consumer", "-c", "-V", "5", "-t", "in/#", "--idle-timeout", "0.5"],
                              capture_output=True, timeout=30, check=False)
        self.assertEqual((0, b""), (done.returncode, done.stdout))

    def test_a_dead_letter_that_is_refused_keeps_its_message(self):
        self.session("-t", "in/#")
        self.publish("in/bad", b"poison")
        handler = self.script("handler", "exit 65")
        consumer = self.start("-t", "in/#", "--exec", handler, "--dlq", "$SYS/dlq")
        wait_until(lambda: "refused a dead letter" in consumer.log(), 10, consumer.log)
        self.assertEqual(0, consumer.end())
        consumer = self.start("-t", "in/#", "--exec", handler, "--dlq-file", "letters")
        letter = json.loads(self.wait_lines("letters", 1)[0])
        self.assertEqual(("in/bad", "poison", "exit code 65"), (letter["message"]["topic"], letter["message"]["payload"], letter["reason"]))
        self.assertEqual(0, consumer.end())

    def test_the_connection_lives_while_a_handler_takes_longer_than_the_keep_alive(self):
        handler = self.script("handler", "sleep 9; echo done >> done")
        consumer = self.start("-t", "in/#", "-k", "5", "--exec", handler)
        consumer.wait_subscribed()
        self.publish("in/a", b"x")
        self.wait_lines("done", 1)
        self.assertEqual(1, self.broker.log().count("new client consumer"))
        self.assertNotIn("consumer (127.0.0.1", self.broker.log().split("SUBSCRIBE")[-1])
        self.assertEqual(0, consumer.end())

    def test_handlers_that_finish_out_of_order_are_acknowledged_in_order(self):
        with wire.Server() as server:
            handler = self.script("handler", 'test "$MQTT_TOPIC" = in/slow && { while [ ! -e go ]; do sleep 0.05; done; }; echo "$MQTT_TOPIC" >> done')
            consumer = Consumer(self.folder, server.port, "-t", "in/#", "-j", "3", "--exec", handler)
            self.addCleanup(consumer.kill)
            peer = server.accept()
            peer.packet()
            peer.send("20 03 00 00 00")
            peer.packet()
            peer.send("90 04 00 01 00 01")
            for number, topic in enumerate(("in/slow", "in/b", "in/c"), 1):
                peer.send(wire.publish(topic, b"x", 1, number, version=5))
            self.wait_lines("done", 2)
            peer.socket.settimeout(0.5)
            with self.assertRaises(TimeoutError):
                peer.packet()
            peer.socket.settimeout(20)
            open(os.path.join(self.folder, "go"), "w", encoding="utf-8").close()
            self.assertEqual(["40 02 00 01", "40 02 00 02", "40 02 00 03"], [peer.packet().hex(" ") for _ in range(3)])
            consumer.end()

    def test_a_handler_that_takes_too_long_is_ended_with_its_children(self):
        handler = self.script("handler", 'test "$MQTT_ATTEMPT" = 2 && { echo ok >> done; exit 0; }; sleep 1234 & echo $! >> child; wait')
        consumer = self.start("-t", "in/#", "--exec", handler, "--exec-timeout", "300ms", "--backoff", "50ms..50ms").wait_subscribed()
        self.publish("in/a", b"x")
        self.wait_lines("done", 1)
        self.assertIn("timed out after 0.3 s (attempt 1)", consumer.log())
        child = int(self.lines("child")[0])
        wait_until(lambda: has_ended(child), 10, "the end of the child")
        self.assertEqual(0, consumer.end())

    def test_attempts_are_counted_over_the_ends_of_the_consumer(self):
        self.session("-t", "in/#")
        self.publish("in/poison", b"x")
        handler = self.script("handler", "echo $MQTT_ATTEMPT >> attempts; kill -9 $PPID; sleep 0.2")
        words = ["-t", "in/#", "--exec", handler, "--retries", "2", "--dlq-file", "letters", "--state-dir", "state"]
        for run in range(3):
            consumer = self.start(*words)
            self.assertEqual(-signal.SIGKILL, consumer.process.wait(timeout=30))
            self.assertEqual(run + 1, len(self.lines("attempts")))
        consumer = self.start(*words)
        letter = json.loads(self.wait_lines("letters", 1)[0])
        self.assertEqual(["1", "2", "3"], self.lines("attempts"))
        self.assertEqual(3, letter["attempts"])
        self.assertEqual(0, consumer.end())
        self.assertEqual([], os.listdir(os.path.join(self.folder, "state")))

    def test_SIGTERM_waits_for_the_handler_that_runs_and_starts_no_other(self):
        self.session("-t", "in/#")
        self.publish("in/1", b"x")
        self.publish("in/2", b"x")
        handler = self.script("handler", 'echo "$MQTT_TOPIC" >> started; while [ ! -e go ]; do sleep 0.05; done; echo "$MQTT_TOPIC" >> done')
        consumer = self.start("-t", "in/#", "--exec", handler)
        self.wait_lines("started", 1)
        consumer.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        self.assertIsNone(consumer.process.poll())
        open(os.path.join(self.folder, "go"), "w", encoding="utf-8").close()
        self.assertEqual(0, consumer.process.wait(timeout=30))
        self.assertEqual((["in/1"], ["in/1"]), (self.lines("started"), self.lines("done")))
        consumer = self.start("-t", "in/#", "--exec", handler)
        self.assertEqual(["in/1", "in/2"], self.wait_lines("done", 2))
        consumer.end()

    def test_a_handler_that_does_not_end_in_the_grace_period_keeps_its_message(self):
        self.session("-t", "in/#")
        self.publish("in/1", b"x")
        handler = self.script("handler", "echo $$ >> started; exec sleep 1234")
        consumer = self.start("-t", "in/#", "--exec", handler, "--grace", "200ms")
        self.wait_lines("started", 1)
        self.assertEqual(0, consumer.end())
        self.assertFalse(os.path.exists(f"/proc/{self.lines('started')[0]}"))
        consumer = self.start("-t", "in/#", "--exec", self.script("second", "echo again >> done"))
        self.wait_lines("done", 1)
        consumer.end()

    def test_exit_code_99_and_a_count_end_the_consumer_and_keep_the_rest(self):
        self.session("-t", "in/#")
        for number in range(4):
            self.publish(f"in/{number}", b"x")
        stop = self.start("-t", "in/#", "--exec", self.script("stop", 'echo "$MQTT_TOPIC" >> done; exit 99'))
        self.assertEqual(0, stop.process.wait(timeout=30))
        self.assertEqual(["in/0"], self.lines("done"))
        handler = self.script("handler", 'echo "$MQTT_TOPIC" >> done')
        counted = self.start("-t", "in/#", "--exec", handler, "-C", "2")
        self.assertEqual(0, counted.process.wait(timeout=30))
        self.assertEqual(["in/0", "in/1", "in/2"], self.lines("done"))
        rest = self.start("-t", "in/#", "--exec", handler)
        self.assertEqual(["in/3"], self.wait_lines("done", 4)[3:])
        rest.end()

    def test_reply_makes_a_server_of_a_command(self):
        consumer = self.start("-t", "sum", "--exec", "sh -c 'echo $(($(cat)))'", "--reply", keep=False)
        consumer.wait_subscribed()
        done = subprocess.run([tool("mqtt-rr"), "-p", str(self.broker.port), "-t", "sum", "-l", "-W", "20"], input="1+1\n6*7\n",
                              capture_output=True, text=True, timeout=30, check=False)
        self.assertEqual((0, ["2", "", "42", ""]), (done.returncode, done.stdout.split("\n")[:4]), done)
        self.assertEqual(0, consumer.end())

    def test_rules_are_read_again_on_SIGHUP_and_an_error_changes_nothing(self):
        rules = os.path.join(self.folder, "rules")

        def write(text):
            with open(rules, "w", encoding="utf-8") as file:
                file.write(text)

        write("[a]\nfilter a/+\nshell\nexec echo \"a $MQTT_TOPIC\" >> done\n[all]\nfilter a/#\nshell\nexec echo \"all $MQTT_TOPIC\" >> done\n")
        consumer = self.start("--rules", rules, keep=False).wait_subscribed(2)
        self.publish("a/1", b"x")
        self.assertEqual(["a a/1", "all a/1"], sorted(self.wait_lines("done", 2)))
        write("[a]\nfilter a/+\n")
        consumer.process.send_signal(signal.SIGHUP)
        wait_until(lambda: "the rules stay as they were" in consumer.log(), 10, consumer.log)
        write("match best\n[b]\nfilter b\nshell\nexec echo \"b $MQTT_TOPIC\" >> done\n")
        consumer.process.send_signal(signal.SIGHUP)
        wait_until(lambda: "UNSUBACK" in consumer.log(), 10, consumer.log)
        consumer.wait_subscribed(3)
        self.publish("a/2", b"x")
        self.publish("b", b"x")
        self.assertEqual(["b b"], self.wait_lines("done", 3)[2:])
        self.assertEqual(0, consumer.end())

    def test_dead_letters_go_back_to_where_they_came_from(self):
        self.session("-t", "dlq/#", name="letters")
        self.session("-t", "in/#")
        self.publish("in/a", b"one")
        bad = self.start("-t", "in/#", "--exec", "sh -c 'exit 65'", "--dlq", "dlq/%t", "-C", "1")
        self.assertEqual(0, bad.process.wait(timeout=30))
        self.publish("dlq/stray", b"no letter")
        words = ["-p", str(self.broker.port), "-i", "letters", "-c"]
        done = subprocess.run([tool("mqtt-sub"), *words, "--redrive", "dlq/#", "--idle-timeout", "0.5"], capture_output=True, text=True, timeout=30, check=False)
        self.assertEqual(0, done.returncode, done)
        self.assertIn("1 message sent back", done.stderr)
        self.assertIn('"dlq/stray" is no dead letter', done.stderr)
        good = self.start("-t", "in/#", "--exec", self.script("good", 'echo "$MQTT_TOPIC $(cat)" >> done'), "-C", "1")
        self.assertEqual(0, good.process.wait(timeout=30))
        self.assertEqual(["in/a one"], self.lines("done"))
        left = subprocess.run([tool("mqtt-sub"), *words, "-t", "dlq/#", "-q", "1", "-V", "5", "--idle-timeout", "0.5"], capture_output=True, text=True, timeout=30, check=False)
        self.assertEqual("no letter\n", left.stdout)

    def test_counters_are_published(self):
        watcher = wire.Peer(self.broker.port, timeout=60)
        self.addCleanup(watcher.close)
        watcher.send(wire.connect("watcher", 4)).packet()
        watcher.send(wire.subscribe(1, "stats", 0, version=4)).packet()
        consumer = self.start("-t", "in/#", "--exec", "true", "--stats", "stats")
        consumer.wait_subscribed()
        self.publish("in/a", b"x")
        text = watcher.packet()
        counts = json.loads(text[text.index(b"{"):])["rules"][0]
        self.assertEqual((1, 1, 1, 0), (counts["received"], counts["started"], counts["done"], counts["dead"]))
        self.assertEqual(0, consumer.end())


if __name__ == "__main__":
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    unittest.main()

"""What mqttd logs, where, and what a reload changes."""

import os
import signal
import socket
import subprocess
import unittest

import paho.mqtt.client as paho

from broker import BINARY, die_with_parent, free_port, wait_until
from daemon_case import CONNACK, CONNECT, FolderCase, SECONDS


class Reload(FolderCase):
    def reload(self, broker, text, answer):
        broker.write_config(text)
        broker.signal(signal.SIGHUP)
        broker.wait_for_log(answer, SECONDS)

    def test_what_changed_is_applied_and_named(self):
        broker = self.start_broker()
        self.reload(broker, self.config + "max_keepalive 60\n", "reloaded; 1 changed, 0 need a restart")
        self.assertIn(f"max_keepalive is 60 now (was 0), {broker.config_path}:3", broker.log())
        client = paho.Client(client_id="k", protocol=paho.MQTTv5)
        answers = []
        client.on_connect = lambda *arguments: answers.append(arguments[4])
        client.connect("127.0.0.1", broker.port, keepalive=600)
        self.addCleanup(client.disconnect)
        wait_until(lambda: client.loop(0.1) == 0 and answers, SECONDS, "the CONNACK")
        self.assertEqual(60, answers[0].ServerKeepAlive)

    def test_what_needs_a_restart_is_named_and_not_applied(self):
        broker = self.start_broker(self.config + "threads 1\n")
        self.reload(broker, self.config + "threads 2\n", "0 changed, 1 need a restart")
        self.assertIn("threads stays 1 until the next start (2 in the file)", broker.log())

    def test_a_wrong_file_changes_nothing(self):
        broker = self.start_broker(self.config + "max_keepalive 60\n")
        self.reload(broker, "allow_anonymous false\nmax_keepalive 10\nmax_qos 7\nlistener {port} 127.0.0.1\n",
                    "the running configuration stays in use")
        self.assertIn(f"error: {broker.config_path}:3: max_qos must be 0, 1 or 2", broker.log())
        with socket.create_connection(("127.0.0.1", broker.port), timeout=SECONDS) as client:
            client.sendall(CONNECT)
            self.assertEqual(CONNACK, client.recv(4))
        self.reload(broker, self.config + "max_keepalive 20\n", "max_keepalive is 20 now (was 60)")

    def test_a_missing_file_changes_nothing(self):
        broker = self.start_broker()
        os.remove(broker.config_path)
        broker.signal(signal.SIGHUP)
        broker.wait_for_log("the running configuration stays in use", SECONDS)
        self.assertIn("cannot read the configuration: No such file or directory", broker.log())
        self.reload(broker, self.config, "reloaded; nothing has changed")

    def test_the_log_moves_to_where_the_new_file_says(self):
        broker = self.start_broker()
        path = self.path("mqttd.log")
        broker.write_config(self.config + f"log_dest file {path}\n")
        broker.signal(signal.SIGHUP)
        wait_until(lambda: os.path.exists(path) and "reloaded; 1 changed" in self.read("mqttd.log"), SECONDS, "the log")
        self.assertNotIn("reloaded;", broker.log())

    def test_a_log_file_that_cannot_be_opened_changes_nothing(self):
        broker = self.start_broker()
        self.reload(broker, self.config + "max_keepalive 60\nlog_dest file /none/mqttd.log\n",
                    "the running configuration stays in use")
        self.assertIn(f'{broker.config_path}:4: cannot open the log file "/none/mqttd.log"', broker.log())
        self.assertNotIn("max_keepalive is 60 now", broker.log())


class Log(FolderCase):
    def connect(self, broker, client_id):
        client = paho.Client(client_id=client_id)
        client.connect("127.0.0.1", broker.port)
        client.loop_start()
        self.addCleanup(client.loop_stop)
        self.addCleanup(client.disconnect)
        return client

    def test_hup_usr1_and_rtmin_open_the_log_file_anew(self):
        for number in (signal.SIGHUP, signal.SIGUSR1, signal.SIGRTMIN):
            with self.subTest(number):
                name = f"{int(number)}.log"
                broker = self.start_to_file(name)
                os.rename(self.path(name), self.path(name + ".1"))
                broker.signal(number)
                wait_until(lambda: os.path.exists(self.path(name)) and self.read(name), SECONDS, "the new file")
                self.assertIn(" running\n", self.read(name + ".1"))
                self.assertNotIn("running", self.read(name))

    def test_usr2_shows_subscriptions_and_retained_topics(self):
        broker = self.start_broker(self.config + "sys_interval 0\n")
        client = self.connect(broker, "tree")
        client.publish("kept/here", b"12345", qos=1, retain=True).wait_for_publish(SECONDS)
        client.subscribe("some/+/filter", qos=1)
        broker.wait_for_log("some/+/filter", SECONDS)
        mark = len(broker.log())
        broker.signal(signal.SIGUSR2)
        wait_until(lambda: "kept/here" in broker.log()[mark:] and "some/+/filter" in broker.log()[mark:], SECONDS,
                   "both in the log")

    def test_lines_are_published_below_sys(self):
        broker = self.start_broker(self.config + "log_dest topic\nlog_timestamp_format %H\n")
        lines = []
        watcher = self.connect(broker, "watcher")
        watcher.on_message = lambda client, data, message: lines.append((message.topic, message.payload.decode()))
        ready = []
        watcher.on_subscribe = lambda *arguments: ready.append(True)
        watcher.subscribe("$SYS/broker/log/#", qos=0)
        wait_until(lambda: ready, SECONDS, "the SUBACK")
        self.connect(broker, "seen")
        wait_until(lambda: [line for line in lines if "seen" in line[1]], SECONDS, "a line about the client")
        topic, text = next(line for line in lines if "seen" in line[1])
        self.assertEqual("$SYS/broker/log/N", topic)
        self.assertRegex(text, r"^\d\d: .*connected")

    def test_what_a_client_calls_itself_cannot_forge_a_line(self):
        broker = self.start_broker()
        name = b"x\n1795631065: error: forged\x1b[31m"
        packet = b"\x00\x04MQTT\x04\x02\x00\x3c" + len(name).to_bytes(2, "big") + name
        with socket.create_connection(("127.0.0.1", broker.port), timeout=SECONDS) as client:
            client.sendall(b"\x10" + bytes([len(packet)]) + packet)
            client.recv(4)
        broker.wait_for_log("forged", SECONDS)
        self.assertFalse([line for line in broker.log().splitlines() if line.startswith("1795631065: error: forged")])
        self.assertNotIn("\x1b", broker.log())

    def test_quiet_logs_nothing(self):
        port = free_port()
        config = self.write("a.conf", f"listener {port} 127.0.0.1\nallow_anonymous true\nlog_dest stdout\n")
        process, log = self.start("-q", "-c", config)

        def serves():
            self.assertIsNone(process.poll(), self.read(log))
            with socket.socket() as client:
                client.settimeout(SECONDS)
                if client.connect_ex(("127.0.0.1", port)) != 0:
                    return False
                client.sendall(CONNECT)
                return client.recv(4) == CONNACK

        wait_until(serves, SECONDS, "an answer")
        process.send_signal(signal.SIGTERM)
        self.assertEqual(0, process.wait(SECONDS))
        self.assertEqual("", self.read(log))

    def test_a_reader_of_the_log_that_stopped_does_not_stop_the_broker(self):
        port = free_port()
        config = self.write("a.conf", f"listener {port} 127.0.0.1\nallow_anonymous true\nlog_dest stdout\n")
        process = subprocess.Popen([BINARY, "-v", "-c", config], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, preexec_fn=die_with_parent)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.assertTrue(any(b"running" in line for line in process.stdout), "it did not start")
        for number in range(400):  # about 100 KiB of log: more than the pipe holds
            with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as client:
                client.settimeout(SECONDS)
                name = f"{number:0200}".encode()
                packet = b"\x00\x04MQTT\x04\x02\x00\x3c" + len(name).to_bytes(2, "big") + name
                client.sendall(b"\x10" + (len(packet) % 128 | 128).to_bytes(1, "big") + bytes([len(packet) // 128]) + packet)
                self.assertEqual(CONNACK, client.recv(4))
        process.send_signal(signal.SIGTERM)
        self.assertEqual(0, process.wait(SECONDS))


if __name__ == "__main__":
    unittest.main()

"""mqttd store, asked while mqttd has the store open."""

import json
import os
import signal
import socket
import subprocess
import threading
import time
import unittest

import wire
from broker import BrokerCase, tool, wait_until

SECONDS = 60
FOR_EVER = "11 ffffffff"
CONFIG = "listener {port} 127.0.0.1\nallow_anonymous true\npersistence true\npersistence_location {dir}/\nthreads 2\n"


class RunningStore(BrokerCase):
    def setUp(self):
        self.broker = self.start_broker(CONFIG)
        self.store = self.path("mqttd.db")
        kept = wire.Peer(self.broker.port, timeout=SECONDS)
        kept.send(wire.connect("kept", 5, clean=False, props=FOR_EVER)).packet()
        kept.send(wire.subscribe(1, "t/#", 1)).packet()
        kept.close()
        self.publisher = wire.Peer(self.broker.port, timeout=SECONDS)
        self.addCleanup(self.publisher.close)
        self.publisher.send(wire.connect("pub", 4)).packet()
        self.publish("t/first", b"1")

    def path(self, name):
        return os.path.join(self.broker.directory, name)

    def publish(self, topic, payload, packet_id=1, **options):
        self.publisher.send(wire.publish(topic, payload, 1, packet_id, version=4, **options))
        self.publisher.expect(f"40 02 {packet_id:04x}")

    def ask(self, *words, status=0):
        done = subprocess.run([tool("mqttd"), "store", *words], capture_output=True, text=True, timeout=SECONDS,
                              cwd=self.broker.directory, check=False)
        self.assertEqual(status, done.returncode, done.stderr)
        return done

    def payloads(self, file):
        lines = [json.loads(line) for line in self.ask("dump", file).stdout.splitlines()]
        return [line["payload"] for line in lines if line["type"] == "message"]

    def test_a_backup_of_a_running_broker_has_all_that_was_acknowledged(self):
        self.ask("backup", self.store, "copy.db")
        self.assertIn("in order: sessions 1, subscriptions 1, messages 1", self.ask("check", "copy.db").stdout)
        self.assertEqual(["1"], self.payloads("copy.db"))
        self.broker.wait_for_log("the store was copied to")

    def test_a_backup_is_made_by_the_name_of_the_configuration_too(self):
        self.ask("backup", self.broker.config_path, "copy.db")
        self.assertEqual(["1"], self.payloads("copy.db"))

    def test_a_dump_of_a_running_broker_shows_what_it_keeps_and_leaves_no_file(self):
        before = sorted(os.listdir(self.broker.directory))
        self.publish("t/second", b"2", retain=True)
        self.assertEqual(["1", "2"], self.payloads(self.store))
        self.assertEqual(before, sorted(os.listdir(self.broker.directory)))

    def test_a_backup_is_complete_although_messages_come_all_the_time(self):
        done = threading.Event()
        sent = []

        def go_on():
            while not done.is_set():
                self.publish("t/more", str(len(sent)).encode() * 2000, packet_id=1 + len(sent) % 1000)
                sent.append(len(sent))

        sender = threading.Thread(target=go_on)
        sender.start()
        try:
            wait_until(lambda: len(sent) > 300, SECONDS, "messages")
            before = len(sent)
            self.ask("backup", self.store, "copy.db")
        finally:
            done.set()
            sender.join()
        self.assertGreater(len(self.payloads("copy.db")), before)
        self.assertIn("in order", self.ask("check", "copy.db").stdout)

    def test_what_is_in_the_way_is_told(self):
        self.ask("backup", self.store, "copy.db")
        again = self.ask("backup", self.store, "copy.db", status=1)
        self.assertIn("copy.db: is there already; give the backup another name", again.stderr)
        missing = self.ask("backup", self.store, "no/such/folder/copy.db", status=1)
        self.assertIn("no/such/folder/copy.db", missing.stderr)
        self.assertIn("no backup was made", self.broker.log())
        checked = self.ask("check", self.store, status=1)
        self.assertIn("another process has it open", checked.stderr)

    def test_the_socket_is_for_the_user_of_the_broker_and_goes_with_it(self):
        self.assertEqual(0o600, os.stat(self.store + ".sock").st_mode & 0o777)
        self.broker.stop()
        self.assertFalse(os.path.exists(self.store + ".sock"))
        self.assertEqual(["1"], self.payloads(self.store))

    def test_a_client_that_says_nothing_does_not_hold_up_the_end(self):
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(self.store + ".sock")
            client.sendall(b"back")
            begin = time.monotonic()
            self.assertEqual(0, self.broker.stop())
            self.assertLess(time.monotonic() - begin, 4.0)

    def test_a_killed_broker_leaves_a_socket_that_the_next_one_replaces(self):
        self.broker.signal(signal.SIGKILL)
        self.broker.wait()
        self.broker.exit_status = 0
        self.assertEqual(["1"], self.payloads(self.store))
        next_one = self.start_broker(CONFIG.replace("{dir}", self.broker.directory))
        self.ask("backup", self.store, "copy.db")
        next_one.wait_for_log("the store was copied to")

    def test_requests_that_make_no_sense_and_silent_ones_do_no_harm(self):
        for request, answer in ((b"backup relative\n", b"error the path of a backup has to be absolute\n"),
                                (b"format\n", b"error this mqttd knows no such request\n"),
                                (b"x" * 9000, b""), (b"", b"")):
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(SECONDS)
                client.connect(self.store + ".sock")
                client.sendall(request)
                client.shutdown(socket.SHUT_WR)
                try:
                    self.assertEqual(answer, client.recv(1000))
                except ConnectionResetError:
                    self.assertEqual(b"", answer)
        self.ask("backup", self.store, "copy.db")


if __name__ == "__main__":
    unittest.main()

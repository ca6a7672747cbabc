#!/usr/bin/env python3
"""mqttd without file descriptors: it waits for some to come free, and goes on serving whom it has."""

import signal
import socket
import unittest

import paho.mqtt.client as paho

from broker import wait_until
from daemon_case import CONNACK, CONNECT, SECONDS, FolderCase

PAUSES = "$SYS/broker/connections/accept/pauses"
# A shard that cannot accept tries again after 100 ms: about 10 pauses in a second. One that spins has thousands.
MOST_PAUSES_A_SECOND = 30
FILES = 40
WITH_FEW_FILES = ("/bin/sh", "-c", f'ulimit -n {FILES} && exec "$@"', "sh")


class FileLimit(FolderCase):
    config = "listener {port} 127.0.0.1\nallow_anonymous true\nsys_interval 1\nthreads 1\n"

    def setUp(self):
        super().setUp()
        self.broker = self.start_broker(self.config, prefix=WITH_FEW_FILES)
        self.pauses = []
        self.reader = paho.Client(client_id="reader")
        self.reader.on_message = lambda client, data, message: self.pauses.append(int(message.payload))
        self.reader.connect("127.0.0.1", self.broker.port)
        self.reader.subscribe(PAUSES)
        self.reader.loop_start()
        self.addCleanup(self.reader.loop_stop)
        self.addCleanup(self.reader.disconnect)
        wait_until(lambda: self.pauses, SECONDS, "the first value of the counter")

    def connect(self, number):
        client = socket.create_connection(("127.0.0.1", self.broker.port), timeout=SECONDS)
        self.addCleanup(client.close)
        client.sendall(CONNECT[:-1] + bytes([number]))
        return client

    def fill_up(self):
        """More clients than files: the kernel takes the connections, and the broker cannot take some of them."""
        clients = [self.connect(ord("A") + number) for number in range(FILES)]
        self.wait_for_pauses(1)
        return clients

    def wait_for_pauses(self, more):
        known = len(self.pauses)
        wait_until(lambda: len(self.pauses) >= known + more, SECONDS, "new values of the counter")

    def test_accepting_pauses_without_spinning_and_others_are_served(self):
        self.fill_up()
        self.wait_for_pauses(3)
        self.assertGreater(self.pauses[-1], 0)
        self.assertLess(self.pauses[-1] - self.pauses[-2], MOST_PAUSES_A_SECOND)
        self.assertIn("cannot accept connections for now", self.broker.log())

    def test_connections_that_end_make_room_for_those_that_wait(self):
        clients = self.fill_up()
        while clients:
            client = clients.pop(0)
            self.assertEqual(CONNACK, client.recv(4))
            client.close()

    def test_a_reload_that_cannot_open_its_file_changes_nothing(self):
        clients = self.fill_up()
        self.broker.write_config(self.config + "max_keepalive 90\n")
        self.broker.signal(signal.SIGHUP)
        self.broker.wait_for_log("cannot read the configuration")
        self.assertNotIn("max_keepalive is 90 now", self.broker.log())
        for client in clients:
            self.assertEqual(CONNACK, client.recv(4))
            client.close()
        self.broker.signal(signal.SIGHUP)
        self.broker.wait_for_log("max_keepalive is 90 now")


if __name__ == "__main__":
    unittest.main()

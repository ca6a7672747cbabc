"""Who comes and who goes, as Debian's mosquitto_sub sees it."""

import json
import os
import signal
import socket
import subprocess
import unittest

import wire
from broker import BrokerCase, wait_until

CONFIG = "listener {port} 127.0.0.1\nallow_anonymous true\nthreads 2\npresence true\npresence_connection_state true\n"


class Presence(BrokerCase):
    def watch(self, broker, topic):
        path = os.path.join(broker.directory, "watched")
        with open(path, "wb") as file:
            process = subprocess.Popen(["mosquitto_sub", "-p", str(broker.port), "-i", "watcher", "-v", "-t", topic], stdout=file)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        broker.wait_for_log("SUBSCRIBE of watcher")

        def lines():
            with open(path, encoding="utf-8") as text:
                return [line.split(" ", 1) for line in text.read().splitlines()]

        return lines

    def test_a_client_is_seen_coming_and_going_under_the_name_of_the_host(self):
        broker = self.start_broker(CONFIG)
        watched = self.watch(broker, "$SYS/brokers/+/clients/mina%2F1/#")
        peer = wire.Peer(broker.port)
        peer.send(wire.connect("mina/1", 4, keep_alive=30)).packet()
        wait_until(lambda: len(watched()) == 1, 10, watched)
        peer.close()
        wait_until(lambda: len(watched()) == 2, 10, watched)
        (topic, came), (gone_topic, gone) = watched()
        self.assertEqual(f"$SYS/brokers/{socket.gethostname()}/clients/mina%2F1/connected", topic)
        self.assertEqual(topic.replace("connected", "disconnected"), gone_topic)
        came, gone = json.loads(came), json.loads(gone)
        self.assertEqual(("mina/1", 30, "3.1.1"), (came["id"], came["keep_alive"], came["protocol"]))
        self.assertEqual(came["connection"], gone["connection"])
        self.assertEqual("client closed the connection without DISCONNECT", gone["reason"])

    def test_the_state_of_mosquittos_plugin_is_there_for_who_comes_later(self):
        broker = self.start_broker(CONFIG)
        peer = wire.Peer(broker.port)
        self.addCleanup(peer.close)
        peer.send(wire.connect("here", 4)).packet()
        watched = self.watch(broker, "$SYS/broker/connection/client/here/state")
        wait_until(watched, 10, watched)
        self.assertEqual([["$SYS/broker/connection/client/here/state", "1"]], watched())

    def test_a_reload_switches_it_off(self):
        broker = self.start_broker(CONFIG)
        watched = self.watch(broker, "$SYS/brokers/#")
        broker.write_config(CONFIG.replace("presence true", "presence false"))
        broker.signal(signal.SIGHUP)
        broker.wait_for_log("reloaded")
        before = len(watched())
        with wire.Peer(broker.port) as peer:
            peer.send(wire.connect("unseen", 4)).packet()
            peer.send(wire.PING)
            self.assertEqual(wire.PONG, peer.packet())
        self.assertEqual(before, len(watched()))
        self.assertFalse([line for line in watched() if "unseen" in line[1]])

    def test_a_name_that_is_no_level_is_refused(self):
        with self.assertRaisesRegex(AssertionError, "node_name has to be one level of a topic"):
            self.start_broker(CONFIG + "node_name a/b\n")


if __name__ == "__main__":
    unittest.main()

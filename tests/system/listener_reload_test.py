"""Listeners that a reload adds, removes and changes: all of it or nothing, and who may stay connected does."""

import os
import shutil
import signal
import socket
import tempfile
import threading
import unittest

import wire
from broker import BrokerCase, free_port, wait_until
from certificates import Ca
from daemon_case import FolderCase
from mosquitto_tools import run

OPEN = "allow_anonymous true\n"
FIRST = "listener {port} 127.0.0.1\n"
SECOND = "listener {port2} 127.0.0.1\n"
SHUTTING_DOWN = 0x8B
EXPIRES_LATER = "11 00 00 0e 10"


def refused(port, host="127.0.0.1"):
    """Whether nobody listens."""
    try:
        socket.create_connection((host, port), timeout=20).close()
        return False
    except ConnectionRefusedError:
        return True


class ReloadCase(FolderCase):
    def reload(self, broker, text, answer="reloaded;"):
        """A reload that has ended when this returns; what was logged meanwhile."""
        before = len(broker.log())
        broker.write_config(text)
        broker.signal(signal.SIGHUP)
        wait_until(lambda: answer in broker.log()[before:], 20, f"{answer!r} in the log")
        return broker.log()[before:]

    def changes_nothing(self, broker, text):
        return self.reload(broker, text, "nothing was reloaded; the running configuration stays in use")


class Listeners(ReloadCase):
    def test_one_that_is_added_can_be_used_and_nobody_notices(self):
        broker = self.start_broker(OPEN + FIRST)
        stays = wire.subscriber(broker.port, "stays", self.topic())
        log = self.reload(broker, OPEN + FIRST + SECOND + "max_qos 1\n")
        self.assertIn(f"listener {broker.port2} 127.0.0.1 is open now, {broker.config_path}:3", log)
        self.assertIn(f"listening on 127.0.0.1:{broker.port2}", log)
        with wire.session(broker.port2, "new") as new:
            self.assertIn(bytes.fromhex("24 01"), new.connack)  # Maximum QoS 1
            new.send(wire.publish(self.topic(), b"x"))
            stays.expect(wire.publish(self.topic(), b"x"))

    def test_clients_of_one_that_goes_are_told_and_the_others_stay(self):
        broker = self.start_broker(OPEN + FIRST + SECOND)
        stays = wire.session(broker.port, "stays")
        watcher = wire.subscriber(broker.port, "watcher", "last/#")
        goes, old = wire.session(broker.port2, "goes", will=wire.will("last/words", b"bye")), wire.session(broker.port2, "old", 4)
        silent = wire.Peer(broker.port2)
        log = self.reload(broker, OPEN + FIRST)
        self.assertIn(f"listener {broker.port2} 127.0.0.1 is closed: it is no longer in the file", log)
        goes.expect_disconnect(SHUTTING_DOWN)
        old.expect_closed()
        silent.expect_closed()
        self.assertIn(b"bye", watcher.expect_type(wire.PUBLISH))
        stays.ping()
        self.assertTrue(refused(broker.port2))
        self.assertIn("the listener was closed by a reload", broker.log())
        self.reload(broker, OPEN + FIRST + SECOND)
        wire.session(broker.port2, "goes").ping()

    def test_a_session_outlives_the_listener_that_its_client_used(self):
        broker = self.start_broker(OPEN + FIRST + SECOND)
        goes = wire.session(broker.port2, "goes", clean=False, props=EXPIRES_LATER)
        goes.send(wire.subscribe(1, self.topic(), 1)).expect_type(wire.SUBACK)
        self.reload(broker, OPEN + FIRST)
        goes.expect_disconnect(SHUTTING_DOWN)
        with wire.session(broker.port, "publisher") as publisher:
            publisher.send(wire.publish(self.topic(), b"kept", 1, 1)).expect_type(wire.PUBACK)
        with wire.session(broker.port, "goes", clean=False, props=EXPIRES_LATER) as goes:
            self.assertTrue(goes.session_present)
            self.assertIn(b"kept", goes.expect_type(wire.PUBLISH))

    def test_an_address_that_overlaps_the_old_one(self):
        broker = self.start_broker(OPEN + FIRST)
        goes = wire.session(broker.port, "goes")
        self.assertTrue(refused(broker.port, "127.0.0.2"))
        self.reload(broker, OPEN + "listener {port}\n")
        goes.expect_disconnect(SHUTTING_DOWN)
        wire.session(broker.port, "new", host="127.0.0.2").ping()
        self.reload(broker, OPEN + FIRST)
        self.assertTrue(refused(broker.port, "127.0.0.2"))
        wire.session(broker.port, "again").ping()

    def test_other_options_of_one_that_stays_are_for_those_who_connect_later(self):
        broker = self.start_broker(OPEN + FIRST)
        stays = wire.session(broker.port, "stays")
        self.reload(broker, OPEN + FIRST + "protocol websockets\n", "protocol of listener")
        stays.ping()
        with wire.Peer(broker.port) as plain:
            plain.send(wire.connect("plain"))
            broker.wait_for_log("WebSocket")
        self.reload(broker, OPEN + FIRST)
        wire.session(broker.port, "plain").ping()
        stays.ping()

    def test_a_unix_socket_comes_and_goes_with_its_file(self):
        broker = self.start_broker(OPEN + FIRST)
        path = self.path("socket")
        log = self.reload(broker, OPEN + FIRST + f"listener 0 {path}\n")
        self.assertIn(f"listening on {path}", log)
        status, _, err = run(["mosquitto_pub", "--unix", path, "-t", "t", "-m", "m"])
        self.assertEqual(0, status, err)
        self.reload(broker, OPEN + FIRST)
        self.assertFalse(os.path.exists(path))

    def test_reloads_while_clients_come_and_go(self):
        broker = self.start_broker(OPEN + FIRST)
        stays = wire.session(broker.port, "stays")
        done = threading.Event()
        connected = []

        def come_and_go(number):
            while not done.is_set():
                try:
                    with wire.session(broker.port2, f"guest{number}", will=wire.will("w", b"x")) as guest:
                        guest.ping()
                        connected.append(number)
                except (OSError, AssertionError):
                    pass  # the listener is closed half of the time

        guests = [threading.Thread(target=come_and_go, args=(number,)) for number in range(4)]
        for guest in guests:
            guest.start()
        try:
            for _ in range(12):
                self.reload(broker, OPEN + FIRST + SECOND)
                count = len(connected)
                wait_until(lambda: len(connected) > count, 20, "a guest")  # pylint: disable=cell-var-from-loop
                self.reload(broker, OPEN + FIRST)
        finally:
            done.set()
            for guest in guests:
                guest.join(30)
        stays.ping()
        self.assertTrue(refused(broker.port2))


class Failures(ReloadCase):
    def test_a_port_that_somebody_has_changes_nothing(self):
        broker = self.start_broker(OPEN + FIRST + SECOND)
        stays, also = wire.session(broker.port, "stays"), wire.session(broker.port2, "also")
        with socket.socket() as somebody:
            somebody.bind(("127.0.0.1", 0))
            somebody.listen()
            taken = somebody.getsockname()[1]
            third = free_port()
            log = self.changes_nothing(
                broker, OPEN + "max_keepalive 9\n" + FIRST + f"listener {third} 127.0.0.1\nlistener {taken} 127.0.0.1\n")
        self.assertIn(f"{broker.config_path}:5: cannot listen on 127.0.0.1 port {taken}: Address already in use", log)
        self.assertNotIn("max_keepalive is 9", log)
        self.assertNotIn(f"listening on 127.0.0.1:{third}", log)
        stays.ping()
        also.ping()
        self.assertTrue(refused(third))
        wire.session(broker.port2, "new").ping()

    def test_one_in_the_way_listens_again_when_the_new_one_fails(self):
        broker = self.start_broker(OPEN + FIRST + SECOND)
        stays = wire.session(broker.port, "stays")
        with socket.socket() as somebody:
            somebody.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            somebody.bind(("127.0.0.3", broker.port))
            somebody.listen()
            log = self.changes_nothing(broker, OPEN + "listener {port}\n" + SECOND)
        self.assertIn("Address already in use", log)
        self.assertNotIn("no longer listening", log)
        stays.ping()
        wire.session(broker.port, "new").ping()

    def test_a_bad_certificate_of_one_of_several_changes_nothing(self):
        folder = tempfile.mkdtemp(prefix="midge-reload-")
        os.chmod(folder, 0o755)
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        ca = Ca(folder)
        first, second = ca.issue("first", "first", ("IP:127.0.0.1",)), ca.issue("second", "second")
        broker = self.start_broker(OPEN + FIRST)
        stays = wire.session(broker.port, "stays")
        ports = [free_port(), free_port()]
        text = OPEN + f"listener {ports[0]} 127.0.0.1\ncertfile {first[0]}\nkeyfile {first[1]}\n"
        wrong = text + f"listener {ports[1]} 127.0.0.1\ncertfile {second[0]}\nkeyfile {first[1]}\n"
        log = self.changes_nothing(broker, wrong)
        self.assertIn(f"{broker.config_path}:7: keyfile", log)
        stays.ping()
        self.assertTrue(all(refused(port) for port in ports))
        self.reload(broker, text)
        stays.expect_disconnect(SHUTTING_DOWN)
        status, _, err = run(["mosquitto_pub", "-h", "127.0.0.1", "-p", str(ports[0]), "--cafile", ca.certificate, "-t", "t", "-m", "m"])
        self.assertEqual(0, status, err)

    def test_a_log_file_that_cannot_be_opened_keeps_the_listeners(self):
        broker = self.start_broker(OPEN + FIRST)
        self.changes_nothing(broker, OPEN + SECOND + "log_dest file /none/mqttd.log\n")
        wire.session(broker.port, "new").ping()
        self.assertTrue(refused(broker.port2))


class Owners(BrokerCase):
    """What a listener's clients leave behind when it goes."""

    def test_a_will_that_waits_is_still_judged_by_the_rules_of_its_listener(self):
        folder = tempfile.mkdtemp(prefix="midge-reload-")
        os.chmod(folder, 0o755)
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        rules = os.path.join(folder, "acl")
        with open(rules, "w", encoding="ascii") as file:
            file.write("topic write allowed\n")
        os.chmod(rules, 0o644)
        limited = f"per_listener_settings true\nlistener {{port}} 127.0.0.1\nallow_anonymous true\n"
        broker = self.start_broker(limited + f"listener {{port2}} 127.0.0.1\nallow_anonymous true\nacl_file {rules}\n")
        watcher = wire.subscriber(broker.port, "watcher", "#")
        delayed = "18 00 00 00 01"
        for client, topic in (("one", "forbidden"), ("two", "allowed")):
            wire.session(broker.port2, client, props=EXPIRES_LATER, will=wire.will(topic, b"x", props=delayed))
        broker.write_config(limited)
        broker.signal(signal.SIGHUP)
        self.assertIn(b"allowed", watcher.expect_type(wire.PUBLISH))
        watcher.ping()
        broker.wait_for_log("may not publish to forbidden")


if __name__ == "__main__":
    unittest.main()

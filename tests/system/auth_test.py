"""Passwords and ACL files: with the programs of others, in both directions, through reloads, and under a flood."""

import os
import pwd
import signal
import subprocess
import threading
import unittest

from broker import MOSQUITTO, Broker, BrokerCase, tool, wait_until
from daemon_case import FolderCase, run_mqttd
from wire import Peer, connect, publish, subscribe

SECONDS = 60
ACCEPTED, BAD_LOGIN, NOT_AUTHORIZED = 0, 4, 5
NO_CONFIG = "listener {port} 127.0.0.1\nallow_anonymous false\n"


def run(*command):
    """A tool to its end; its exit status."""
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False).returncode


def connack(port, user=None, password=None, version=4, client_id="c", source=None):
    """The return or reason code of the CONNACK."""
    with Peer(port, timeout=SECONDS, source=source) as peer:
        peer.send(connect(client_id, version=version, username=user, password=password))
        return peer.packet()[3]


class AuthCase(FolderCase):
    config = NO_CONFIG

    def users(self, name, *pairs, program=None, options=()):
        """A password file made by mqtt-passwd or mosquitto_passwd."""
        path = self.path(name)
        for user, password in pairs:
            create = [] if os.path.exists(path) else ["-c"]
            command = [program or tool("mqtt-passwd"), *create, *options, "-b", path, user, password]
            subprocess.run(command, check=True, timeout=SECONDS, capture_output=True, stdin=subprocess.DEVNULL)
        self.give_to_daemon(path)
        return path

    @staticmethod
    def give_to_daemon(path):
        """Readable for the user that a daemon started by root becomes, as its manual says."""
        if os.geteuid() != 0:
            return
        for name in ("mqttd", "mosquitto", "nobody"):
            try:
                os.chown(path, -1, pwd.getpwnam(name).pw_gid)
                os.chmod(path, 0o640)
                return
            except KeyError:
                continue

    def hup(self, broker):
        before = broker.log().count("reloaded")
        broker.signal(signal.SIGHUP)
        wait_until(lambda: broker.log().count("reloaded") > before, SECONDS, "the end of the reload")


class Passwords(AuthCase):
    def test_the_way_of_the_notes(self):
        users = self.users("pwfile", ("user", "first"), options=("--memory", "1"))
        broker = self.start_broker(f"{NO_CONFIG}password_file {users}\npid_file {self.path('pid')}\n")
        pub = ["mosquitto_pub", "-p", str(broker.port), "-t", "t", "-m", "x", "-q", "1"]
        self.assertEqual(run(*pub, "-u", "user", "-P", "first"), 0)
        self.assertNotEqual(run(*pub, "-u", "user", "-P", "second"), 0)
        self.assertNotEqual(run(*pub), 0)
        command = [tool("mqtt-passwd"), "--memory", "1", "--reload", self.path("pid"), "-b", users, "user", "second"]
        self.assertEqual(run(*command), 0)
        broker.wait_for_log("reloaded;")
        self.assertEqual(run(*pub, "-u", "user", "-P", "second"), 0, broker.log())
        self.assertNotEqual(run(*pub, "-u", "user", "-P", "first"), 0)

    def test_every_version_is_told_what_was_wrong(self):
        users = self.users("users", ("alice", "wonder"), options=("--memory", "1"))
        broker = self.start_broker(f"{NO_CONFIG}password_file {users}\n")
        for version, wrong, nobody in ((3, 4, 5), (4, 4, 5), (5, 0x86, 0x87)):
            self.assertEqual(connack(broker.port, "alice", "wonder", version), 0)
            self.assertEqual(connack(broker.port, "alice", "x", version), wrong)
            self.assertEqual(connack(broker.port, "bob", "wonder", version), wrong)
            self.assertEqual(connack(broker.port, None, None, version), nobody)
        self.assertRegex(
            broker.log(),
            r'login refused: address=127\.0\.0\.1 user="bob" client="c": user name or password is wrong')

    def test_our_tools_log_in(self):
        users = self.users("users", ("alice", "wonder"), options=("--memory", "1"))
        broker = self.start_broker(f"{NO_CONFIG}password_file {users}\n")
        pub = [tool("mqtt-pub"), "-p", str(broker.port), "-t", "t", "-m", "x", "-q", "1"]
        self.assertEqual(run(*pub, "-u", "alice", "-P", "wonder"), 0)
        self.assertNotEqual(run(*pub, "-u", "alice", "-P", "x"), 0)


class Start(AuthCase):
    def test_a_file_that_cannot_be_used_ends_the_start_with_3(self):
        config = self.write("a.conf", f"listener 1883 127.0.0.1\npassword_file {self.path('none')}\n")
        result = run_mqttd("-c", config)
        self.assertEqual(3, result.returncode)
        self.assertIn(f'{config}:2: password_file: cannot open "{self.path("none")}"', result.stderr)
        self.write("rules", "topic reed a\n")
        config = self.write("b.conf", f"listener 1883 127.0.0.1\nacl_file {self.path('rules')}\nallow_anonymous true\n")
        result = run_mqttd("-c", config)
        self.assertEqual(3, result.returncode)
        self.assertIn(f"{self.path('rules')}:1: topic: the access must be", result.stderr)

    @unittest.skipUnless(os.geteuid() == 0, "needs root")
    def test_a_file_that_only_root_may_read_is_used_and_its_reload_warned_of(self):
        users = self.users("users", ("alice", "wonder"), options=("--memory", "1"))
        os.chmod(users, 0o600)
        os.chown(users, 0, 0)
        broker = self.start_broker(f"{NO_CONFIG}password_file {users}\nuser nobody\n")
        self.assertEqual(connack(broker.port, "alice", "wonder"), 0)
        self.assertIn("the user nobody cannot read it, so a reload will fail; hint: chgrp", broker.log())
        broker.signal(signal.SIGHUP)
        broker.wait_for_log("nothing was reloaded")
        self.assertEqual(connack(broker.port, "alice", "wonder"), 0)


class Reload(AuthCase):
    def test_clients_stay_or_go_as_the_files_say(self):
        users = self.users("users", ("alice", "a"), ("bob", "b"), options=("--memory", "1"))
        rules = self.write("rules", "user alice\ntopic t\n")
        broker = self.start_broker(f"{NO_CONFIG}password_file {users}\nacl_file {rules}\n")
        with Peer(broker.port) as alice, Peer(broker.port) as bob:
            for peer, name in ((alice, "alice"), (bob, "bob")):
                peer.send(connect(name, username=name, password=name[0]))
                self.assertEqual(peer.packet()[3], 0)
            bob.send(publish("t", "x", qos=1, packet_id=1))
            self.assertEqual(bob.packet()[4], 0x87)
            self.write("rules", "user alice\ntopic t\nuser bob\ntopic t\n")
            self.hup(broker)
            bob.send(publish("t", "x", qos=1, packet_id=2))
            self.assertEqual(bob.packet()[2:4], b"\0\2")
            subprocess.run([tool("mqtt-passwd"), "-D", users, "bob"], check=True, timeout=SECONDS, capture_output=True)
            self.hup(broker)
            self.assertEqual(bob.packet()[:3:2], b"\xe0\x87")
            alice.send("c0 00")
            self.assertEqual(alice.packet(), b"\xd0\0")

    def test_mqtt_passwd_has_the_broker_read_what_it_wrote(self):
        users, pid = self.users("users", ("alice", "wonder")), self.path("pid")
        broker = self.start_broker(f"{NO_CONFIG}password_file {users}\npid_file {pid}\n")
        self.assertEqual(connack(broker.port, "bob", "builder"), BAD_LOGIN)
        self.assertEqual(run(tool("mqtt-passwd"), "--reload", pid, "-b", users, "bob", "builder"), 0)
        broker.wait_for_log("reloaded;")
        self.assertEqual(connack(broker.port, "bob", "builder"), ACCEPTED)
        self.assertEqual(run(tool("mqtt-passwd"), "--reload", pid, "-D", users, "alice"), 0)
        wait_until(lambda: broker.log().count("reloaded;") == 2, SECONDS, "the second reload")
        self.assertEqual(connack(broker.port, "alice", "wonder"), BAD_LOGIN)

    def test_a_mistake_in_a_file_changes_nothing(self):
        users = self.users("users", ("alice", "a"), options=("--memory", "1"))
        rules = self.write("rules", "user alice\ntopic t\n")
        broker = self.start_broker(f"{NO_CONFIG}password_file {users}\nacl_file {rules}\n")
        with Peer(broker.port) as alice:
            alice.send(connect("alice", username="alice", password="a"))
            self.assertEqual(alice.packet()[3], 0)
            self.write("rules", "user alice\ntopc t\n")
            subprocess.run([tool("mqtt-passwd"), "-D", users, "alice"], check=True, timeout=SECONDS, capture_output=True)
            broker.signal(signal.SIGHUP)
            broker.wait_for_log("nothing was reloaded")
            self.assertIn(f"{rules}:2: a line must begin with topic, user or pattern", broker.log())
            alice.send(publish("t", "x", qos=1, packet_id=2))
            self.assertEqual(alice.packet()[2:4], b"\0\2")
            self.assertEqual(connack(broker.port, "alice", "a", client_id="second"), 0)


class Interchange(AuthCase):
    maxDiff = None
    """One table of cases, asked of both brokers with the same files."""

    LOGINS = [
        ("alice", "wonder"), ("alice", "Wonder"), ("alice", ""), ("alice", None), ("Alice", "wonder"),
        ("bob", "two words"), ("bob", "two"), ("ümlaut", "pässwörd"), ("ümlaut", "passwort"), ("carol", "x"),
        ("", ""), ("", "wonder"), (None, None),
    ]
    RULES = """\
# Before any user: those without a name.
topic read open/#
topic end

user alice
topic end
topic alice/#
topic read shared/+
topic deny alice/secret

user bob
topic end
topic write shared/bob
topic readwrite with space/#

pattern readwrite own/%u/#
pattern write in/%c
pattern read news

user carol
topic end
user +
topic end
user a/b
topic end

user watcher
topic #
"""
    USERS = [None, "alice", "bob", "carol", "+", "a/b"]
    TOPICS = [
        "open/a", "alice", "alice/a", "alice/secret", "shared/bob", "shared/a/b", "with space/x", "own/alice/x",
        "own/bob", "own/bob/x", "in/alice", "in/bob", "news", "other",
    ]

    def both(self, config):
        yield "mqttd", self.start_broker(config)
        mosquitto = Broker(config, binary=MOSQUITTO)
        try:
            yield "mosquitto", mosquitto
        finally:
            mosquitto.stop()
            mosquitto.remove_files()

    def compare(self, config, verdicts_of):
        os.chmod(self.folder, 0o755)
        verdicts = {name: verdicts_of(broker.port) for name, broker in self.both(config)}
        self.assertEqual(verdicts["mqttd"], verdicts["mosquitto"])
        return verdicts["mqttd"]

    def check_logins(self, users):
        for anonymous in ("true", "false"):
            config = f"listener {{port}} 127.0.0.1\nallow_anonymous {anonymous}\npassword_file {users}\n"
            verdicts = self.compare(
                config, lambda port: {login: connack(port, *login) == ACCEPTED for login in self.LOGINS})
            self.assertTrue(verdicts["alice", "wonder"] and verdicts["bob", "two words"])
            self.assertEqual(verdicts[None, None], anonymous == "true")
            # In both, an empty user name is none.
            self.assertEqual(sum(verdicts.values()), 6 if anonymous == "true" else 3)

    def test_logins_with_a_file_of_mosquitto_passwd(self):
        users = self.users("users", ("alice", "wonder"), ("ümlaut", "pässwörd"), program="mosquitto_passwd")
        self.users("users", ("bob", "two words"), program="mosquitto_passwd", options=("-H", "sha512"))
        self.check_logins(users)

    def test_logins_with_a_file_of_mqtt_passwd(self):
        pairs = ("alice", "wonder"), ("ümlaut", "pässwörd"), ("bob", "two words")
        self.check_logins(self.users("users", *pairs, options=("-H", "sha512-pbkdf2", "-I", "1000")))

    @staticmethod
    def enter(port, user, client_id, listens=False):
        peer = Peer(port, timeout=SECONDS)
        peer.send(connect(client_id, version=4, username=user)).expect_connack(0)
        if listens:
            peer.send(subscribe(1, "#", version=4)).expect("90 03 00 01 00")
        return peer

    @staticmethod
    def arrives(sender, receiver, topic):
        """Whether a message arrives; one to a topic that everybody may use follows it."""
        sender.send(publish(topic, b"x", version=4)).send(publish("end", b"", version=4))
        # Debian's mosquitto leaves the mount point in front.
        if receiver.packet().endswith(b"end"):
            return False
        if not receiver.packet().endswith(b"end"):
            raise AssertionError("more than one message")
        return True

    def rules_table(self, port):
        """Who may write and read what, by what arrives."""
        table = {}
        for user in self.USERS:
            name = user or "nobody"
            with self.enter(port, user, name) as sender, self.enter(port, "watcher", "watcher", True) as watcher:
                for topic in self.TOPICS:
                    table[user, "write", topic] = self.arrives(sender, watcher, topic)
            with self.enter(port, "watcher", "watcher") as sender, self.enter(port, user, f"{name}-", True) as receiver:
                for topic in self.TOPICS:
                    table[user, "read", topic] = self.arrives(sender, receiver, topic)
        return table

    def test_rules(self):
        rules = self.write("rules", self.RULES)
        verdicts = self.compare(f"listener {{port}} 127.0.0.1\nallow_anonymous true\nacl_file {rules}\n", self.rules_table)
        allowed = {case for case, allowed in verdicts.items() if allowed}
        self.assertIn(("alice", "write", "alice/a"), allowed)
        self.assertIn(("bob", "read", "own/bob/x"), allowed)
        self.assertNotIn(("alice", "write", "alice/secret"), allowed)
        self.assertFalse({case for case in allowed if case[0] == "+"})
        self.assertGreater(len(allowed), 20)


class MountPoint(Interchange):
    """The rules of a listener with a mount point are about the whole topics, in both brokers."""

    RULES = "topic m/end\ntopic write m/a\ntopic read m/b\ntopic c\nuser watcher\ntopic #\n"
    TOPICS = ["a", "b", "c"]
    USERS = [None]
    test_logins_with_a_file_of_mosquitto_passwd = None
    test_logins_with_a_file_of_mqtt_passwd = None

    def test_rules(self):
        rules = self.write("rules", self.RULES)
        config = f"listener {{port}} 127.0.0.1\nmount_point m/\nallow_anonymous true\nacl_file {rules}\n"
        verdicts = self.compare(config, self.rules_table)
        self.assertEqual({case[1:] for case, allowed in verdicts.items() if allowed}, {("write", "a"), ("read", "b")})


class Flood(AuthCase):
    LOGINS = 40
    ROUNDS = 50

    def test_wrong_passwords_hold_up_neither_traffic_nor_logins_from_elsewhere(self):
        # With the usual cost of a hash; what is compared are counts, so that a slow machine is no failure.
        users = self.users("users", ("alice", "wonder"), ("bob", "builder"))
        limits = "auth_max_failures_per_address 0\nauth_max_failures_per_user 0\nauth_threads 1\n"
        config = f"listener {{port}}\nallow_anonymous false\npassword_file {users}\nconnect_timeout 600\n{limits}"
        broker = self.start_broker(config)
        self.assertEqual(connack(broker.port, "alice", "wonder"), 0)
        answers = []

        def guess(number):
            for attempt in range(self.LOGINS // 20):
                answers.append(connack(broker.port, "alice", f"guess {number} {attempt}", client_id=f"g{number}"))

        with Peer(broker.port) as client:
            client.send(connect("traffic", version=4, username="alice", password="wonder"))
            client.packet()
            client.send(subscribe(1, "t", version=4))
            client.packet()
            guessing = [threading.Thread(target=guess, args=(number,)) for number in range(20)]
            for thread in guessing:
                thread.start()
            wait_until(lambda: len(answers) >= 1, SECONDS, "the first refusal")
            for number in range(self.ROUNDS):
                client.send(publish("t", str(number).encode(), version=4))
                client.packet()
            after_traffic = len(answers)
            self.assertEqual(connack(broker.port, "bob", "builder", client_id="b", source="127.0.0.2"), 0)
            after_login = len(answers)
            for thread in guessing:
                thread.join()
        self.assertLess(after_traffic, self.LOGINS // 2, "the flood was over before the traffic")
        self.assertLess(after_login - after_traffic, 8, "the login waited behind those of another address")
        self.assertEqual(answers, [BAD_LOGIN] * self.LOGINS)

    def test_too_many_wrong_passwords_are_not_looked_at(self):
        users = self.users("users", ("alice", "wonder"), options=("--memory", "1"))
        broker = self.start_broker(f"{NO_CONFIG}password_file {users}\nauth_max_failures_per_user 2\n")
        answers = [connack(broker.port, "alice", f"guess {number}", version=5) for number in range(6)]
        self.assertEqual(answers[:2], [0x86, 0x86])
        self.assertIn(0x9F, answers[2:])
        self.assertIn("too many logins have failed; try later", broker.log())


if __name__ == "__main__":
    unittest.main()

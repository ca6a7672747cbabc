"""Debian's mosquitto_pub, mosquitto_sub and mosquitto_rr against the broker: 3.1, 3.1.1 and 5.0."""

import os
import threading
import unittest

from broker import BrokerCase
from mosquitto_tools import VERSIONS, Subscriber, publish, receive, run

TIMED_OUT = 27


class MosquittoClients(BrokerCase):
    config = "listener {port} 127.0.0.1\nallow_anonymous true\nlistener 0 {dir}/broker.sock\nsys_interval 1\n"

    def setUp(self):
        self.port = self.shared_broker().port

    def subscribe(self, *args, **options):
        subscriber = Subscriber(self.port, *args, **options)
        self.addCleanup(subscriber.kill)
        return subscriber

    def test_every_version_and_qos_delivers_at_the_lower_of_the_two_levels(self):
        for version in VERSIONS:
            for granted in range(3):
                topic = self.topic(f"/{version}/{granted}")
                subscriber = self.subscribe("-t", topic, "-q", str(granted), "-C", "3", "-W", "20", version=version, format_text="%q %p")
                for sent in range(3):
                    publish(self.port, "-t", topic, "-q", str(sent), "-m", f"m{sent}", version=version)
                self.assertEqual([f"{min(sent, granted)} m{sent}" for sent in range(3)], subscriber.result(), version)

    def test_retained_message_is_kept_replaced_and_cleared(self):
        for version in VERSIONS:
            topic = self.topic(f"/{version}")
            publish(self.port, "-t", topic, "-r", "-q", "1", "-m", "old", version=version)
            publish(self.port, "-t", topic, "-r", "-q", "1", "-m", "new", version=version)
            look = ("-t", topic, "-F", "%r %p", "-C", "1")
            self.assertEqual((0, ["1 new"]), receive(self.port, *look, "-W", "20", version=version))
            publish(self.port, "-t", topic, "-r", "-n", "-q", "1", version=version)
            self.assertEqual((TIMED_OUT, []), receive(self.port, *look, "-W", "1", version=version))

    def test_live_message_does_not_carry_the_retain_flag(self):
        subscriber = self.subscribe("-t", self.topic(), "-C", "1", "-W", "20", format_text="%r %p")
        publish(self.port, "-t", self.topic(), "-r", "-q", "1", "-m", "live")
        self.assertEqual(["0 live"], subscriber.result())

    def test_will_is_published_after_a_kill_and_not_after_a_disconnect(self):
        for version in VERSIONS[:2]:
            topic = self.topic(f"/{version}")
            watcher = self.subscribe("-t", topic, "-q", "1", "-C", "1", "-W", "20", version=version, format_text="%q %p")
            will = ("-t", "unused", "--will-topic", topic, "--will-qos", "1", "--will-payload")
            # -E ends with DISCONNECT. SIGTERM would as well, but hangs when it meets a callback.
            self.assertEqual(0, receive(self.port, *will, "clean", "-E", version=version)[0])
            self.subscribe(*will, "killed", version=version).kill()
            self.assertEqual(["1 killed"], watcher.result(), version)

    def test_will_of_a_v5_client_is_retained_when_asked(self):
        topic = self.topic()
        watcher = self.subscribe("-t", topic, "-C", "1", "-W", "20", version="mqttv5")
        self.subscribe("-t", "unused", "--will-topic", topic, "--will-payload", "gone", "--will-retain", version="mqttv5").kill()
        watcher.result()
        self.assertEqual((0, ["1 gone"]), receive(self.port, "-t", topic, "-F", "%r %p", "-C", "1", "-W", "20"))

    def test_persistent_session_gets_offline_messages_once_and_in_order(self):
        for version in VERSIONS:
            for qos in ("1", "2"):
                topic, name = self.topic(f"/{version}/{qos}"), self.client_id(version + qos)[-23:]
                stay = ["-c", "-i", name, "-t", topic, "-q", qos] + (["-x", "600"] if version == "mqttv5" else [])
                self.assertEqual(0, receive(self.port, *stay, "-E", version=version)[0])
                sent = [f"line {number}" for number in range(100)]
                publish(self.port, "-t", topic, "-q", qos, "-l", version=version, stdin="\n".join(sent).encode() + b"\n")
                self.assertEqual((0, sent), receive(self.port, *stay, "-C", "100", "-W", "20", version=version))
                self.assertEqual((TIMED_OUT, []), receive(self.port, *stay, "-W", "1", version=version))

    def test_lines_from_standard_input_arrive_in_order(self):
        for version in VERSIONS:
            for qos in ("0", "1", "2"):
                topic = self.topic(f"/{version}/{qos}")
                sent = [f"{number} {'x' * (number % 50)}" for number in range(500)]
                subscriber = self.subscribe("-t", topic, "-q", qos, "-C", "500", "-W", "40", version=version, format_text="%p")
                publish(self.port, "-t", topic, "-q", qos, "-l", version=version, stdin="\n".join(sent).encode() + b"\n")
                self.assertEqual(sent, subscriber.result(), (version, qos))

    def test_binary_file_of_a_megabyte_arrives_unchanged(self):
        data = os.urandom(1_000_000)
        path = os.path.join(self.shared_broker().directory, "payload.bin")
        with open(path, "wb") as file:
            file.write(data)
        for version in VERSIONS:
            topic = self.topic(f"/{version}")
            publish(self.port, "-t", topic, "-r", "-q", "2", "-f", path, version=version)
            status, out, _ = run(["mosquitto_sub", "-h", "127.0.0.1", "-p", str(self.port), "-V", version, "-t", topic, "-C", "1", "-N", "-W", "20"])
            self.assertEqual(0, status)
            self.assertTrue(out == data, f"{len(out)} bytes came back different")
            publish(self.port, "-t", topic, "-r", "-n", version=version)

    def test_v5_properties_reach_the_subscriber(self):
        subscriber = self.subscribe("-t", self.topic(), "-C", "1", "-W", "20", version="mqttv5", format_text="%C|%F|%R|%D|%E|%P|%p")
        publish(
            self.port, "-t", self.topic(), "-m", "x", "-D", "publish", "content-type", "text/plain", "-D", "publish", "payload-format-indicator", "1",
            "-D", "publish", "response-topic", "answer/here", "-D", "publish", "correlation-data", "c7", "-D", "publish", "message-expiry-interval",
            "900", "-D", "publish", "user-property", "b", "2", "-D", "publish", "user-property", "a", "1", version="mqttv5")
        self.assertEqual(["text/plain|1|answer/here|c7|900|b:2 a:1|x"], subscriber.result())

    def test_subscription_identifier_comes_back(self):
        subscriber = self.subscribe(
            "-t", self.topic(), "-C", "1", "-W", "20", "-D", "subscribe", "subscription-identifier", "268435455", version="mqttv5", format_text="%S %p")
        publish(self.port, "-t", self.topic(), "-m", "x", version="mqttv5")
        self.assertEqual(["268435455 x"], subscriber.result())

    def test_shared_subscription_gives_each_message_to_one_member(self):
        for version in ("mqttv311", "mqttv5"):
            topic = self.topic(f"/{version}")
            members = [self.subscribe("-t", f"$share/group/{topic}", "-q", "1", version=version, format_text="%p") for _ in range(3)]
            watcher = self.subscribe("-t", topic, "-q", "1", "-C", "60", "-W", "20", version=version, format_text="%p")
            sent = [str(number) for number in range(60)]
            publish(self.port, "-t", topic, "-q", "1", "-l", version=version, stdin="\n".join(sent).encode())
            self.assertEqual(sent, watcher.result())
            for member in members:
                member.terminate()
                self.assertTrue(member.lines, "a member got nothing")
            self.assertEqual(sorted(sent), sorted(line for member in members for line in member.lines))

    def test_request_and_response(self):
        for version in ("mqttv311", "mqttv5"):
            topic = self.topic(f"/{version}")
            server = self.subscribe("-t", f"{topic}/ask", "-C", "1", "-W", "20", version=version, format_text="%R %p")

            def answer(server=server, topic=topic, version=version):
                server.result()
                publish(self.port, "-t", f"{topic}/answer", "-m", "pong", version=version)

            helper = threading.Thread(target=answer)
            helper.start()
            status, out, err = run(["mosquitto_rr", "-h", "127.0.0.1", "-p", str(self.port), "-V", version, "-t", f"{topic}/ask", "-e",
                                    f"{topic}/answer", "-m", "ping", "-W", "20"])
            helper.join()
            self.assertEqual((0, b"pong\n"), (status, out), err)
            self.assertEqual([f"{topic}/answer ping" if version == "mqttv5" else " ping"], server.lines)

    def test_sys_topics_come_retained(self):
        status, lines = receive(self.port, "-t", "$SYS/broker/clients/connected", "-C", "1", "-W", "20", "-F", "%r %q %p", "-q", "2")
        self.assertEqual(0, status)
        self.assertRegex(lines[0], r"^1 2 \d+$")
        self.assertEqual((TIMED_OUT, []), receive(self.port, "-t", "#", "-T", "t/#", "-W", "1", "-v"))

    def test_wildcards_and_unsubscribe(self):
        topic = self.topic()
        subscriber = self.subscribe("-t", f"{topic}/+/x", "-t", f"{topic}/a/#", "-t", f"{topic}/never", "-U", f"{topic}/never", "-C", "3", "-W", "20", version="mqttv311")
        for tail in ("never", "b/x", "b/y", "a", "a/b/c", "b/c/x"):
            publish(self.port, "-t", f"{topic}/{tail}", "-m", tail)
        self.assertEqual([f"{topic}/{tail} {tail}" for tail in ("b/x", "a", "a/b/c")], subscriber.result())

    def test_unix_socket_listener(self):
        path = os.path.join(self.shared_broker().directory, "broker.sock")
        subscriber = self.subscribe("-t", self.topic(), "-C", "1", "-W", "20")
        status, _, err = run(["mosquitto_pub", "--unix", path, "-t", self.topic(), "-q", "1", "-m", "over a unix socket"])
        self.assertEqual(0, status, err)
        self.assertEqual([f"{self.topic()} over a unix socket"], subscriber.result())


if __name__ == "__main__":
    unittest.main()

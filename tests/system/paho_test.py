"""Paho Python 1.6 against the broker, 3.1.1 and 5.0: the way the printers of a small service use it."""

import threading
import unittest

import paho.mqtt.client as paho
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from broker import BrokerCase, wait_until

VERSIONS = (paho.MQTTv31, paho.MQTTv311, paho.MQTTv5)


def props(packet_type, **values):
    """Properties by their names in Paho."""
    result = Properties(packet_type)
    for name, value in values.items():
        setattr(result, name, value)
    return result


class Client:
    """A Paho client with its network thread. Connected when the constructor returns."""

    def __init__(self, port, client_id, version=paho.MQTTv311, clean=True, keep_alive=60, setup=None, **connect_props):
        options = {} if version == paho.MQTTv5 else {"clean_session": clean}
        self.client = paho.Client(client_id, protocol=version, **options)
        self.messages, self.granted, self.reasons = [], {}, []
        self.connected, self.ended = threading.Event(), threading.Event()
        self.client.on_connect = self._on_connect
        self.client.on_message = lambda _client, _data, message: self.messages.append(message)
        self.client.on_subscribe = lambda _client, _data, mid, granted, *_: self.granted.__setitem__(mid, granted)
        self.client.on_disconnect = self._on_disconnect
        if setup:
            setup(self.client)
        extra = {}
        if version == paho.MQTTv5:
            extra = {"clean_start": clean, "properties": props(PacketTypes.CONNECT, **connect_props)}
        self.client.connect("127.0.0.1", port, keepalive=keep_alive, **extra)
        self.client.loop_start()
        if not self.connected.wait(10):
            raise AssertionError("no CONNACK")

    def _on_connect(self, _client, _data, flags, reason, properties=None):
        self.session_present = bool(flags["session present"])
        self.reason, self.connack = reason, properties
        self.connected.set()

    def _on_disconnect(self, _client, _data, reason, _properties=None):
        self.reasons.append(reason)
        self.ended.set()

    def subscribe(self, *args, **options):
        """Subscribes and waits for the SUBACK; returns the reason codes as numbers."""
        result, mid = self.client.subscribe(*args, **options)
        assert result == paho.MQTT_ERR_SUCCESS, result
        granted = wait_until(lambda: self.granted.get(mid), what="SUBACK")
        return [getattr(code, "value", code) for code in granted]

    def publish(self, *args, **options):
        """Publishes and waits until the last acknowledgement."""
        info = self.client.publish(*args, **options)
        info.wait_for_publish(20)
        assert info.is_published(), "not acknowledged in time"

    def wait_for(self, count, seconds=20):
        """Waits for so many messages; returns their payloads as text."""
        wait_until(lambda: len(self.messages) >= count, seconds, lambda: f"{count} messages ({len(self.messages)} came)")
        return [message.payload.decode() for message in self.messages]

    def leave(self):
        """DISCONNECT, and the end of the thread."""
        self.client.disconnect()
        self.client.loop_stop()

    def vanish(self):
        """Closes the socket without DISCONNECT."""
        self.client._reconnect_delay = 3600  # pylint: disable=protected-access
        self.client.reconnect_delay_set(3600, 3600)
        self.client._sock_close()  # pylint: disable=protected-access
        self.client._thread_terminate = True  # pylint: disable=protected-access


class Paho(BrokerCase):
    def setUp(self):
        self.port = self.shared_broker().port

    def client(self, tail="", version=paho.MQTTv311, **options):
        client = Client(self.port, self.client_id(tail)[-60:], version, **options)
        self.addCleanup(client.leave)
        return client

    def test_every_version_and_qos_round_trip(self):
        for version in VERSIONS:
            for qos in range(3):
                topic = self.topic(f"/{version}/{qos}")
                client = self.client(f"{version}{qos}"[-23:], version)
                # Not the same client: Paho 1.6 takes a PUBREL that it receives for room to send, and so passes the
                # Receive Maximum of a broker that it both publishes to and hears from with QoS 2.
                publisher = self.client(f"p{version}{qos}"[-23:], version)
                self.assertEqual([qos], client.subscribe(topic, qos))
                for number in range(50):
                    publisher.client.publish(topic, f"{number}", qos)
                self.assertEqual([f"{number}" for number in range(50)], client.wait_for(50))
                self.assertEqual({qos}, {message.qos for message in client.messages})

    def test_printer_comes_back_to_its_session_with_each_message_once_and_in_order(self):
        printer = Client(self.port, "printer-A", clean=False)
        self.assertFalse(printer.session_present)
        printer.subscribe("shop/orders/#", 1)
        printer.leave()
        shop = self.client()
        for number in range(200):
            shop.client.publish(f"shop/orders/{number % 3}", f"order {number}", 1)
        wait_until(lambda: not shop.client._out_messages, what="acknowledgements")  # pylint: disable=protected-access
        for waiting in ([f"order {number}" for number in range(200)], []):
            printer = Client(self.port, "printer-A", clean=False)
            self.assertTrue(printer.session_present)
            self.assertEqual([1], printer.subscribe("shop/orders/#", 1))
            printer.wait_for(len(waiting))
            shop.publish("shop/orders/end", "end", 1)
            wait_until(lambda printer=printer: b"end" in [message.payload for message in printer.messages], what="the last message")
            self.assertEqual(waiting + ["end"], [message.payload.decode() for message in printer.messages])
            printer.leave()

    def test_v5_session_ends_at_disconnect_unless_it_may_live(self):
        for seconds, kept in ((None, False), (600, True)):
            options = {"SessionExpiryInterval": seconds} if seconds else {}
            name = f"-{seconds}"
            first = self.client(name, paho.MQTTv5, **options)
            first.subscribe(self.topic(name), 1)
            first.leave()
            second = self.client(name, paho.MQTTv5, clean=False, **options)
            self.assertEqual(kept, second.session_present)

    def test_clean_session_forgets_subscriptions_and_queue(self):
        self.client(clean=False).subscribe(self.topic(), 1)
        again = self.client(clean=True)
        self.assertFalse(again.session_present)
        again.publish(self.topic(), "x", 1)
        again.subscribe(self.topic("/probe"), 1)
        again.publish(self.topic("/probe"), "probe", 1)
        self.assertEqual(["probe"], again.wait_for(1))

    def test_v5_properties_arrive_unaltered_and_in_order(self):
        client = self.client(version=paho.MQTTv5)
        client.subscribe(self.topic(), 2)
        pairs = [("b", "2"), ("a", "1"), ("b", "3"), ("", "")]
        values = {"PayloadFormatIndicator": 1, "MessageExpiryInterval": 1000, "ContentType": "text/plain; charset=utf-8",
                  "ResponseTopic": "answer/to/me", "CorrelationData": bytes(range(256))}
        sent = props(PacketTypes.PUBLISH, **values)
        for pair in pairs:
            sent.UserProperty = pair
        client.publish(self.topic(), "h\u00e4llo", 2, properties=sent)
        client.wait_for(1)
        seen = client.messages[0].properties
        self.assertLessEqual(990, seen.MessageExpiryInterval)
        for name in ("PayloadFormatIndicator", "ContentType", "ResponseTopic", "CorrelationData"):
            self.assertEqual(values[name], getattr(seen, name), name)
        self.assertEqual(pairs, seen.UserProperty)

    def test_subscription_identifiers_of_all_matching_filters_arrive(self):
        client = self.client(version=paho.MQTTv5)
        for number, tail in ((1, "/a"), (200, "/+"), (268435455, "/#")):
            client.subscribe(self.topic(tail), options=SubscribeOptions(qos=1), properties=props(PacketTypes.SUBSCRIBE, SubscriptionIdentifier=number))
        client.publish(self.topic("/a"), "x", 1)
        wait_until(lambda: len(all_identifiers(client)) >= 3, what="three identifiers")
        self.assertEqual([1, 200, 268435455], sorted(all_identifiers(client)))

    def test_no_local_keeps_own_messages_away(self):
        client, other = self.client("-a", paho.MQTTv5), self.client("-b", paho.MQTTv5)
        for each in (client, other):
            each.subscribe(self.topic(), options=SubscribeOptions(qos=1, noLocal=True))
        client.publish(self.topic(), "from a", 1)
        other.publish(self.topic(), "from b", 1)
        self.assertEqual(["from b"], client.wait_for(1))
        self.assertEqual(["from a"], other.wait_for(1))

    def test_retain_as_published_and_retain_handling(self):
        client = self.client(version=paho.MQTTv5)
        client.publish(self.topic(), "kept", 1, retain=True)
        for handling, expected in ((0, 1), (1, 1), (2, 1), (0, 2)):
            client.subscribe(self.topic(), options=SubscribeOptions(qos=1, retainHandling=handling, retainAsPublished=True))
            client.wait_for(expected)
            self.assertEqual(expected, len(client.messages), handling)
        client.publish(self.topic(), "again", 1, retain=True)
        client.wait_for(3)
        self.assertEqual([True] * 3, [bool(message.retain) for message in client.messages])
        client.publish(self.topic(), "", 1, retain=True)

    def test_topic_aliases_are_resolved(self):
        client = self.client(version=paho.MQTTv5)
        self.assertGreaterEqual(client.connack.TopicAliasMaximum, 10)
        client.subscribe(self.topic("/#"), 1)
        for alias in range(1, 11):
            client.publish(self.topic(f"/{alias}"), "first", 1, properties=props(PacketTypes.PUBLISH, TopicAlias=alias))
        for alias in range(1, 11):
            info = client.client.publish(self.topic("/1"), "by alias", 1, properties=props(PacketTypes.PUBLISH, TopicAlias=1))
            info.wait_for_publish(10)
        client.wait_for(20)
        self.assertEqual([self.topic(f"/{alias}") for alias in range(1, 11)] + [self.topic("/1")] * 10, [m.topic for m in client.messages])

    def test_receive_maximum_of_one_still_gets_every_qos_in_order(self):
        client = self.client(version=paho.MQTTv5, ReceiveMaximum=1)
        client.subscribe(self.topic(), 2)
        sender = self.client("-sender", paho.MQTTv5)
        for number in range(300):
            sender.client.publish(self.topic(), f"{number}", 1 + number % 2)
        payloads = client.wait_for(300)
        for parity in (0, 1):
            self.assertEqual([f"{number}" for number in range(parity, 300, 2)], [p for p in payloads if int(p) % 2 == parity])

    def test_takeover_ends_the_old_connection(self):
        first = self.client(version=paho.MQTTv5)
        first.client.reconnect_delay_set(3600, 3600)
        second = self.client(version=paho.MQTTv5)
        self.assertTrue(first.ended.wait(10))
        second.subscribe(self.topic(), 1)
        second.publish(self.topic(), "alive", 1)
        self.assertEqual(["alive"], second.wait_for(1))

    def test_will_of_a_vanished_client_carries_its_properties(self):
        watcher = self.client("-watcher", paho.MQTTv5)
        watcher.subscribe(self.topic(), 1)

        def setup(client):
            will = props(PacketTypes.WILLMESSAGE, ContentType="text/plain", ResponseTopic="a/b")
            will.UserProperty = ("k", "v")
            client.will_set(self.topic(), "gone", 1, properties=will)

        Client(self.port, self.client_id("-gone"), paho.MQTTv5, setup=setup).vanish()
        self.assertEqual(["gone"], watcher.wait_for(1))
        seen = watcher.messages[0].properties
        self.assertEqual(("text/plain", "a/b", [("k", "v")]), (seen.ContentType, seen.ResponseTopic, seen.UserProperty))

    def test_assigned_client_identifier(self):
        client = Client(self.port, "", paho.MQTTv5)
        self.addCleanup(client.leave)
        self.assertRegex(client.connack.AssignedClientIdentifier, r"^auto-[0-9A-Fa-f-]{36}$")

    def test_message_of_a_megabyte(self):
        client = self.client(version=paho.MQTTv5)
        client.subscribe(self.topic(), 2)
        payload = bytes(range(256)) * 4096
        client.publish(self.topic(), payload, 2)
        wait_until(lambda: client.messages, what="the message")
        self.assertTrue(client.messages[0].payload == payload)


def all_identifiers(client):
    """The subscription identifiers of everything received."""
    return [number for message in client.messages for number in message.properties.SubscriptionIdentifier]


if __name__ == "__main__":
    unittest.main()

"""Who takes part in an audit: publishers, subscribers of several kinds, clients with wills."""

import time

import content
import packets
from client import Client
from sender import Outgoing


class Publisher(Client):
    """Sends numbered messages on topics of its own, at a steady pace, with a bounded number on their way."""

    def __init__(self, loop, rng, name, port, version, window, interval):
        super().__init__(loop, name, port, version)
        self.rng, self.limit, self.interval = rng, window, interval
        self.running = False
        self.number = 0
        self.retained = {}  # topic -> whether the last message that was acknowledged is empty
        self._next_at = 0.0

    def _settled(self, outgoing, packet):
        super()._settled(outgoing, packet)
        if packet.reason < 0x80:
            self._note_retained(outgoing)

    def _note_retained(self, outgoing):
        if outgoing.retain:
            self.retained[outgoing.topic] = not outgoing.payload

    def _recall_one(self, event, details):
        if event == "acked":
            self._note_retained(self.window[details["pid"]])
        super()._recall_one(event, details)

    def act(self, now):
        super().act(now)
        if not self.running or self.state != "up" or now < self._next_at:
            return
        self._next_at = now + self.interval * self.rng.uniform(0, 2)
        burst = self.limit if self.rng.random() < 0.05 else 1
        for _ in range(burst):
            if len(self.window) < min(self.limit, self.send_quota):
                self.publish_next()

    def publish_next(self):
        kind = self.rng.random()
        qos = self.rng.choice((1, 2))
        self.number += 1
        if kind < 0.7:
            self.send_number(f"t/{self.name}/{self.rng.randrange(3)}", qos)
        elif kind < 0.85:
            self.send_number(f"q/{self.name}", qos)
        else:
            # One at a time for each topic: else "the last one" has no meaning after a QoS 1 message is sent again.
            topic = f"r/{self.name}/{self.rng.randrange(5)}"
            if all(outgoing.topic != topic for outgoing in self.window.values()):
                self.send_number(topic, qos, retain=True, empty=self.rng.random() < 0.15)

    def send_number(self, topic, qos, retain=False, empty=False):
        self.publish(self.recreate(
            {"number": self.number, "topic": topic, "qos": qos, "retain": retain, "empty": empty}))

    def recreate(self, details):
        number = self.number = details["number"]
        props = content.properties(self.name, number) if self.version == 5 else None
        payload = b"" if details["empty"] else content.payload(self.name, number)
        return Outgoing(number, details["topic"], details["qos"], details["retain"], props, payload)


class Subscriber(Client):
    """Keeps its subscriptions in its session. away: (up, down) seconds at most; None: is always there."""

    def __init__(self, loop, rng, name, port, filters, version=5, away=None, delay=0.0, **options):
        super().__init__(loop, name, port, version, **options)
        self.rng, self.filters, self.away, self.delay = rng, filters, away, delay
        self.granted = set()
        self.may_go = False
        self._change_at = None

    def reply_delay(self):
        return self.rng.uniform(0, self.delay)

    def on_up(self, session_present):
        if not session_present:
            self.granted.clear()
        for topic_filter, qos in self.filters:
            if topic_filter not in self.granted:
                self.subscribe(topic_filter, qos, identifier=1)
        self._plan(up=True)

    def _on_reply(self, packet):
        _, topic_filter = self.requests.get(packet.packet_id, (None, None))
        super()._on_reply(packet)
        if topic_filter and packet.kind == packets.SUBACK and packet.reasons[0] < 0x80:
            self.granted.add(topic_filter)

    def _recall_one(self, event, details):
        super()._recall_one(event, details)
        if event == "suback" and details["reason"] < 0x80:
            self.granted.add(details["filter"])
        elif event == "unsuback" and details["reason"] < 0x80:
            self.granted.clear()
        elif event == "connack" and not details["reason"] and not details["present"]:
            self.granted.clear()

    def _plan(self, up):
        if self.away:
            self._change_at = time.monotonic() + self.rng.uniform(0.1, self.away[0 if up else 1])

    def act(self, now):
        super().act(now)
        if not self.away or not self.may_go or self._change_at is None or now < self._change_at:
            return
        if self.wanted:
            choice = self.rng.random()
            self.wanted = choice > 0.8
            if choice < 0.4:
                self.say_goodbye()
            else:
                self.abort(hangs=self.wanted)
            self._plan(up=self.wanted)
        elif self.state == "down":
            self.wanted = True
            self._change_at = None

    def say_goodbye(self):
        self.leave()

    def come_back(self):
        """For good."""
        self.away, self.wanted = None, True

    def read_origin(self, packet):
        publisher, number = content.origin(packet.payload)
        if self.version == 5:
            content.check_properties(publisher, number, packet.props)
            if packet.props.get("subscription_identifier") != [1]:
                raise content.Damaged(f"subscription identifier {packet.props.get('subscription_identifier')}")
        return publisher, number


class Churner(Subscriber):
    """Subscribes and unsubscribes the same filter again and again."""

    def __init__(self, loop, rng, name, port, topic_filter, version=5):
        super().__init__(loop, rng, name, port, [(topic_filter, 2)], version)
        self._next_at = 0.0
        self._unsubscribing = False
        self.may_churn = False

    def on_up(self, session_present):
        if self._unsubscribing:
            self.unsubscribe(self.filters[0][0])
        else:
            super().on_up(session_present)

    def _on_reply(self, packet):
        super()._on_reply(packet)
        if packet.kind == packets.UNSUBACK and not any(reason >= 0x80 for reason in packet.reasons):
            self._unsubscribing = False
            self.granted.clear()
        self._next_at = time.monotonic() + self.rng.uniform(0.05, 0.6)

    def _recall_one(self, event, details):
        super()._recall_one(event, details)
        if event in ("subscribe", "unsubscribe"):
            self._unsubscribing = event == "unsubscribe"
        elif event == "unsuback" and details["reason"] < 0x80:
            self._unsubscribing = False

    def act(self, now):
        super().act(now)
        if not self.may_churn or self.state != "up" or self.requests or now < self._next_at:
            return
        if self.granted:
            self._unsubscribing = True
            self.unsubscribe(self.filters[0][0])
        else:
            self.subscribe(*self.filters[0], identifier=1)


class Phoenix(Subscriber):
    """Now and then begins with a new session; until the broker has agreed it does not go back to the old one."""

    def _begin(self):
        self.clean = self.clean or self.rng.random() < 0.4
        super()._begin()

    def on_up(self, session_present):
        self.clean = False
        super().on_up(session_present)

    def say_goodbye(self):
        """And sometimes ends its session with it."""
        self.leave(props={"session_expiry": 0} if self.rng.random() < 0.4 else None)

    def _recall_one(self, event, details):
        super()._recall_one(event, details)
        if event == "connect":
            self.clean = details["clean"]
        elif event == "connack" and not details["reason"]:
            self.clean = False


class RetainedReader(Client):
    """With a new session each time: subscribes, notes the retained messages, leaves. Nothing of it is kept."""

    def __init__(self, loop, name, port, required):
        super().__init__(loop, name, port, version=5, expiry=0)
        self.required = required  # () -> topics that must have a retained message
        self.clean = True
        self.wanted = False
        self._seen = set()
        self._until = 0.0

    def recall_connection(self, events):
        """Only how many there were: it has no session."""
        numbers = [details["n"] for _, who, _, details in events if who == self.name]
        self.connection = max(numbers, default=0)

    def look(self):
        if self.state == "down":
            self.wanted = True

    def connect_details(self):
        self._seen.clear()
        return {}

    def on_up(self, _):
        self.wanted = False
        self._until = time.monotonic() + 10
        self._required = self.required()
        self.subscribe("r/#", 1)

    def on_down(self):
        self.wanted = False

    def read_origin(self, packet):
        if not packet.payload:
            return packet.topic, -1
        return content.origin(packet.payload)

    def on_message(self, packet, _):
        if packet.retain:
            self._seen.add(packet.topic)

    def act(self, now):
        super().act(now)
        if self.state == "up" and not self.requests and (self._required <= self._seen or now > self._until):
            self.add("looked")
            self.leave()


class Mortal(Client):
    """Has a will with every connection, numbered like it; dies, leaves, or waits for the broker to die."""

    def __init__(self, loop, rng, name, port, version=5, qos=2, delay=0, away=(0.0, 0.3)):
        super().__init__(loop, name, port, version)
        self.rng, self.qos, self.delay, self.away = rng, qos, delay, away
        self.may_die = False
        self._end_at = None

    def next_will(self):
        number = self.connection
        props = dict(content.properties(self.name, number), will_delay=self.delay) if self.version == 5 else None
        return {"topic": f"w/{self.name}", "payload": content.payload(self.name, number), "qos": self.qos,
                "retain": False, "props": props}

    def connect_details(self):
        return {"delay": self.delay, "will_qos": self.qos}

    def on_up(self, _):
        self._end_at = time.monotonic() + self.rng.uniform(0.02, 1.5)

    def on_down(self):
        self._end_at = None
        self.retry_at = time.monotonic() + self.rng.uniform(*self.away)

    def act(self, now):
        super().act(now)
        if not self.may_die or self.state != "up" or self._end_at is None or now < self._end_at:
            return
        self._end_at = None
        choice = self.rng.random()
        if choice < 0.3:
            self.abort(hangs=choice < 0.1 and self.delay == 0)
        elif choice < 0.4 and self.version == 5:
            self.leave(reason=4)  # DISCONNECT with will message
        elif choice < 0.75:
            self.leave()


class Lodger(Subscriber):
    """Its session ends some seconds after it has left; it stays away for less, or for more."""

    def __init__(self, loop, rng, name, port, expiry):
        super().__init__(loop, rng, name, port, [("t/nobody/#", 1)], expiry=expiry, away=(0.6, 1))

    def _plan(self, up):
        longest = 0.6 if up else self.rng.choice((self.expiry * 0.4, self.expiry + 3.0))
        self._change_at = time.monotonic() + longest

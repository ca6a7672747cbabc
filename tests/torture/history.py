"""A journal, put in order for the audit: messages, receptions, sessions. Times are places in the journal."""

import collections

ENDS = ("lost", "abort", "disconnect")
DEATHS = ("kill", "term", "ended")


class Message:
    """One message of one publisher, or one will."""

    def __init__(self, publisher, number, topic, qos, retain=False, empty=False):
        self.publisher, self.number, self.topic, self.qos = publisher, number, topic, qos
        self.retain, self.empty = retain, empty
        self.sent = []  # places
        self.moments = []  # seconds, of the same
        self.acked = None  # place
        self.acked_at = None  # seconds
        self.refused = None

    @property
    def key(self):
        return self.publisher, self.number

    def is_refused(self):
        """For certain: the first of two may have been taken."""
        return self.refused is not None and len(self.sent) == 1

    def __str__(self):
        return f"message {self.number} of {self.publisher} (QoS {self.qos}, {self.topic})"


Reception = collections.namedtuple(
    "Reception", "place moment connection pid qos dup retain topic known expiry identifier")


class Connection:
    """One connection of one client, from CONNECT to its end."""

    def __init__(self, client, number, place, moment, details):
        self.client, self.number, self.begun, self.began_at = client, number, place, moment
        self.details = details
        self.present = None  # of the CONNACK
        self.reason = None
        self.ends = []  # (place, moment, event, details)
        self.done = False  # DISCONNECT was sent, and the broker has closed

    def ends_session(self):
        """By a DISCONNECT, which may not have arrived."""
        return any("session_expiry" in details for _, _, event, details in self.ends if event == "disconnect")


class Subscription:
    """A filter in a session: from where to where it was certainly there, and certainly not."""

    def __init__(self, client, topic_filter, qos):
        self.client, self.filter, self.qos = client, topic_filter, qos
        self.changes = []  # (place, "asked" | "there" | "leaving" | "gone")

    def sure(self, first, last):
        """True: was there all the time; False: never; None: not certain."""
        state, seen = "gone", set()
        for place, change in self.changes:
            if place > last:
                break
            if place <= first:
                state = change
            else:
                seen.add(change)
        seen.add(state)
        if seen == {"there"} or seen == {"there", "asked"} and state == "there":
            return True
        return False if seen == {"gone"} else None


class History:
    """Everything that a journal says."""

    def __init__(self, events):
        self.messages = {}
        self.got = collections.defaultdict(lambda: collections.defaultdict(list))  # client -> key -> receptions
        self.order = collections.defaultdict(list)  # client -> (key, reception)
        self.connections = collections.defaultdict(list)
        self.subscriptions = {}
        self.violations = []
        self.broker = []  # (place, moment, event, details)
        self.looks = []  # (client, connection, place): a reader of retained messages has seen all
        self._disk_fails = False  # in this life of the broker
        for place, event in enumerate(events):
            self._add(place, *event)
        self._doubt_ends()

    def _doubt_ends(self):
        """The broker closes after DISCONNECT when it has dealt with it; but sockets close as well when it dies."""
        deaths = [(place, moment, event) for place, moment, event, _ in self.broker if event in DEATHS]
        for connection in (one for all_of in self.connections.values() for one in all_of if one.done):
            before = [event for place, _, event, _ in self.broker if place < connection.ends[0][0]]
            if before[-1:] == ["term"]:  # it closes connections as well
                connection.done = False
            following = [death for death in deaths if death[0] > connection.ends[0][0]]
            if not following:
                continue
            place, moment, event = following[0]
            # Nobody has noted when it died that was killed from its trace.
            if place < connection.done_place or (event == "ended" and moment - connection.done_at < 1):
                connection.done = False

    def _add(self, place, moment, who, event, details):
        if who == "broker":
            if event == "start":
                self._disk_fails = "error=" in details.get("trace", "")
            self.broker.append((place, moment, event, details))
            return
        handler = getattr(self, "_on_" + event, None)
        if handler:
            handler(place, moment, who, details)
        if event in ENDS:
            self.connections[who][-1].ends.append((place, moment, event, details))
            if "session_expiry" in details:
                self._end_subscriptions(place, who, "leaving")

    def _on_violation(self, _, moment, who, details):
        self.violations.append(f"{moment}: {who}: {details['text']}")

    def _on_connect(self, place, moment, who, details):
        self.connections[who].append(Connection(who, details["n"], place, moment, details))
        if details["clean"]:
            self._end_subscriptions(place, who, "leaving")

    def _end_subscriptions(self, place, who, change):
        """With their session."""
        for subscription in self.subscriptions.values():
            if subscription.client == who:
                subscription.changes.append((place, change))

    def _on_connack(self, place, moment, who, details):
        connection = self.connections[who][-1]
        connection.present, connection.reason = details["present"], details["reason"]
        connection.up_place, connection.up_moment = place, moment
        if not connection.present and not connection.reason:
            self._end_subscriptions(place, who, "gone")

    def _on_done(self, place, moment, who, _):
        # A connection is closed as well when what DISCONNECT has changed cannot be saved.
        self.connections[who][-1].done = not self._disk_fails
        self.connections[who][-1].done_place, self.connections[who][-1].done_at = place, moment

    def _on_publish(self, place, moment, who, details):
        key = who, details["number"]
        if key not in self.messages:
            self.messages[key] = Message(
                who, details["number"], details["topic"], details["qos"], details["retain"], details["empty"])
        self.messages[key].sent.append(place)
        self.messages[key].moments.append(moment)

    def _on_acked(self, place, moment, who, details):
        message = self.messages[who, details["number"]]
        if message.acked is None:
            message.acked, message.acked_at = place, moment

    def _on_refused(self, place, _, who, details):
        self.messages[who, details["number"]].refused = place

    def _on_got(self, place, moment, who, details):
        reception = Reception(
            place, moment, details["n"], details["pid"], details["qos"], details["dup"], details["retain"],
            details["topic"], details["known"], details["expiry"], details["identifier"])
        key = details["p"], details["number"]
        self.got[who][key].append(reception)
        self.order[who].append((key, reception))

    def _on_looked(self, place, _, who, details):
        self.looks.append((who, details["n"], place))

    def _change(self, place, who, topic_filter, change, qos=None):
        key = who, topic_filter
        if key not in self.subscriptions:
            self.subscriptions[key] = Subscription(who, topic_filter, qos)
        self.subscriptions[key].changes.append((place, change))

    def _on_subscribe(self, place, _, who, details):
        self._change(place, who, details["filter"], "asked", details["qos"])

    def _on_suback(self, place, moment, who, details):
        if details["reason"] < 0x80:
            self._change(place, who, details["filter"], "there")
        elif not self._disk_fails:
            self.violations.append(f"{moment}: {who}: {details['filter']} was refused: {details['reason']:#x}")

    def _on_unsubscribe(self, place, _, who, details):
        self._change(place, who, details["filter"], "leaving")

    def _on_unsuback(self, place, _, who, details):
        if details["reason"] < 0x80:
            self._change(place, who, details["filter"], "gone")


def matches(topic_filter, topic):
    """[MQTT5 4.7] without $share."""
    wanted, seen = topic_filter.split("/"), topic.split("/")
    for index, level in enumerate(wanted):
        if level == "#":
            return True
        if index >= len(seen) or level not in ("+", seen[index]):
            return False
    return len(wanted) == len(seen)

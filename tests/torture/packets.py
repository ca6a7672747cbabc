"""MQTT 3.1.1 and 5.0 as the clients of the audit see it: builders, and a reader that takes nothing malformed."""

import os
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "system"))

from wire import frame, string as text, varint  # noqa: E402

CONNECT, CONNACK, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP = 1, 2, 3, 4, 5, 6, 7
SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK, PINGREQ, PINGRESP, DISCONNECT = 8, 9, 10, 11, 12, 13, 14
PING = b"\xc0\x00"

# Property identifiers: how each is written. [MQTT5 2.2.2.2]
BYTE, TWO, FOUR, VARINT, BINARY, TEXT, PAIR = range(7)
PROPERTIES = {
    "payload_format": (0x01, BYTE), "message_expiry": (0x02, FOUR), "content_type": (0x03, TEXT),
    "response_topic": (0x08, TEXT), "correlation_data": (0x09, BINARY), "subscription_identifier": (0x0B, VARINT),
    "session_expiry": (0x11, FOUR), "assigned_client_id": (0x12, TEXT), "server_keep_alive": (0x13, TWO),
    "request_problem_information": (0x17, BYTE), "will_delay": (0x18, FOUR), "response_information": (0x1A, TEXT),
    "server_reference": (0x1C, TEXT), "reason": (0x1F, TEXT), "receive_maximum": (0x21, TWO),
    "topic_alias_maximum": (0x22, TWO), "topic_alias": (0x23, TWO), "maximum_qos": (0x24, BYTE),
    "retain_available": (0x25, BYTE), "user": (0x26, PAIR), "maximum_packet_size": (0x27, FOUR),
    "wildcard_available": (0x28, BYTE), "identifiers_available": (0x29, BYTE), "shared_available": (0x2A, BYTE),
}
NAMES = {number: (name, kind) for name, (number, kind) in PROPERTIES.items()}
FIXED = {BYTE: "!B", TWO: "!H", FOUR: "!I"}


class Malformed(Exception):
    """The broker has sent what no broker may send."""


def _property(name, value):
    number, kind = PROPERTIES[name]
    if kind in FIXED:
        data = struct.pack(FIXED[kind], value)
    elif kind == VARINT:
        data = varint(value)
    elif kind == PAIR:
        data = text(value[0]) + text(value[1])
    else:
        data = text(value)
    return bytes([number]) + data


def properties(version, values):
    """A property block; `user` is a list of pairs. Nothing before 5.0."""
    if version < 5:
        return b""
    body = b"".join(
        _property(name, one)
        for name, value in (values or {}).items()
        for one in (value if name == "user" else [value]))
    return varint(len(body)) + body


def connect(client_id, version, clean, props=None, will=None, keep_alive=600):
    """will: {topic, payload, qos, retain, props}"""
    flags = 2 if clean else 0
    body = text(client_id)
    if will:
        flags |= 4 | will["qos"] << 3 | (0x20 if will["retain"] else 0)
        body += properties(version, will.get("props")) + text(will["topic"]) + text(will["payload"])
    head = text("MQTT") + bytes([version, flags]) + struct.pack("!H", keep_alive) + properties(version, props)
    return frame(0x10, head + body)


def publish(version, topic, payload, qos, packet_id, retain=False, dup=False, props=None):
    first = 0x30 | (8 if dup else 0) | qos << 1 | (1 if retain else 0)
    identifier = struct.pack("!H", packet_id) if qos else b""
    return frame(first, text(topic) + identifier + properties(version, props) + payload)


def subscribe(version, packet_id, topic_filter, options, identifier=None):
    props = {"subscription_identifier": identifier} if identifier else None
    head = struct.pack("!H", packet_id) + properties(version, props)
    return frame(0x82, head + text(topic_filter) + bytes([options]))


def unsubscribe(version, packet_id, topic_filter):
    return frame(0xA2, struct.pack("!H", packet_id) + properties(version, None) + text(topic_filter))


def reply(kind, packet_id):
    """PUBACK, PUBREC, PUBREL or PUBCOMP that says success."""
    return bytes([kind << 4 | (2 if kind == PUBREL else 0), 2]) + struct.pack("!H", packet_id)


def disconnect(version, reason=0, props=None):
    if version < 5 or (reason == 0 and not props):
        return b"\xe0\x00"
    return frame(0xE0, bytes([reason]) + (properties(version, props) if props else b""))


class Body:
    """What is left to read of one packet."""

    def __init__(self, data):
        self.data, self.place = data, 0

    def take(self, count):
        if self.place + count > len(self.data):
            raise Malformed("a packet ends too early")
        self.place += count
        return self.data[self.place - count:self.place]

    def number(self, form):
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def varint(self):
        value = shift = 0
        while True:
            digit = self.number("!B")
            value |= (digit & 0x7F) << shift
            shift += 7
            if digit < 0x80:
                return value

    def binary(self):
        return self.take(self.number("!H"))

    def text(self):
        return self.binary().decode()

    def rest(self):
        return self.take(len(self.data) - self.place)

    def properties(self):
        inner = Body(self.take(self.varint()))
        found = {}
        while inner.place < len(inner.data):
            number = inner.number("!B")
            if number not in NAMES:
                raise Malformed(f"property {number:#x}")
            name, kind = NAMES[number]
            if kind in FIXED:
                value = inner.number(FIXED[kind])
            elif kind == VARINT:
                value = inner.varint()
            elif kind == PAIR:
                value = [inner.text(), inner.text()]
            else:
                value = inner.binary() if kind == BINARY else inner.text()
            if name in ("user", "subscription_identifier"):
                found.setdefault(name, []).append(value)
            elif name in found:
                raise Malformed(f"property {name} comes twice")
            else:
                found[name] = value
        return found


class Packet:
    """One packet from the broker, taken apart."""

    def __init__(self, version, first, data):
        self.kind, self.flags = first >> 4, first & 15
        self.packet_id, self.reason, self.props = None, 0, {}
        body = Body(data)
        v5 = version == 5
        if self.kind == CONNACK:
            self.session_present, self.reason = body.number("!B") == 1, body.number("!B")
            self.props = body.properties() if v5 else {}
        elif self.kind == PUBLISH:
            self._read_publish(body, v5)
        elif self.kind in (PUBACK, PUBREC, PUBREL, PUBCOMP):
            if self.flags != (2 if self.kind == PUBREL else 0):
                raise Malformed(f"flags {self.flags} of packet type {self.kind}")
            self.packet_id = body.number("!H")
            self._read_reason(body, v5)
        elif self.kind in (SUBACK, UNSUBACK):
            self.packet_id = body.number("!H")
            self.props = body.properties() if v5 else {}
            self.reasons = list(body.rest())
        elif self.kind == DISCONNECT and v5:
            self._read_reason(body, v5)
        elif self.kind != PINGRESP:
            raise Malformed(f"packet type {self.kind} from a broker")
        if body.place != len(data):
            raise Malformed(f"packet type {self.kind} is too long")

    def _read_publish(self, body, v5):
        self.qos, self.dup, self.retain = self.flags >> 1 & 3, bool(self.flags & 8), bool(self.flags & 1)
        if self.qos == 3 or (self.dup and self.qos == 0):
            raise Malformed(f"flags {self.flags} of a PUBLISH")
        self.topic = body.text()
        self.packet_id = body.number("!H") if self.qos else None
        if self.packet_id == 0:
            raise Malformed("packet identifier 0")
        self.props = body.properties() if v5 else {}
        self.payload = body.rest()

    def _read_reason(self, body, v5):
        if v5 and body.place < len(body.data):
            self.reason = body.number("!B")
            if body.place < len(body.data):
                self.props = body.properties()


class Reader:
    """Cuts a stream of bytes into packets."""

    def __init__(self, version):
        self.version, self.data = version, bytearray()

    def feed(self, data):
        """The packets that are complete now."""
        self.data += data
        packets, place = [], 0
        while True:
            found = self._head(place)
            if found is None or found[0] + found[1] > len(self.data):
                break
            start, length = found
            packets.append(Packet(self.version, self.data[place], bytes(self.data[start:start + length])))
            place = start + length
        del self.data[:place]
        return packets

    def _head(self, place):
        """Where the body of the packet at this place begins, and its length; None: not all there."""
        length = 0
        for count in range(4):
            at = place + 1 + count
            if at >= len(self.data):
                return None
            length |= (self.data[at] & 0x7F) << (7 * count)
            if self.data[at] < 0x80:
                return at + 1, length
        raise Malformed("a remaining length of more than four bytes")

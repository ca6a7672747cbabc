"""MQTT packets as bytes, and a socket that sends them and compares what comes back: for tests that are exact to the byte.

Bytes are written as hex with free spacing: "20 02 00 00". Builders take the protocol level (3, 4 or 5) as `version`.
"""

import socket
import struct
import time

CONNECT, CONNACK, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP = 1, 2, 3, 4, 5, 6, 7
SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK, PINGREQ, PINGRESP, DISCONNECT, AUTH = 8, 9, 10, 11, 12, 13, 14, 15
PING = bytes.fromhex("c000")
PONG = bytes.fromhex("d000")


def raw(data):
    """Bytes from hex text; bytes stay as they are."""
    return bytes.fromhex(data) if isinstance(data, str) else bytes(data)


def varint(value):
    out = bytearray()
    while True:
        value, digit = divmod(value, 128)
        out.append(digit | 0x80 if value else digit)
        if not value:
            return bytes(out)


def string(value):
    """A length-prefixed string (or binary data)."""
    data = value.encode() if isinstance(value, str) else value
    return struct.pack("!H", len(data)) + data


def frame(first_byte, body):
    return bytes([first_byte]) + varint(len(body)) + body


def properties(version, data):
    """The property block of a packet: nothing at all before 5.0."""
    return varint(len(raw(data))) + raw(data) if version == 5 else b""


def will(topic, payload=b"", qos=0, retain=False, props=""):
    """A will, for connect(will=…)."""
    return {"topic": topic, "payload": payload, "qos": qos, "retain": retain, "props": props}


def connect(client_id, version=5, clean=True, keep_alive=60, props="", will=None, username=None, password=None):
    flags = 0x02 if clean else 0
    body = string(client_id)
    if will:
        flags |= 0x04 | will["qos"] << 3 | (0x20 if will["retain"] else 0)
        body += properties(version, will["props"]) + string(will["topic"]) + string(will["payload"])
    if username is not None:
        flags |= 0x80
        body += string(username)
    if password is not None:
        flags |= 0x40
        body += string(password)
    name = "MQIsdp" if version == 3 else "MQTT"
    head = string(name) + bytes([version, flags]) + struct.pack("!H", keep_alive) + properties(version, props)
    return frame(0x10, head + body)


def publish(topic, payload=b"", qos=0, packet_id=None, retain=False, dup=False, props="", version=5):
    first = 0x30 | (8 if dup else 0) | qos << 1 | (1 if retain else 0)
    body = string(topic)
    if packet_id is not None:
        body += struct.pack("!H", packet_id)
    payload = payload.encode() if isinstance(payload, str) else payload
    return frame(first, body + properties(version, props) + payload)


def subscribe(packet_id, topic_filter, options=0, props="", version=5):
    body = struct.pack("!H", packet_id) + properties(version, props) + string(topic_filter) + bytes([options])
    return frame(0x82, body)


def unsubscribe(packet_id, topic_filter, version=5):
    return frame(0xA2, struct.pack("!H", packet_id) + properties(version, "") + string(topic_filter))


def ack(packet_type, packet_id):
    """PUBACK, PUBREC, PUBREL or PUBCOMP in the two-byte form."""
    return bytes([packet_type << 4 | (2 if packet_type == PUBREL else 0), 2]) + struct.pack("!H", packet_id)


class Peer:
    """A raw connection to a broker. wrap: what makes the socket that is spoken through, TLS for example."""

    def __init__(self, port, host="127.0.0.1", timeout=10.0, receive_buffer=None, source=None, wrap=None):
        self.timeout = timeout
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        if receive_buffer is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(timeout)
        if source is not None:
            self.socket.bind((source, 0))
        try:
            self.socket.connect((host, port))
        except OSError:
            self.socket.close()
            raise
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if wrap is not None:
            self.socket = wrap(self.socket)

    @classmethod
    def over(cls, connected, timeout=10.0):
        """The same on a socket that is connected already."""
        peer = cls.__new__(cls)
        peer.timeout, peer.socket = timeout, connected
        connected.settimeout(timeout)
        return peer

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def reset(self):
        """Closes with RST instead of FIN."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def send(self, data):
        self.socket.sendall(raw(data))
        return self

    def read(self, count):
        """Exactly that many bytes."""
        data = b""
        while len(data) < count:
            piece = self.socket.recv(count - len(data))
            if not piece:
                raise AssertionError(f"closed after {data.hex(' ')!r}, wanted {count} bytes")
            data += piece
        return data

    def packet(self):
        """The next packet, whole."""
        head = self.read(1)
        length, shift = 0, 0
        while True:
            digit = self.read(1)
            head += digit
            length |= (digit[0] & 0x7F) << shift
            shift += 7
            if digit[0] < 0x80:
                return head + self.read(length)

    def expect(self, *packets):
        """The next packets are exactly these."""
        for wanted in packets:
            wanted = raw(wanted)
            seen = self.packet()
            if seen != wanted:
                raise AssertionError(f"expected {wanted.hex(' ')}\n    seen {seen.hex(' ')}")
        return self

    def expect_type(self, packet_type):
        """The next packet, which has this type."""
        seen = self.packet()
        if seen[0] >> 4 != packet_type:
            raise AssertionError(f"expected a packet of type {packet_type}, seen {seen.hex(' ')}")
        return seen

    def rest(self):
        """Everything until the broker closes."""
        data = b""
        try:
            while True:
                piece = self.socket.recv(65536)
                if not piece:
                    return data
                data += piece
        except ConnectionResetError:
            return data
        except TimeoutError:
            raise AssertionError(f"not closed within {self.timeout} s; seen {data.hex(' ')!r}") from None

    def expect_closed(self):
        """The broker closes without another byte."""
        seen = self.rest()
        if seen:
            raise AssertionError(f"expected a plain close, seen {seen.hex(' ')}")

    def expect_disconnect(self, reason):
        """A v5 DISCONNECT with this reason code as the last packet before the close."""
        seen = self.rest()
        if len(seen) < 3 or seen[0] != 0xE0 or seen[1] < 1 or seen[2] != reason or seen[1] != len(seen) - 2:
            raise AssertionError(f"expected DISCONNECT {reason:#04x}, seen {seen.hex(' ')!r}")

    def expect_connack(self, reason, session_present=False):
        """A CONNACK with this reason; returns it."""
        seen = self.expect_type(CONNACK)
        if seen[3] != reason or seen[2] != int(session_present):
            raise AssertionError(f"expected CONNACK {reason:#04x} present {session_present}, seen {seen.hex(' ')}")
        return seen

    def ping(self):
        """The broker answers at once, and nothing else was on its way."""
        return self.send(PING).expect(PONG)

    def silent(self, seconds):
        """Nothing arrives for this long."""
        self.socket.settimeout(seconds)
        try:
            seen = self.socket.recv(65536)
            raise AssertionError(f"expected silence, seen {seen.hex(' ')!r}")
        except TimeoutError:
            return self
        finally:
            self.socket.settimeout(self.timeout)


def session(port, client_id, version=5, host="127.0.0.1", timeout=10.0, wrap=None, **options):
    """A connected peer: CONNECT sent, CONNACK 0 read."""
    peer = Peer(port, host=host, timeout=timeout, wrap=wrap)
    peer.send(connect(client_id, version, **options))
    try:
        seen = peer.expect_type(CONNACK)
        if seen[3] != 0:
            raise AssertionError(f"refused: {seen.hex(' ')}")
    except (OSError, AssertionError):
        peer.close()
        raise
    peer.session_present = seen[2] == 1
    peer.connack = seen
    return peer


def subscriber(port, client_id, topic_filter, options=0, version=5, **connect_options):
    """A connected peer with one subscription granted."""
    peer = session(port, client_id, version, **connect_options)
    peer.send(subscribe(1, topic_filter, options, version=version))
    seen = peer.expect_type(SUBACK)
    if seen[-1] != (options & 3):
        raise AssertionError(f"not granted: {seen.hex(' ')}")
    return peer


def undisturbed(peer, seconds=1.0):
    """Fails when a peer's PINGREQ is not answered promptly."""
    start = time.monotonic()
    peer.ping()
    took = time.monotonic() - start
    if took > seconds:
        raise AssertionError(f"PINGRESP took {took:.3f} s")


class Server:
    """A scripted broker: what connects to its port is a Peer, which says what the test says."""

    def __init__(self, timeout=10.0):
        self.timeout = timeout
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.socket.settimeout(timeout)
        self.port = self.socket.getsockname()[1]
        self.peers = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for peer in self.peers:
            peer.close()
        self.socket.close()

    def accept(self):
        peer = Peer.over(self.socket.accept()[0], self.timeout)
        self.peers.append(peer)
        return peer

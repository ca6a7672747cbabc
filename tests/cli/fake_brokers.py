"""Brokers that misbehave, each on a port of its own: what a client says when it meets one of them.

silent   takes the connection and never says a word
closing  closes every connection at once
deaf     accepts the CONNECT (3.1.1 and 5.0) and never acknowledges anything
denying  answers each PUBLISH with reason 0x87 and a reason string (5.0), and refuses filters that begin with "no/"
leaving  sends DISCONNECT 0x8B after the first PUBLISH or SUBSCRIBE (5.0)
cutting  closes after the first PUBLISH or SUBSCRIBE
garbage  answers with bytes that are no MQTT
web      answers with HTTP
secure   answers as a TLS server does to what is no TLS
moved    refuses the CONNECT with 0x9D and another address (5.0)
first    takes one PUBLISH and closes; later connections are served as they should be
"""

import socket
import struct
import threading

CONNECT, PUBLISH, SUBSCRIBE, PINGREQ, DISCONNECT = 1, 3, 8, 12, 14
NOT_AUTHORIZED = 0x87
ANSWERS = {
    "garbage": b"no mqtt at all " * 8,
    "web": b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "secure": b"\x15\x03\x01\x00\x02\x02\x46",  # fatal alert, protocol version
}


def _text(text):
    data = text.encode()
    return struct.pack(">H", len(data)) + data


def _packet(first, body):
    assert len(body) < 128
    return bytes([first, len(body)]) + body


def _connack(version, reason=0, properties=b""):
    tail = bytes([len(properties)]) + properties if version == 5 else b""
    return _packet(0x20, bytes([0, reason]) + tail)


class Connection:
    """One client: reads packets and answers as its broker does."""

    def __init__(self, broker, stream, number):
        self.kind, self.stream, self.number, self.version = broker.kind, stream, number, 4

    def _read(self, size):
        data = b""
        while len(data) < size:
            piece = self.stream.recv(size - len(data))
            if not piece:
                raise ConnectionError
            data += piece
        return data

    def _read_packet(self):
        first = self._read(1)[0]
        size, shift = 0, 0
        while True:
            byte = self._read(1)[0]
            size |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return first, self._read(size)

    def serve(self):
        if self.kind == "closing":
            return
        if self.kind in ANSWERS:
            self.stream.sendall(ANSWERS[self.kind])
        while True:
            first, body = self._read_packet()
            if self.kind != "silent" and not self._answer(first, body):
                return

    def _answer(self, first, body):
        kind = first >> 4
        if kind == CONNECT:
            self.version = body[6]
            moved = self.kind == "moved"
            properties = b"\x1c" + _text("other.example:1883") if moved else b""
            self.stream.sendall(_connack(self.version, 0x9D if moved else 0, properties))
            return not moved
        if kind == PUBLISH:
            return self._answer_publish(first, body)
        if kind == SUBSCRIBE:
            return self._answer_subscribe(body)
        if kind == PINGREQ:
            self.stream.sendall(b"\xd0\x00")
        return kind != DISCONNECT

    def _ends_here(self):
        if self.kind == "leaving":
            self.stream.sendall(_packet(0xE0, b"\x8b\x00"))
        return self.kind in ("leaving", "cutting")

    def _answer_subscribe(self, body):
        if self.kind == "deaf":
            return True
        rest = body[3 + body[2]:] if self.version == 5 else body[2:]
        reasons = b""
        while rest:
            size = struct.unpack(">H", rest[:2])[0]
            refused = self.kind == "denying" and rest[2:].startswith(b"no/")
            reasons += bytes([(NOT_AUTHORIZED if self.version == 5 else 0x80) if refused else 0])
            rest = rest[3 + size:]
        self.stream.sendall(_packet(0x90, body[:2] + (b"\0" if self.version == 5 else b"") + reasons))
        return not self._ends_here()

    def _answer_publish(self, first, body):
        if self._ends_here() or (self.kind == "first" and self.number == 1):
            return False
        topic = struct.unpack(">H", body[:2])[0]
        identifier = body[2 + topic:4 + topic]
        if self.kind == "denying" and first & 6:
            reason = b"\x1f" + _text("ask the owner")
            self.stream.sendall(_packet(0x40, identifier + bytes([NOT_AUTHORIZED, len(reason)]) + reason))
        if self.kind == "first" and first & 6:
            self.stream.sendall(_packet(0x40, identifier))
        return True


class FakeBroker:
    """Listens until close(); each connection has a thread."""

    def __init__(self, kind):
        self.kind = kind
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.streams = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        number = 0
        while True:
            try:
                stream, _ = self.listener.accept()
            except OSError:
                return
            number += 1
            self.streams.append(stream)
            threading.Thread(target=self._serve, args=(stream, number), daemon=True).start()

    def _serve(self, stream, number):
        with stream:
            try:
                Connection(self, stream, number).serve()
            except OSError:
                pass  # the client has gone

    def close(self):
        self.listener.close()
        for stream in self.streams:
            stream.close()


KINDS = ("silent", "closing", "deaf", "denying", "leaving", "cutting", "garbage", "web", "secure", "moved", "first")

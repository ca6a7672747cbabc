"""A strict client: keeps its half of the session through everything, and notes whatever the broker may not do.

It keeps what MQTT lets a session keep, sends again only what and when MQTT says (PUBLISH with DUP and PUBREL after a
reconnect, in their order), acknowledges in order, and takes the method "deliver at PUBLISH" for QoS 2. [MQTT5 4.1, 4.4,
4.6] Faults are the broker's alone: a client never forgets.
"""

import collections
import socket
import struct
import time

import packets
from receiver import Receiver
from sender import Sender

RETRY_SECONDS = 0.01


class Client(Sender, Receiver):
    """One session and its connections. Subclasses say what it does: on_up(), on_down(), act()."""

    def __init__(self, loop, name, port, version=5, expiry=3600, receive_maximum=None):
        self.loop, self.journal, self.name, self.port, self.version = loop, loop.journal, name, port, version
        self.expiry, self.receive_maximum = expiry, receive_maximum
        self.socket = None
        self.state = "down"  # down, connecting, waiting (for CONNACK), up, leaving
        self.wanted = True  # to be connected
        self.connection = 0
        self.window = collections.OrderedDict()  # packet id -> Outgoing
        self.unreleased = {}  # packet id -> (publisher, number): QoS 2, PUBREL has not come
        self.requests = {}  # packet id -> (event, filter)
        self.retry_at = 0.0
        self.will = None
        self.clean = False
        self.send_quota = 65535
        self.pongs = 0
        self._output = bytearray()
        self._replies = collections.deque()  # (due, packet): acknowledgements in the order of what they answer
        self._in_flight = set()
        self._hanging = []  # sockets of connections that were given up without a word
        loop.clients.append(self)

    # --- to be overridden ---

    def on_up(self, session_present):
        """The session is connected; what was on its way has been sent again."""

    def on_down(self):
        """The connection is gone."""

    def act(self, now):
        """Once in every turn."""
        if self.state == "down" and self.wanted and now >= self.retry_at:
            self.open()
        self._send_replies(now)

    def reply_delay(self):
        return 0.0

    def on_message(self, packet, origin):
        """A message that is new to this client."""

    def recreate(self, details):
        """A message as it was sent, from what the journal says about it."""
        raise NotImplementedError

    # --- memory ---

    def recall(self, events):
        """Takes up its state where a journal ends, as if it had never stopped."""
        is_open = False
        for _, who, event, details in events:
            if who == self.name:
                self.connection = details["n"]
                ends = event in ("lost", "done", "abort") or (event == "connack" and details["reason"])
                is_open = not ends and (is_open or event == "connect")
                self._recall_one(event, details)
        if is_open:
            self.add("lost", why="cut")

    def _recall_one(self, event, details):
        packet_id = details.get("pid")
        if event == "publish" and packet_id not in self.window:
            self.window[packet_id] = self.recreate(details)
        elif event == "acked" and self.window[packet_id].qos == 2:
            self.window[packet_id].released = True
        elif event in ("acked", "refused", "completed"):
            del self.window[packet_id]
        elif event == "got" and details["qos"] == 2:
            self.unreleased[packet_id] = (details["p"], details["number"])
        elif event == "released":
            self.unreleased.pop(packet_id, None)
        elif event == "connack" and not details["reason"] and not details["present"]:
            self._session_is_new()

    # --- connection ---

    def add(self, event, **details):
        self.journal.add(self.name, event, n=self.connection, **details)

    def violation(self, text):
        self.add("violation", text=text)

    def open(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.connect_ex(("127.0.0.1", self.port))
        self.state = "connecting"
        self.loop.watch(self, self.socket, writing=True)

    def on_writable(self):
        if self.state == "connecting":
            if self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) != 0:
                self._drop()
                return
            self._begin()
        self.send_output()

    def _begin(self):
        self.connection += 1
        self.reader = packets.Reader(self.version)
        self._output.clear()
        self._replies.clear()
        self._in_flight.clear()
        self.requests.clear()
        self.state = "waiting"
        props = {"session_expiry": self.expiry}
        if self.receive_maximum:
            props["receive_maximum"] = self.receive_maximum
        self.will = self.next_will()
        self.add("connect", clean=self.clean, expiry=self.expiry, will=bool(self.will), **self.connect_details())
        self.send(packets.connect(self.name, self.version, self.clean, props, self.will))

    def next_will(self):
        return None

    def connect_details(self):
        return {}

    def _drop(self):
        """Closes the socket; the session stays."""
        if self.socket is None:
            return
        self.loop.forget(self.socket)
        self.socket.close()
        self.socket = None
        self.state = "down"
        self.retry_at = time.monotonic() + RETRY_SECONDS

    def _lost(self, why):
        was = self.state
        self._drop()
        if was != "connecting":
            self.add("done" if was == "leaving" and why == "eof" else "lost", why=why)
            self.on_down()

    def abort(self, hangs=False):
        """Ends the connection without DISCONNECT. hangs: for the broker it is there until another takes its place."""
        if self.state in ("waiting", "up"):
            self.add("abort", hangs=hangs)
            self.journal.flush()
            if hangs:
                self._hanging.append(self.socket)
                self.loop.forget(self.socket)
                self.socket, self.state = None, "down"
                self.on_down()
                return
            # With RST or FIN, as it comes: both are a lost connection for the broker.
            if self.connection % 2:
                self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._drop()
            self.on_down()

    def leave(self, reason=0, props=None):
        """DISCONNECT, and then waits for the broker to close."""
        if self.state != "up":
            return
        self._send_replies(float("inf"))
        self.add("disconnect", reason=reason, **(props or {}))
        self.send(packets.disconnect(self.version, reason, props))
        self.state = "leaving"

    def send(self, data):
        self._output += data

    def send_output(self):
        if self.socket is None or self.state == "connecting":
            return
        try:
            while self._output:
                sent = self.socket.send(self._output)
                del self._output[:sent]
        except BlockingIOError:
            pass
        except OSError as error:
            # What the broker has sent before it went may still be read.
            self._output.clear()
            del error
        if self.socket is not None:
            self.loop.watch(self, self.socket, writing=bool(self._output))

    def on_readable(self):
        if self.state == "connecting":
            return
        try:
            data = self.socket.recv(262144)
        except BlockingIOError:
            return
        except OSError as error:
            self._lost(f"error {error.errno}")
            return
        if not data:
            self._lost("eof")
            return
        try:
            for packet in self.reader.feed(data):
                self._on_packet(packet)
        except (packets.Malformed, UnicodeDecodeError, struct.error) as error:
            self.violation(f"malformed packet: {error}")
            self._lost("malformed")

    # --- packets ---

    def _on_packet(self, packet):
        if self.state == "waiting":
            if packet.kind != packets.CONNACK:
                self.violation(f"packet type {packet.kind} before CONNACK")
            else:
                self._on_connack(packet)
        elif self.state == "up" or self.state == "leaving":
            handlers = {
                packets.PUBLISH: self._on_publish, packets.PUBACK: self._on_puback, packets.PUBREC: self._on_pubrec,
                packets.PUBREL: self._on_pubrel, packets.PUBCOMP: self._on_pubcomp,
                packets.SUBACK: self._on_reply, packets.UNSUBACK: self._on_reply,
                packets.PINGRESP: self._on_pong, packets.DISCONNECT: self._on_disconnect,
            }
            # After DISCONNECT nothing is answered: what comes now is as if it had not come.
            if self.state == "up" and packet.kind in handlers:
                handlers[packet.kind](packet)

    def _on_connack(self, packet):
        self.add("connack", present=packet.session_present, reason=packet.reason)
        if packet.reason != 0:
            self._drop()
            self.retry_at = time.monotonic() + 0.1
            self.on_down()
            return
        for hanging in self._hanging:
            hanging.close()
        self._hanging.clear()
        self.state = "up"
        self.send_quota = packet.props.get("receive_maximum", 65535)
        if not packet.session_present:
            self._session_is_new()
        for packet_id, outgoing in self.window.items():
            self._transmit(packet_id, outgoing, again=packet.session_present)
        self.on_up(packet.session_present)

    def _session_is_new(self):
        """The broker's half is gone: ours goes too, and what is not acknowledged is sent as something new."""
        self.unreleased.clear()
        for outgoing in self.window.values():
            outgoing.released = False

    def _on_disconnect(self, packet):
        self.add("told", reason=packet.reason)

    def _on_pong(self, _):
        self.pongs += 1

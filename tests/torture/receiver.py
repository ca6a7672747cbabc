"""A strict client as a receiver: subscriptions, and QoS 2 by the method "deliver at PUBLISH". [MQTT5 4.3.3]"""

import time

import content
import packets


class Receiver:
    """Of a Client, which says how it is connected."""

    def subscribe(self, topic_filter, qos, options=0, identifier=None):
        packet_id = self.free_packet_id()
        self.requests[packet_id] = ("suback", topic_filter)
        self.add("subscribe", filter=topic_filter, qos=qos, pid=packet_id)
        self.send(packets.subscribe(self.version, packet_id, topic_filter, qos | options, identifier))

    def unsubscribe(self, topic_filter):
        packet_id = self.free_packet_id()
        self.requests[packet_id] = ("unsuback", topic_filter)
        self.add("unsubscribe", filter=topic_filter, pid=packet_id)
        self.send(packets.unsubscribe(self.version, packet_id, topic_filter))

    def _on_reply(self, packet):
        event, topic_filter = self.requests.pop(packet.packet_id, (None, None))
        if event != ("suback" if packet.kind == packets.SUBACK else "unsuback"):
            self.violation(f"packet type {packet.kind} for identifier {packet.packet_id}, which nobody has asked with")
            return
        self.add(event, filter=topic_filter, reason=packet.reasons[0] if packet.reasons else 0)

    def _on_publish(self, packet):
        try:
            origin = self.read_origin(packet)
        except content.Damaged as error:
            self.violation(f"PUBLISH on {packet.topic}: {error}")
            return
        self._check_flight(packet)
        known = packet.qos == 2 and self.unreleased.get(packet.packet_id)
        if known and known != origin:
            self.violation(f"identifier {packet.packet_id} has a second message {origin} before PUBREL of {known}")
        self.add(
            "got", p=origin[0], number=origin[1], pid=packet.packet_id, qos=packet.qos, dup=packet.dup,
            retain=packet.retain, topic=packet.topic, known=bool(known), expiry=packet.props.get("message_expiry"),
            identifier=packet.props.get("subscription_identifier"))
        if packet.qos == 2:
            self.unreleased[packet.packet_id] = origin
        if not known:
            self.on_message(packet, origin)
        if packet.qos:
            kind = packets.PUBACK if packet.qos == 1 else packets.PUBREC
            self._replies.append((time.monotonic() + self.reply_delay(), packet, kind))

    def read_origin(self, packet):
        return content.origin(packet.payload)

    def _check_flight(self, packet):
        if packet.qos == 0:
            return
        if packet.packet_id in self._in_flight:
            self.violation(f"identifier {packet.packet_id} is used again on the same connection")
        self._in_flight.add(packet.packet_id)
        if self.receive_maximum and len(self._in_flight) > self.receive_maximum:
            self.violation(f"{len(self._in_flight)} messages in flight, receive maximum {self.receive_maximum}")

    def _on_pubrel(self, packet):
        origin = self.unreleased.pop(packet.packet_id, None)
        self.add("released", pid=packet.packet_id, known=origin is not None)
        self._replies.append((time.monotonic() + self.reply_delay(), packet, packets.PUBCOMP))

    def _send_replies(self, now):
        while self.state == "up" and self._replies and self._replies[0][0] <= now:
            _, packet, kind = self._replies.popleft()
            if kind != packets.PUBREC:
                self._in_flight.discard(packet.packet_id)
            self.add("reply", kind=kind, pid=packet.packet_id)
            self.send(packets.reply(kind, packet.packet_id))

"""A strict client as a sender: packet identifiers, what is on its way, what is sent again. [MQTT5 4.3, 4.4]"""

import packets


class Outgoing:
    """A message on its way to the broker."""

    def __init__(self, number, topic, qos, retain, props, payload):
        self.number, self.topic, self.qos, self.retain = number, topic, qos, retain
        self.props, self.payload = props, payload
        self.released = False  # PUBREC has come


class Sender:
    """Of a Client, which says how it is connected."""

    def free_packet_id(self):
        """The lowest: an identifier that the broker has not let go is met soon."""
        packet_id = 1
        while packet_id in self.window or packet_id in self.requests:
            packet_id += 1
        return packet_id

    def publish(self, outgoing):
        packet_id = self.free_packet_id()
        self.window[packet_id] = outgoing
        self._transmit(packet_id, outgoing, again=False)

    def _transmit(self, packet_id, outgoing, again):
        if outgoing.released:
            self.add("release", pid=packet_id, number=outgoing.number, again=again)
            self.send(packets.reply(packets.PUBREL, packet_id))
            return
        self.add(
            "publish", pid=packet_id, number=outgoing.number, topic=outgoing.topic, qos=outgoing.qos,
            retain=outgoing.retain, again=again, empty=outgoing.payload == b"")
        self.send(packets.publish(
            self.version, outgoing.topic, outgoing.payload, outgoing.qos, packet_id, outgoing.retain, again,
            outgoing.props))

    def _awaited(self, packet, qos, released):
        outgoing = self.window.get(packet.packet_id)
        if outgoing is None or outgoing.qos != qos or (released and not outgoing.released):
            self.violation(f"packet type {packet.kind} for identifier {packet.packet_id}, which does not wait for it")
            return None
        return outgoing

    def _on_puback(self, packet):
        outgoing = self._awaited(packet, 1, False)
        if outgoing:
            del self.window[packet.packet_id]
            self._settled(outgoing, packet)

    def _settled(self, outgoing, packet):
        event = "refused" if packet.reason >= 0x80 else "acked"
        self.add(event, number=outgoing.number, pid=packet.packet_id, reason=packet.reason)

    def _on_pubrec(self, packet):
        outgoing = self._awaited(packet, 2, False)
        if outgoing is None:
            return
        if not outgoing.released:
            self._settled(outgoing, packet)
        if packet.reason >= 0x80:
            del self.window[packet.packet_id]
            return
        outgoing.released = True
        self._transmit(packet.packet_id, outgoing, again=False)

    def _on_pubcomp(self, packet):
        if self._awaited(packet, 2, True):
            outgoing = self.window.pop(packet.packet_id)
            self.add("completed", number=outgoing.number, pid=packet.packet_id, reason=packet.reason)

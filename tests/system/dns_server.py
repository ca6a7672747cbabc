"""A name server for tests, over UDP: SRV records from a table, everything else does not exist."""

import socket
import struct
import threading

SRV = 33


def encode_name(name):
    labels = [label for label in name.split(".") if label]
    return b"".join(bytes([len(label)]) + label.encode() for label in labels) + b"\0"


class DnsServer:
    """records: name → list of (priority, weight, port, target). Answers until close(); silent: never answers."""

    def __init__(self, records, silent=False):
        self.records, self.silent = records, silent
        self.asked = []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                query, client = self.socket.recvfrom(4096)
            except OSError:
                return
            if not self.silent:
                self.socket.sendto(self._answer(query), client)

    def _answer(self, query):
        name, end = self._read_name(query, 12)
        kind = struct.unpack(">H", query[end:end + 2])[0]
        self.asked.append(name)
        found = self.records.get(name, []) if kind == SRV else []
        flags = 0x8180 if name in self.records else 0x8183  # an answer, or: there is no such name
        head = query[:2] + struct.pack(">HHHHH", flags, 1, len(found), 0, 0)
        answers = b""
        for priority, weight, port, target in found:
            data = struct.pack(">HHH", priority, weight, port) + encode_name(target)
            answers += struct.pack(">HHHIH", 0xC00C, SRV, 1, 60, len(data)) + data
        return head + query[12:end + 4] + answers

    @staticmethod
    def _read_name(query, at):
        labels = []
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode())
            at += 1 + query[at]
        return ".".join(labels).lower(), at + 1

    def close(self):
        self.socket.close()

"""A SOCKS5 proxy for tests: CONNECT only, names from a table, with a login or without."""

import socket
import struct
import threading


class SocksProxy:
    """Listens until close(). hosts: what a name stands for; others are refused as unreachable."""

    def __init__(self, hosts, login=None):
        self.hosts, self.login = hosts, login
        self.asked = []  # (host, port) of every request
        self.streams = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                stream, _ = self.listener.accept()
            except OSError:
                return
            self.streams.append(stream)
            threading.Thread(target=self._serve, args=(stream,), daemon=True).start()

    def _serve(self, stream):
        try:
            server = self._negotiate(stream)
            if server is not None:
                self.streams.append(server)
                threading.Thread(target=self._copy, args=(server, stream), daemon=True).start()
                self._copy(stream, server)
        except (OSError, struct.error):
            pass  # one of the two has gone

    def _negotiate(self, stream):
        """The connection to the server, or None."""
        offered = self._read(stream, self._read(stream, 2)[1])
        wanted = 2 if self.login else 0
        if wanted not in offered:
            stream.sendall(b"\x05\xff")
            return None
        stream.sendall(bytes([5, wanted]))
        if self.login and not self._log_in(stream):
            return None
        _, _, _, kind = self._read(stream, 4)
        if kind == 3:
            host = self._read(stream, self._read(stream, 1)[0]).decode()
        else:
            size, family = (4, socket.AF_INET) if kind == 1 else (16, socket.AF_INET6)
            host = socket.inet_ntop(family, self._read(stream, size))
        port = struct.unpack(">H", self._read(stream, 2))[0]
        self.asked.append((host, port))
        if host not in self.hosts:
            return self._reply(stream, 4)
        try:
            server = socket.create_connection((self.hosts[host], port), timeout=20)
        except OSError:
            return self._reply(stream, 5)
        self._reply(stream, 0)
        server.settimeout(None)
        return server

    def _log_in(self, stream):
        user = self._read(stream, self._read(stream, 2)[1]).decode()
        password = self._read(stream, self._read(stream, 1)[0]).decode()
        right = (user, password) == self.login
        stream.sendall(bytes([1, 0 if right else 1]))
        return right

    @staticmethod
    def _reply(stream, code):
        stream.sendall(bytes([5, code, 0, 1, 0, 0, 0, 0, 0, 0]))

    @staticmethod
    def _read(stream, size):
        data = b""
        while len(data) < size:
            piece = stream.recv(size - len(data))
            if not piece:
                raise ConnectionError
            data += piece
        return data

    @staticmethod
    def _copy(source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # one of the two has gone

    def cut(self):
        """Ends all connections."""
        for stream in self.streams:
            try:
                stream.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # it has ended already
            stream.close()
        self.streams.clear()

    def close(self):
        self.listener.close()
        self.cut()

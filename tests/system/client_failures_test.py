"""What mqtt-pub says when TLS or the WebSocket does not come about: what is wrong, and what to do, and the exit code."""

import http.server
import os
import socket
import ssl
import subprocess
import threading
import unittest

from broker import free_port
from certificates import openssl
from client_case import PLAIN, WEBSOCKET, ClientCase, run


class Refusing(http.server.BaseHTTPRequestHandler):
    """A web server that opens no WebSocket: the path is the status."""

    def do_GET(self):
        self.send_response(int(self.path[1:]))
        self.send_header("Location", "https://elsewhere.example/mqtt")
        self.end_headers()

    def log_message(self, *_):
        pass


class TlsServer:
    """Shakes hands with a given context, and says nothing more."""

    def __init__(self, context):
        self.context = context
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                stream, _ = self.listener.accept()
            except OSError:
                return
            try:
                with self.context.wrap_socket(stream, server_side=True) as secure:
                    secure.recv(1)
            except OSError:
                pass  # what the test is about

    def close(self):
        self.listener.close()


class Failures(ClientCase):
    def check(self, words, hint, *options):
        got = self.refused(*options)
        self.assertIn(words, got[0])
        self.assertIn(hint, got[1])

    def test_certificates_that_are_not_believed(self):
        other = self.server_lines("other", "DNS:other.example", "IP:::2")
        unknown = "the certificate of the server is from an unknown CA"
        for broker in self.both_brokers(PLAIN + self.tls):
            self.check(unknown, "--cafile FILE", "-p", str(broker.port), "--tls-use-os-certs")
            self.check(unknown, "--cafile FILE", "-p", str(broker.port), "--cafile", self.alice[1])
        for broker in self.both_brokers(PLAIN + other):
            self.check("the certificate of the server is for other.example, ::2, not for localhost",
                       "connect to a name that the certificate is for (-h)", "-p", str(broker.port), *self.trust)
            self.check("not for 127.0.0.1", "-h", "-h", "127.0.0.1", "-p", str(broker.port), *self.trust)
            self.one_message("-p", str(broker.port), "--insecure")

    def test_dates(self):
        for name, dates, words, hint in (
                ("expired", ("-startdate", "20200101000000Z", "-enddate", "20200201000000Z"), "has expired",
                 "the server needs a new certificate"),
                ("early", ("-startdate", "20900101000000Z", "-enddate", "20910101000000Z"), "is not valid yet",
                 "compare the clocks")):
            broker = self.start_broker(PLAIN + self.dated_lines(name, dates))
            self.check(f"the certificate of the server {words}", hint, "-p", str(broker.port), *self.trust)

    def dated_lines(self, name, dates):
        folder = os.path.join(self.folder, name)
        os.mkdir(folder)
        key, request, certificate, config = (os.path.join(folder, file) for file in ("key", "csr", "crt", "cnf"))
        with open(config, "w", encoding="ascii") as file:
            file.write(f"[ca]\ndefault_ca=x\n[x]\ndatabase={folder}/index\nnew_certs_dir={folder}\nrand_serial=yes\n"
                       "default_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n[e]\nsubjectAltName=DNS:localhost\n")
        with open(os.path.join(folder, "index"), "w", encoding="ascii"):
            pass
        openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=server",
                "-keyout", key, "-out", request)
        openssl("ca", "-batch", "-notext", "-config", config, "-extensions", "e", "-in", request, "-out", certificate,
                "-cert", self.ca.certificate, "-keyfile", self.ca.path("ca.key"), *dates)
        for path in (folder, key, certificate):
            os.chmod(path, 0o755)
        return f"certfile {certificate}\nkeyfile {key}\n"

    def test_a_certificate_that_is_signed_by_itself(self):
        certificate, key = (os.path.join(self.folder, name) for name in ("self.crt", "self.key"))
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost",
                "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate)
        os.chmod(key, 0o644)
        for broker in self.both_brokers(f"{PLAIN}certfile {certificate}\nkeyfile {key}\n"):
            self.check("is signed by itself", "if you trust this certificate, give it: --cafile FILE",
                       "-p", str(broker.port), *self.trust)
            self.one_message("-p", str(broker.port), "--cafile", certificate)

    def test_a_client_certificate_that_is_missing_or_unknown(self):
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=mallory",
                "-keyout", self.ca.path("mallory.key"), "-out", self.ca.path("mallory.crt"))
        mallory = ("--cert", self.ca.path("mallory.crt"), "--key", self.ca.path("mallory.key"))
        for broker in self.both_brokers(PLAIN + self.mutual):
            server = ("-p", str(broker.port), *self.trust)
            self.check("the server requires a client certificate", "--cert FILE --key FILE", *server)
            self.check("the server does not trust the CA of this client's certificate", "is --cert of a CA",
                       *server, *mallory)

    def test_shared_keys_that_differ(self):
        keys = os.path.join(self.folder, "keys")
        with open(keys, "w", encoding="ascii") as file:
            file.write("printer:0badcafe\n")
        for broker in self.both_brokers(f"psk_file {keys}\n{PLAIN}psk_hint here\n"):
            server = ("-p", str(broker.port))
            self.check("has another key for this identity", "check --psk", *server, "--psk", "0badcaff",
                       "--psk-identity", "printer")
            self.check("the server does not know the identity", "check --psk-identity", *server, "--psk", "0badcafe",
                       "--psk-identity", "stranger")
            self.check("TLS handshake failed", "--psk", *server, *self.trust)

    def test_versions_and_ciphers(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.ca.issue("old", "old", ("DNS:localhost",)))
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
        server = TlsServer(context)
        self.addCleanup(server.close)
        self.check("the server refuses this TLS version", "TLS 1.2 and 1.3 are spoken here",
                   "-p", str(server.port), *self.trust, "--tls-version", "tlsv1.3")
        for broker in self.both_brokers(PLAIN + self.tls):
            self.check("no cipher in common", "--ciphers-tls1.3", "-p", str(broker.port), *self.trust,
                       "--tls-version", "tlsv1.3", "--ciphers-tls1.3", "TLS_AES_128_CCM_SHA256")

    def test_what_the_port_does_not_speak(self):
        closed = "is the port right? a listener for something else"
        for broker in self.both_brokers(PLAIN):
            self.check("closed during the TLS handshake", closed, "-p", str(broker.port), *self.trust)
            self.check("closed during the WebSocket upgrade", closed, "-p", str(broker.port), "--ws")
        for broker in self.both_brokers(PLAIN + self.tls):
            self.check("", "does the port expect TLS", "-p", str(broker.port))
            self.check("during the WebSocket upgrade", closed, "-p", str(broker.port), "--ws")
        for broker in self.both_brokers(WEBSOCKET):
            self.check("", "WebSocket", "-p", str(broker.port))
        for broker in self.both_brokers(WEBSOCKET + self.tls):
            self.check("during the WebSocket upgrade", closed, "-p", str(broker.port), "--ws")

    def test_plain_text_where_tls_was_spoken(self):
        with http.server.HTTPServer(("127.0.0.1", 0), Refusing) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            self.check("the server does not speak TLS", "--no-tls", "-p", str(server.server_port), *self.trust)
            server.shutdown()

    def test_http_refusals(self):
        with http.server.HTTPServer(("127.0.0.1", 0), Refusing) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            for status, words, hint in (
                    (401, "401 Unauthorized", "--ws-header \"Authorization: Basic ...\""),
                    (403, "403 Forbidden", "--ws-header \"Origin: https://...\""),
                    (404, "404 Not Found", "--ws-path PATH"),
                    (302, "302 Found instead of opening a WebSocket and points to https://elsewhere.example/mqtt",
                     "-L wss://HOST/PATH"),
                    (200, "200 OK", "is there a listener for MQTT in WebSocket on this port")):
                self.check(f"the server answers {words}", hint, "-L", f"ws://localhost:{server.server_port}/{status}")
            server.shutdown()

    def test_a_server_that_says_nothing(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            port = str(silent.getsockname()[1])
            for what, options in (("TLS handshake", self.trust), ("WebSocket upgrade", ("--ws",)),
                                  ("proxy handshake", ("--proxy", f"socks5h://127.0.0.1:{port}"))):
                self.check(f"no answer in time during the {what}", "--connect-timeout", "-p", port, *options,
                           "--connect-timeout", "0.3")

    def test_the_codes_of_the_mosquitto_clients(self):
        options = ("-t", "t", "-m", "m", "-p", str(free_port()), *self.trust, "--mosquitto-exit-codes")
        self.assertEqual(1, run("mqtt-pub", *options)[0])

    def test_files_that_cannot_be_used(self):
        code, _, err = run("mqtt-pub", "-t", "t", "-m", "m", "--cafile", "/none")
        self.assertEqual((1, 'mqtt-pub: error: --cafile "/none": No such file or directory\n'), (code, err))
        done = subprocess.run(["openssl", "pkey", "-in", self.alice[3], "-aes256", "-passout", "pass:x"],
                              capture_output=True, check=True, timeout=20)
        locked = os.path.join(self.folder, "locked2.key")
        with open(locked, "wb") as file:
            file.write(done.stdout)
        code, _, err = run("mqtt-pub", "-t", "t", "-m", "m", *self.alice[:2], "--key", locked, "--key-pass-file", "/dev/null")
        self.assertEqual(1, code)
        self.assertIn("is empty", err)


if __name__ == "__main__":
    unittest.main()

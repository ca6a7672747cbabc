"""mqtt-certgen: its files with the openssl command, with Debian's mosquitto over TLS, and with the prompts of a terminal."""

import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import unittest

from broker import MOSQUITTO, Broker, tool
from terminal import Terminal

SECONDS = 60


class CertgenCase(unittest.TestCase):
    def setUp(self):
        # mosquitto gives up root and then reads the files.
        self.folder = tempfile.mkdtemp(prefix="midge-certgen-")
        os.chmod(self.folder, 0o755)
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.certs = os.path.join(self.folder, "certs")

    def path(self, name):
        return os.path.join(self.certs, name)

    def certgen(self, *words, status=0, stdin="", env=None):
        result = subprocess.run([tool("mqtt-certgen"), *words], input=stdin, capture_output=True, text=True,
                                cwd=self.folder, timeout=SECONDS, check=False, env=dict(os.environ, **(env or {})))
        self.assertEqual(result.returncode, status, result.stdout + result.stderr)
        return result.stdout

    def openssl(self, *words):
        result = subprocess.run(["openssl", *words], capture_output=True, text=True, cwd=self.folder, timeout=SECONDS,
                                check=False)
        return result.returncode == 0, result.stdout + result.stderr

    def assert_verifies(self, name, purpose, *more):
        good, said = self.openssl("verify", "-x509_strict", "-check_ss_sig", "-purpose", purpose,
                                  "-CAfile", self.path("ca.crt"), *more, self.path(name + ".crt"))
        self.assertTrue(good, said)


class Files(CertgenCase):
    def test_openssl_takes_all_kinds_of_keys_in_strict_mode(self):
        for kind in ("p256", "p384", "rsa2048", "rsa3072", "ed25519"):
            with self.subTest(kind):
                self.certgen("init", "--no-pass", "--force", "--key", kind, "--host", "broker.local", "--client", "c")
                self.assert_verifies("server", "sslserver", "-verify_hostname", "broker.local")
                self.assert_verifies("server", "sslserver", "-verify_ip", "::1")
                self.assert_verifies("c", "sslclient", "-crl_check", "-CRLfile", self.path("ca.crl"))
                self.assertFalse(self.openssl("verify", "-purpose", "sslclient", "-CAfile", self.path("ca.crt"),
                                              self.path("server.crt"))[0])

    def test_an_authority_is_true_in_der(self):
        self.certgen("ca", "--no-pass")
        # OpenSSL takes 01 for true as well, Chromium does not.
        self.assertIn("30060101FF020100", self.openssl("asn1parse", "-in", self.path("ca.crt"))[1])

    def test_python_takes_a_server_by_name_and_by_address(self):
        self.certgen("init", "--no-pass", "--host", "broker.local", "--client", "c")
        for name in ("broker.local", "127.0.0.1"):
            self.assertEqual(handshake(self.path("server"), self.path("ca.crt"), name), "done")
        self.assertIn("Hostname mismatch", handshake(self.path("server"), self.path("ca.crt"), "other.local"))

    def test_simultaneous_commands_lose_no_record(self):
        self.certgen("ca", "--no-pass")
        names = [f"client-{number}" for number in range(8)]
        running = [subprocess.Popen([tool("mqtt-certgen"), "client", name], cwd=self.folder, stdout=subprocess.DEVNULL)
                   for name in names]
        for process in running:
            self.assertEqual(process.wait(SECONDS), 0)
        listed = [line.split()[0] for line in self.certgen("list").splitlines()]
        self.assertEqual(sorted(listed), sorted(["ca", *names]))
        self.assertEqual([name for name in os.listdir(self.certs) if not re.search(r"\.(crt|key|crl|json)$", name)], [])

    def test_serial_numbers_are_long_and_never_the_same(self):
        self.certgen("ca", "--no-pass")
        self.certgen("client", *[f"c{number}" for number in range(20)])
        serials = {line.split()[-1] for line in self.certgen("list").splitlines()}
        self.assertEqual(len(serials), 21)
        self.assertEqual({len(serial) for serial in serials}, {32})


class Prompts(CertgenCase):
    def setUp(self):
        super().setUp()
        self.command = [tool("mqtt-certgen"), "--dir", self.certs]

    def test_the_key_of_an_authority_is_encrypted_by_default(self):
        terminal = Terminal(*self.command, "init", "--host", "broker.local")
        terminal.answer("new pass phrase for the authority's key: ", "correct horse\n")
        terminal.answer("the same again: ", "correct horse\n")
        status, shown = terminal.end()
        self.assertEqual(status, 0, shown)
        self.assertNotIn("horse", shown)
        self.assertTrue(self.openssl("pkey", "-in", self.path("ca.key"), "-passin", "pass:correct horse", "-noout")[0])
        self.assertFalse(self.openssl("pkey", "-in", self.path("ca.key"), "-passin", "pass:wrong horse", "-noout")[0])
        with open(self.path("server.key"), encoding="ascii") as file:
            self.assertIn("BEGIN PRIVATE KEY", file.read())

        terminal = Terminal(*self.command, "client", "sensor1")
        terminal.answer("pass phrase of the authority's key: ", "correct horse\n")
        self.assertEqual(terminal.end()[0], 0)
        self.assert_verifies("sensor1", "sslclient")

    def test_two_different_answers_make_nothing(self):
        terminal = Terminal(*self.command, "ca")
        terminal.answer("new pass phrase for the authority's key: ", "one one\n")
        terminal.answer("the same again: ", "two two\n")
        status, shown = terminal.end()
        self.assertEqual(status, 1)
        self.assertIn("are not the same; nothing was made", shown)
        self.assertEqual(os.listdir(self.certs), [])

    def test_interrupting_leaves_nothing(self):
        terminal = Terminal(*self.command, "ca")
        terminal.answer("new pass phrase for the authority's key: ", "one\x03")
        self.assertIn(terminal.end()[0], (128 + signal.SIGINT, -signal.SIGINT))
        self.assertEqual(os.listdir(self.certs), [])


class MosquittoCase(CertgenCase):
    """Debian's broker, configured by what init wrote."""

    def start(self):
        """The broker with the configuration of init, on a port of its own."""
        for name in os.listdir(self.certs):
            os.chmod(self.path(name), 0o644)
        with open(self.path("mqttd.conf"), encoding="utf-8") as file:
            config = file.read()
        self.assertEqual(config.count("listener 8883\n"), 1)
        broker = Broker(config.replace("listener 8883\n", "listener {port} 127.0.0.1\n"), binary=MOSQUITTO)
        self.addCleanup(broker.remove_files)
        self.addCleanup(broker.stop)
        return broker


class WithMosquitto(MosquittoCase):
    """Debian's broker and clients."""

    def publish(self, broker, *options, host="localhost"):
        command = ["mosquitto_pub", "-h", host, "-p", str(broker.port), "--cafile", self.path("ca.crt"), *options,
                   "-t", "a", "-m", "b", "-q", "1"]
        return subprocess.run(command, capture_output=True, timeout=SECONDS, check=False).returncode

    def pair(self, name):
        return ["--cert", self.path(name + ".crt"), "--key", self.path(name + ".key")]

    def test_a_server_alone(self):
        self.certgen("init", "--no-pass", "--host", "localhost")
        broker = self.start()
        self.assertEqual(self.publish(broker), 0, broker.log())
        self.assertEqual(self.publish(broker, host="127.0.0.1"), 0, broker.log())

    def test_clients_with_certificates_until_they_are_revoked(self):
        self.certgen("init", "--no-pass", "--host", "localhost", "--client", "sensor1", "--client", "mina/1")
        broker = self.start()
        self.assertNotEqual(self.publish(broker), 0, broker.log())
        self.assertEqual(self.publish(broker, *self.pair("sensor1")), 0, broker.log())
        self.assertEqual(self.publish(broker, *self.pair("mina_1")), 0, broker.log())
        self.assertIn("u'mina/1'", broker.log())
        self.assertNotEqual(self.publish(broker, *self.pair("server")), 0)

        self.certgen("revoke", "sensor1")
        broker.stop()
        broker = self.start()
        self.assertNotEqual(self.publish(broker, *self.pair("sensor1")), 0, broker.log())
        self.assertEqual(self.publish(broker, *self.pair("mina_1")), 0, broker.log())

        self.certgen("rekey", "sensor1")
        self.certgen("renew", "server", "ca")
        broker.stop()
        broker = self.start()
        self.assertEqual(self.publish(broker, *self.pair("sensor1")), 0, broker.log())

    def test_the_command_lines_of_init_work_with_mosquittos_clients(self):
        said = self.certgen("init", "--no-pass", "--host", "localhost", "--client", "printer A")
        broker = self.start()
        command = next(line for line in said.splitlines() if line.startswith("mqtt-pub "))
        command = command.replace("mqtt-pub", "mosquitto_pub", 1).replace(" -p 8883 ", f" -p {broker.port} ")
        result = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, timeout=SECONDS, check=False)
        self.assertEqual(result.returncode, 0, result.stderr + broker.log())

    def test_a_request_signed_elsewhere(self):
        self.certgen("init", "--no-pass", "--host", "localhost", "--client", "first")
        self.certgen("csr", "--dir", "device", "device")
        self.certgen("sign", "--as", "client", "device/device.csr")
        shutil.move(os.path.join(self.folder, "device", "device.key"), self.path("device.key"))
        broker = self.start()
        self.assertEqual(self.publish(broker, *self.pair("device")), 0, broker.log())


class Check(MosquittoCase):
    """check against Debian's broker, raw and in a WebSocket."""

    def check(self, broker, *words, status=0, port=None, scheme="", path=""):
        result = subprocess.run([tool("mqtt-certgen"), "check", *words, f"{scheme}localhost:{port or broker.port}{path}"],
                                capture_output=True, text=True, cwd=self.folder, timeout=SECONDS, check=False)
        self.assertEqual(result.returncode, status, result.stdout + result.stderr + broker.log())
        return result

    def identity(self, name):
        return ["--cert", self.path(name + ".crt"), "--key-file", self.path(name + ".key")]

    def listen(self, extra=""):
        """A second listener behind the configuration of init."""
        with open(self.path("mqttd.conf"), "a", encoding="utf-8") as file:
            file.write(extra)
        return self.start()

    def test_what_is_said_about_a_good_listener(self):
        self.certgen("init", "--no-pass", "--host", "localhost")
        broker = self.start()
        said = self.check(broker).stdout
        for words in ("TLSv1.3, ", "CN=localhost, from CN=MQTT CA of localhost", "DNS:localhost, IP:127.0.0.1",
                      "versions     TLSv1.2, TLSv1.3\n", "certificate is not asked for", "CONNECT: accepted"):
            self.assertIn(words, said)
        facts = json.loads(self.check(broker, "--json").stdout)
        self.assertEqual((facts["valid"], facts["accepted"], facts["problems"]), (True, True, []))
        soon = self.check(broker, "--warn-days", "400", status=8)
        self.assertIn("the certificate ends in 39", soon.stderr)

    def test_a_client_certificate_is_required(self):
        self.certgen("init", "--no-pass", "--host", "localhost", "--client", "sensor1", "--client", "lost")
        self.certgen("revoke", "lost")
        broker = self.start()
        refused = self.check(broker, status=3)
        self.assertIn("the server requires a client certificate", refused.stderr)
        self.assertIn("hint: --cert and --key-file give one", refused.stderr)
        self.assertIn("certificate is required", self.check(broker, *self.identity("sensor1")).stdout)
        self.assertIn("revoked", self.check(broker, *self.identity("lost"), status=3).stderr)

    def test_what_is_wrong_is_said_in_words(self):
        self.certgen("init", "--no-pass", "--host", "localhost")
        self.certgen("init", "--no-pass", "--host", "localhost", "--dir", "others")
        broker = self.start()
        unknown = self.check(broker, "--dir", "others", status=1)
        self.assertIn("the authority at its top is not trusted", unknown.stderr)
        wrong_name = self.check(broker, "--host", "broker.example.org", status=1)
        self.assertIn("it is not valid for this host name", wrong_name.stderr)
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            nobody = self.check(broker, port=unused.getsockname()[1], status=3)
        self.assertIn("cannot connect: Connection refused", nobody.stderr)

    def test_a_listener_without_tls_and_one_that_never_answers(self):
        self.certgen("init", "--no-pass", "--host", "localhost")
        broker = self.listen("\nlistener {port2} 127.0.0.1\n")
        self.check(broker, port=broker.port2, status=3)
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            said = self.check(broker, "--timeout", "0.3", port=silent.getsockname()[1], status=3).stderr
        self.assertIn("the TLS handshake took too long", said)

    def test_a_password_is_only_told_to_the_right_broker(self):
        self.certgen("init", "--no-pass", "--host", "localhost")
        self.certgen("init", "--no-pass", "--host", "localhost", "--dir", "others")
        users, password = os.path.join(self.folder, "users"), os.path.join(self.folder, "password")
        subprocess.run(["mosquitto_passwd", "-c", "-b", users, "alice", "wonder"], check=True, capture_output=True)
        os.chmod(users, 0o644)
        with open(self.path("mqttd.conf"), encoding="utf-8") as file:
            config = file.read().replace("allow_anonymous true", f"allow_anonymous false\npassword_file {users}")
        with open(self.path("mqttd.conf"), "w", encoding="utf-8") as file:
            file.write(config)
        broker = self.start()
        self.assertIn("CONNECT: Not authorized", self.check(broker, status=4).stdout)
        login = ["--username", "alice", "--password-file", password]
        for text, status in (("wonder", 0), ("wander", 4)):
            with open(password, "w", encoding="utf-8") as file:
                file.write(text)
            self.check(broker, *login, status=status)
        self.assertIn("u'alice'", broker.log())
        said = self.check(broker, *login, "--dir", "others", status=1)
        self.assertIn("the password was not sent", said.stderr)

    def test_a_websocket_with_tls(self):
        self.certgen("init", "--no-pass", "--host", "localhost", "--client", "sensor1", "--wss-port", "9443")
        with open(self.path("mqttd.conf"), encoding="utf-8") as file:
            config = file.read()
        self.assertEqual(config.count("listener 9443\n"), 1)
        with open(self.path("mqttd.conf"), "w", encoding="utf-8") as file:
            file.write(config.replace("listener 9443\n", "listener {port2}\n"))
        broker = self.start()
        words = [*self.identity("sensor1"), "--json"]
        facts = json.loads(self.check(broker, *words, scheme="wss://", port=broker.port2, path="/mqtt").stdout)
        self.assertEqual((facts["accepted"], facts["client_certificate"]), (True, "required"))
        self.check(broker, *words, scheme="wss://", status=3)


class ManualPage(CertgenCase):
    PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "man", "mqtt-certgen.1")

    def test_the_examples_work_in_their_order(self):
        """But for the one with a live listener, which Check has."""
        with open(self.PAGE, encoding="utf-8") as file:
            commands = re.findall(r"^\.Dl \$ (mqtt-certgen .*)$", file.read(), re.MULTILINE)
        self.assertGreaterEqual(len(commands), 9)
        phrase = os.path.join(self.folder, "phrase")
        with open(phrase, "w", encoding="utf-8") as file:
            file.write("correct horse\n")
        path = os.pathsep.join([os.path.dirname(tool("mqtt-certgen")), os.environ["PATH"]])
        for command in commands:
            if " check " in command:
                continue
            if " doctor " in command:
                self.certgen("server", "--dir", "certs", "--name", "hand", "192.168.1.5")
                for source, target in (("ca.crt", "ca.crt"), ("hand.crt", "server.crt"), ("hand.key", "server.key")):
                    shutil.copy(self.path(source), os.path.join(self.folder, target))
                command = command.replace("--user mosquitto", "--user root")
            command = command.replace("/root/phrase", phrase)
            result = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, cwd=self.folder,
                                    stdin=subprocess.DEVNULL, timeout=SECONDS, check=False, env=dict(os.environ, PATH=path))
            self.assertEqual(result.returncode, 0, command + result.stdout + result.stderr)


def handshake(server, authority, name):
    """A TLS handshake in memory with Python's ssl; "done", or why not."""
    server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_context.load_cert_chain(server + ".crt", server + ".key")
    client_context = ssl.create_default_context(cafile=authority)
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_context.wrap_bio(to_client, to_server, server_hostname=name)
    accepted = server_context.wrap_bio(to_server, to_client, server_side=True)
    ended = set()
    for _ in range(20):
        for side in (client, accepted):
            try:
                side.do_handshake()
                ended.add(side)
            except ssl.SSLWantReadError:
                pass
            except ssl.SSLError as error:
                return str(error)
        if len(ended) == 2:
            return "done"
    return "no end"


if __name__ == "__main__":
    unittest.main()

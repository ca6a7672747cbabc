"""Who gets in, and as whom, is the same on every transport: real clients against a table of verdicts.

Each login is tried over TCP, TLS, TLS with client certificates, WebSocket, WSS, Unix sockets and shared keys, with MQTT
3.1.1 and 5.0; by Paho where it can, by Debian's mosquitto_sub otherwise. As whom a client came in shows in what it may
subscribe to: the ACL file gives each user one topic.
"""

import os
import re
import shutil
import subprocess
import tempfile
import unittest

import paho.mqtt.client as paho

from broker import BrokerCase, free_port, wait_until
from certificates import Ca
from mosquitto_tools import run

USERS = ("alice", "bob", "dora", "pat")  # of passwords, of passwords too, of a certificate, of a shared key
PASSWORDS = {"alice": "wonder", "bob": "builder", "pat": "postman"}
RULES = "topic read who/nobody\n" + "".join(f"user {user}\ntopic read who/{user}\n" for user in USERS)
WHO = ("nobody", *USERS)

ANONYMOUS, RIGHT, WRONG, UNKNOWN, EMPTY = (None, None), ("alice", "wonder"), ("alice", "x"), ("carol", "wonder"), ("alice", "")
BAD_LOGIN, NOT_AUTHORIZED = "bad user name or password", "not authorized"
CODES = {4: BAD_LOGIN, 5: NOT_AUTHORIZED, 0x86: BAD_LOGIN, 0x87: NOT_AUTHORIZED}

# What the listener says of a login, whatever carries it.
PASSWORDS_ONLY = {
    ANONYMOUS: NOT_AUTHORIZED, RIGHT: "alice", WRONG: BAD_LOGIN, UNKNOWN: BAD_LOGIN, EMPTY: BAD_LOGIN}
ANONYMOUS_TOO = {**PASSWORDS_ONLY, ANONYMOUS: "nobody"}
CERTIFICATE = {login: "dora" for login in PASSWORDS_ONLY}  # is enough, and nothing else counts
# A shared key says who the client is, and it still has to know that user's password.
KEY_AND_PASSWORD = {ANONYMOUS: BAD_LOGIN, ("alice", "postman"): "pat", RIGHT: BAD_LOGIN, ("pat", "postman"): "pat"}


def verdict(connack, subacks):
    """In words: as whom the client was let in, or why not. subacks: the codes for WHO."""
    if connack != 0:
        return CODES.get(connack, f"code {connack:#04x}")
    granted = [user for user, code in zip(WHO, subacks) if code < 0x80]
    return granted[0] if len(granted) == 1 else f"subscribed to {granted}"


def paho_verdict(listener, version, login):
    """The verdict that Paho hears."""
    options = {"transport": "websockets"} if listener.websockets else {}
    client = paho.Client("", protocol=version, **options)
    heard = {}
    client.on_connect = lambda _client, _data, _flags, code, *_: heard.setdefault("connack", getattr(code, "value", code))
    client.on_subscribe = lambda _client, _data, _mid, codes, *_: heard.setdefault(
        "suback", [getattr(code, "value", code) for code in codes])
    if listener.tls:
        client.tls_set(listener.files.ca, *(listener.files.client if listener.mutual else ()))
    if login[0] is not None:
        client.username_pw_set(*login)
    client.connect("127.0.0.1", listener.port)

    def hears(what):
        client.loop(0.01)
        return what in heard

    wait_until(lambda: hears("connack"), 20, "CONNACK")
    if heard["connack"] == 0:
        client.subscribe([(f"who/{user}", 0) for user in WHO])
        wait_until(lambda: hears("suback"), 20, "SUBACK")
    client.disconnect()
    return verdict(heard["connack"], heard.get("suback"))


def mosquitto_verdict(listener, version, login):
    """The verdict that mosquitto_sub hears."""
    command = ["mosquitto_sub", "-d", "-E", "-V", "mqttv5" if version == paho.MQTTv5 else "mqttv311", *listener.options]
    for user in WHO:
        command += ["-t", f"who/{user}"]
    for option, value in zip(("-u", "-P"), login):
        command += [option, value] if value is not None else []
    _, out, err = run(command)
    text = (out + err).decode()
    connack = re.search(r"received CONNACK \((\d+)\)", text)
    if connack is None:
        raise AssertionError(f"{command} said {text}")
    suback = re.search(r"Subscribed \(mid: \d+\): (.*)", text)
    return verdict(int(connack[1]), [int(code) for code in suback[1].split(", ")] if suback else None)


class Listener:
    """One way in: its lines of the configuration, and how to reach it."""

    def __init__(self, name, files, lines="", ask=paho_verdict):
        self.name, self.files, self.ask = name, files, ask
        self.websockets, self.tls = name.startswith("ws"), "certfile" in lines
        self.mutual = "cafile" in lines
        self.port = free_port()
        path = os.path.join(files.folder, f"{name}{self.port}.sock")
        self.options = ["--unix", path] if name == "unix" else ["-h", "127.0.0.1", "-p", str(self.port)]
        if name == "psk":
            self.options += ["--psk", "0badcafe", "--psk-identity", "pat"]
        self.lines = f"listener 0 {path}\n" if name == "unix" else f"listener {self.port} 127.0.0.1\n"
        self.lines += ("protocol websockets\n" if self.websockets else "") + lines


class Files:
    """What all listeners read."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="midge-matrix-")
        os.chmod(self.folder, 0o777)
        authority = Ca(self.folder)
        self.ca = authority.certificate
        certificate, key = authority.issue("server", "server", ("DNS:localhost", "IP:127.0.0.1"))
        self.client = authority.issue("dora", "dora")
        self.tls = f"certfile {certificate}\nkeyfile {key}\n"
        self.mutual = self.tls + f"cafile {self.ca}\nrequire_certificate true\n"
        self.keys = self.write("keys", "pat:0badcafe\n")
        self.rules = self.write("rules", RULES)
        self.passwords = self.write("passwords", "")
        for user, password in PASSWORDS.items():
            subprocess.run(["mosquitto_passwd", "-b", self.passwords, user, password], check=True, timeout=60)
        os.chmod(self.passwords, 0o644)

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        os.chmod(path, 0o644)
        return path


class Matrix(BrokerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.files = Files()
        cls.addClassCleanup(shutil.rmtree, cls.files.folder, ignore_errors=True)

    def transports(self):
        """All of them, for one set of verdicts."""
        files = self.files
        return [
            Listener("tcp", files), Listener("tls", files, files.tls), Listener("mtls", files, files.mutual),
            Listener("ws", files), Listener("wss", files, files.tls), Listener("wss-mutual", files, files.mutual),
            Listener("unix", files, ask=mosquitto_verdict),
            Listener("psk", files, "psk_hint here\n", ask=mosquitto_verdict)]

    def check(self, listeners, expected, options="allow_anonymous false\n", users=True):
        """Every login over every listener with both versions."""
        config = options + f"acl_file {self.files.rules}\npsk_file {self.files.keys}\n"
        config += "auth_max_failures_per_address 0\nauth_max_failures_per_user 0\n"
        config += f"password_file {self.files.passwords}\n" if users else ""
        # The first listener is there for the wait until the broker is up.
        broker = self.start_broker(config + "listener {port} 127.0.0.1\n" + "".join(one.lines for one in listeners))
        broker.wait_for_log("running")
        wrong = []
        for listener in listeners:
            for version in (paho.MQTTv311, paho.MQTTv5):
                for login, verdict_wanted in expected.items():
                    seen = listener.ask(listener, version, login)
                    if seen != verdict_wanted:
                        wrong.append(f"{listener.name}, version {version}, {login}: {seen}, not {verdict_wanted}")
        self.assertEqual([], wrong)

    def test_passwords_only(self):
        self.check(self.transports(), PASSWORDS_ONLY)

    def test_anonymous_clients_too(self):
        self.check(self.transports(), ANONYMOUS_TOO, "allow_anonymous true\n")

    def test_neither_passwords_nor_anonymous_clients(self):
        everybody = {login: NOT_AUTHORIZED for login in PASSWORDS_ONLY}
        self.check(self.transports(), everybody, users=False)

    def test_the_name_of_a_certificate(self):
        lines = self.files.mutual + "use_identity_as_username true\n"
        listeners = [Listener(name, self.files, lines) for name in ("mtls", "wss")]
        self.check(listeners, CERTIFICATE)
        self.check([Listener(name, self.files, lines) for name in ("mtls", "wss")], CERTIFICATE, users=False)

    def test_the_identity_of_a_shared_key(self):
        lines = "psk_hint here\nuse_identity_as_username true\n"
        self.check([Listener("psk", self.files, lines, mosquitto_verdict)], KEY_AND_PASSWORD)
        anybody = {login: "pat" for login in PASSWORDS_ONLY}
        self.check([Listener("psk", self.files, lines, mosquitto_verdict)], anybody, users=False)


if __name__ == "__main__":
    unittest.main()

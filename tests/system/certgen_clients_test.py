"""One command for certificates, and then: mqttd and clients of others with its files and its lines, all as they are."""

import os
import subprocess
import unittest

import paho.mqtt.client as paho

import browser
from broker import die_with_parent, free_port, tool, wait_until
from daemon_case import FolderCase
from mosquitto_tools import run
from mqttjs_test import HERE, MODULES, install
from paho_test import Client
from websocket_test import WebSocketClient

SECONDS = 60


class CertgenFolder(FolderCase):
    def setUp(self):
        super().setUp()
        self.ports = [free_port(), free_port()]

    def init(self, *clients):
        """mqtt-certgen init; returns the command lines for clients that it prints."""
        words = [word for client in clients for word in ("--client", client)]
        command = [tool("mqtt-certgen"), "init", "--no-pass", "--host", "localhost", "--port", str(self.ports[0]),
                   "--wss-port", str(self.ports[1]), *words]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=SECONDS, check=True)
        return [line for line in done.stdout.splitlines() if line.startswith(("mqtt-sub", "mqtt-pub"))]

    def made(self, name):
        return os.path.join(self.folder, "certs", name)

    def start_with_the_made_file(self):
        _, said = self.start("-c", self.made("mqttd.conf"))
        wait_until(lambda: "running" in self.read(said), SECONDS, lambda: f"the start; {self.read(said)}")


class Programs(CertgenFolder):
    def test_the_lines_for_clients_with_mosquittos(self):
        sub, pub = (line.replace("mqtt-", "mosquitto_", 1) for line in self.init("printer A"))
        self.start_with_the_made_file()
        subscriber = subprocess.Popen(
            ["/bin/sh", "-c", f"exec stdbuf -oL {sub} -C 1 -d"], stdout=subprocess.PIPE, text=True, preexec_fn=die_with_parent)
        self.addCleanup(subscriber.kill)
        heard = ""
        while "SUBACK" not in heard:
            heard = subscriber.stdout.readline()
            self.assertNotEqual("", heard, "mosquitto_sub has ended")
        status, _, err = run(["/bin/sh", "-c", pub])
        self.assertEqual(0, status, err)
        self.assertIn("test/hello hello", subscriber.communicate(timeout=SECONDS)[0])
        self.assertIn("user printer A", self.read("said"))

    def test_paho(self):
        self.init("paho")
        self.start_with_the_made_file()

        def trust(client):
            client.tls_set(self.made("ca.crt"), self.made("paho.crt"), self.made("paho.key"))

        for version in (paho.MQTTv311, paho.MQTTv5):
            client = Client(self.ports[0], self.client_id(str(version)), version, setup=trust)
            client.subscribe("test/paho", qos=2)
            client.publish("test/paho", "x" * 100_000, qos=2)
            self.assertEqual(["x" * 100_000], client.wait_for(1))
            client.leave()
        client = WebSocketClient(self.ports[1], self.client_id(), setup=trust)
        client.subscribe("test/wss", 1)
        client.publish("test/wss", "over wss", 1)
        wait_until(lambda: client.messages == ["over wss"], SECONDS, "the message")
        client.leave()

    def test_mqttjs_in_node(self):
        install()
        self.init("node")
        self.start_with_the_made_file()
        urls = f"mqtts://localhost:{self.ports[0]} wss://localhost:{self.ports[1]}/mqtt"
        environment = dict(
            os.environ, MIDGE_NODE_DIR=MODULES, MIDGE_URLS=urls, MIDGE_CA=self.made("ca.crt"), MIDGE_CERT=self.made("node.crt"),
            MIDGE_KEY=self.made("node.key"))
        done = subprocess.run(
            ["node", "--test", os.path.join(HERE, "websocket_test.mjs")], env=environment, capture_output=True, text=True,
            timeout=120, check=False, preexec_fn=die_with_parent)
        self.assertEqual(0, done.returncode, f"{done.stdout}\n{done.stderr}")
        self.assertIn("# pass 4", done.stdout)
        self.assertIn("user node", self.read("said"))


class Chromium(CertgenFolder):
    def show(self, authority):
        install()
        page = browser.Page({
            "/": os.path.join(HERE, "browser_test.html"),
            "/mqtt.js": os.path.join(MODULES, "node_modules", "mqtt", "dist", "mqtt.min.js")})
        self.addCleanup(page.stop)
        return browser.result_of(page, f"{page.origin}/?url=wss://localhost:{self.ports[1]}/mqtt", authority)

    def test_mqttjs_in_a_page(self):
        self.init()
        self.start_with_the_made_file()
        wanted = [f"browser/{version}/{qos} 100000" for version in (4, 5) for qos in (0, 1, 2)]
        self.assertEqual({"seen": wanted}, self.show(self.made("ca.crt")), self.read("said"))

    def test_a_page_gets_nowhere_while_the_browser_does_not_trust_the_authority(self):
        self.init()
        self.start_with_the_made_file()
        self.assertIn("error", self.show(None))
        wait_until(lambda: "the client has refused this listener's certificate" in self.read("said"), SECONDS, lambda: self.read("said"))


if __name__ == "__main__":
    unittest.main()

"""Installs MQTT.js at the version of package.json (once), starts the broker, and runs mqttjs_test.mjs with Node."""

import json
import os
import shutil
import subprocess
import unittest

from broker import BIN_DIR, BrokerCase, die_with_parent

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGE = os.path.join(HERE, "package.json")
MODULES = os.environ.get("MIDGE_NODE_DIR") or os.path.join(os.path.dirname(BIN_DIR), "tests", "node")


def installed_version():
    try:
        with open(os.path.join(MODULES, "node_modules", "mqtt", "package.json"), encoding="utf-8") as file:
            return json.load(file)["version"]
    except OSError:
        return None


def install():
    """npm install into the build directory, unless the wanted version is there."""
    with open(PACKAGE, encoding="utf-8") as file:
        wanted = json.load(file)["dependencies"]["mqtt"]
    if installed_version() == wanted:
        return
    os.makedirs(MODULES, exist_ok=True)
    shutil.copy(PACKAGE, MODULES)
    command = ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"]
    done = subprocess.run(command, cwd=MODULES, capture_output=True, text=True, timeout=240, check=False)
    if done.returncode != 0 or installed_version() != wanted:
        raise AssertionError(f"npm install ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")


class MqttJs(BrokerCase):
    def test_everything_of_mqttjs_test_mjs(self):
        install()
        broker = self.start_broker()
        environment = dict(os.environ, MIDGE_PORT=str(broker.port), MIDGE_NODE_DIR=MODULES)
        done = subprocess.run(
            ["node", "--test", os.path.join(HERE, "mqttjs_test.mjs")], env=environment, capture_output=True, text=True, timeout=120,
            check=False, preexec_fn=die_with_parent)
        self.assertEqual(0, done.returncode, f"{done.stdout}\n{done.stderr}")
        self.assertIn("# pass 13", done.stdout)


if __name__ == "__main__":
    unittest.main()

"""packaging/container: what can be checked without an engine, without root and without a network."""

import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
CONTAINER = os.path.join(ROOT, "packaging", "container")
BIN = os.path.join(os.environ["MIDGE_BUILD_DIR"], "bin")
sys.path.insert(0, CONTAINER)
import oci_image  # noqa: E402


def text_of(name):
    with open(os.path.join(CONTAINER, name), encoding="utf-8") as file:
        return file.read()


class EntryPoint(unittest.TestCase):
    """The entry point in a folder instead of /, with a mqttd that says how it was started."""

    def setUp(self):
        self.root = tempfile.mkdtemp(prefix="midge-container-")
        self.addCleanup(shutil.rmtree, self.root)
        self.bin = os.path.join(self.root, "bin")
        os.mkdir(self.bin)
        with open(os.path.join(self.bin, "mqttd"), "w", encoding="utf-8") as file:
            file.write('#!/bin/sh\necho "mqttd $*"\n')
        os.chmod(os.path.join(self.bin, "mqttd"), 0o755)
        os.symlink(os.path.join(BIN, "mqtt-passwd"), os.path.join(self.bin, "mqtt-passwd"))

    def run_it(self, *words, status=0, **variables):
        environment = {"PATH": f"{self.bin}:/usr/sbin:/usr/bin:/sbin:/bin", "MIDGE_IMAGE_ROOT": self.root, **variables}
        command = ["sh", os.path.join(CONTAINER, "entrypoint.sh"), *words]
        if os.geteuid() == 0:  # as an ordinary user: the one that the image makes does not exist here
            os.chmod(self.root, 0o777)
            command = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", *command]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)
        self.assertEqual(status, done.returncode, done)
        return done

    def path(self, *names):
        return os.path.join(self.root, *names)

    def check_config(self, path):
        done = subprocess.run([os.path.join(BIN, "mqttd"), "-c", path, "--test-config"], capture_output=True, text=True, check=False)
        self.assertEqual(0, done.returncode, done.stderr)
        return done

    def test_a_first_start_makes_folders_and_a_configuration_that_is_good(self):
        done = self.run_it()
        config = self.path("mqttd", "config", "mqttd.conf")
        self.assertEqual(f"mqttd -c {config}\n", done.stdout)
        self.assertIn("lets everybody in", done.stderr)
        for name in ("data", "log"):
            self.assertTrue(os.path.isdir(self.path("mqttd", name)))
        self.check_config(config)
        with open(config, encoding="utf-8") as file:
            lines = file.read().splitlines()
        self.assertEqual(["listener 1883", "listener 9001", "protocol websockets"],
                         [line for line in lines if line.startswith(("listener", "protocol"))])

    def test_a_second_start_changes_nothing(self):
        self.run_it()
        with open(self.path("mqttd", "config", "mqttd.conf"), "a", encoding="utf-8") as file:
            file.write("# mine\n")
        done = self.run_it("-v")
        self.assertEqual("", done.stderr)
        self.assertTrue(done.stdout.endswith("mqttd.conf -v\n"), done.stdout)
        with open(self.path("mqttd", "config", "mqttd.conf"), encoding="utf-8") as file:
            self.assertTrue(file.read().endswith("# mine\n"))

    def test_the_volumes_of_mosquitto_are_used_when_they_are_mounted(self):
        os.makedirs(self.path("mosquitto", "config"))
        os.chmod(self.path("mosquitto"), 0o777)
        with open(self.path("mosquitto", "config", "mosquitto.conf"), "w", encoding="utf-8") as file:
            file.write("listener 1883\n")
        done = self.run_it()
        self.assertEqual(f"mqttd -c {self.path('mosquitto', 'config', 'mosquitto.conf')}\n", done.stdout)
        self.assertFalse(os.path.exists(self.path("mqttd")))

    def test_a_login_is_asked_for_when_one_is_given(self):
        secret = self.path("secret")
        with open(secret, "w", encoding="utf-8") as file:
            file.write("tr0ub4dor\nnot this\n")
        self.run_it(MQTTD_USER="anna", MQTTD_PASSWORD_FILE=secret)
        passwords = self.path("mqttd", "config", "passwords")
        self.assertEqual(0, stat.S_IMODE(os.stat(passwords).st_mode) & 0o077)
        verified = subprocess.run([os.path.join(BIN, "mqtt-passwd"), "verify", "-b", passwords, "anna", "tr0ub4dor"],
                                  capture_output=True, text=True, check=False)
        self.assertEqual(0, verified.returncode, verified)
        with open(self.path("mqttd", "config", "mqttd.conf"), encoding="utf-8") as file:
            self.assertIn(f"allow_anonymous false\npassword_file {passwords}\n", file.read())

    def test_a_user_without_a_password_is_an_error(self):
        done = self.run_it(status=1, MQTTD_USER="anna")
        self.assertIn("MQTTD_USER needs MQTTD_PASSWORD_FILE or MQTTD_PASSWORD", done.stderr)

    def test_a_folder_that_cannot_be_written_to_is_explained(self):
        os.makedirs(self.path("mqttd", "data"))
        os.chmod(self.path("mqttd", "data"), 0o555)
        if os.geteuid() != 0:
            self.addCleanup(os.chmod, self.path("mqttd", "data"), 0o755)
        done = self.run_it(status=1)
        self.assertRegex(done.stderr, r"error: uid \d+ cannot write to .*/mqttd/data\nhint: on the host: chown")

    def test_another_program_of_the_image_is_run_as_it_is(self):
        self.assertEqual("hello\n", self.run_it("echo", "hello").stdout)
        self.assertFalse(os.path.exists(self.path("mqttd")))


class Image(unittest.TestCase):
    def test_the_settings_come_from_the_dockerfile(self):
        config = oci_image.settings(os.path.join(CONTAINER, "Dockerfile"), "1.2.3")
        self.assertEqual(["entrypoint.sh"], config["Entrypoint"])
        self.assertEqual({"1883/tcp": {}, "9001/tcp": {}}, config["ExposedPorts"])
        self.assertEqual({"/mqttd/config", "/mqttd/data", "/mqttd/log"}, set(config["Volumes"]))
        self.assertEqual({"Test": ["CMD", "healthcheck.sh"], "Interval": 30 * 10**9, "Timeout": 10**10, "StartPeriod": 10**10},
                         config["Healthcheck"])
        self.assertEqual("1.2.3", config["Labels"]["org.opencontainers.image.version"])

    def test_the_same_root_gives_the_same_layer(self):
        with tempfile.TemporaryDirectory() as root:
            os.mkdir(os.path.join(root, "b"))
            for name in ("b/two", "a"):
                with open(os.path.join(root, name), "w", encoding="utf-8") as file:
                    file.write(name)
            os.symlink("a", os.path.join(root, "link"))
            first = oci_image.layer(root, 1000)
            os.utime(os.path.join(root, "a"), (2_000_000_000, 2_000_000_000))
            self.assertEqual(first, oci_image.layer(root, 1000))

    def test_all_that_the_programs_need_is_named(self):
        needed = set()
        for name in ("mqttd", "mqtt-sub", "mqtt-passwd", "mqtt-certgen"):
            said = subprocess.run(["readelf", "-d", os.path.join(BIN, name)], capture_output=True, text=True, check=True).stdout
            needed.update(re.findall(r"NEEDED.*\[(.*)\]", said))
        sanitizers = {"libasan.so.8", "libubsan.so.1", "libtsan.so.2"}
        every_debian = {"libc.so.6", "libm.so.6", "libgcc_s.so.1", "libstdc++.so.6", "libresolv.so.2", "ld-linux-x86-64.so.2"}
        packages = {"libsodium.so.23": "libsodium23", "libsqlite3.so.0": "libsqlite3-0", "libssl.so.3": "libssl3",
                    "libcrypto.so.3": "libssl3", "libwslay.so.1": "libwslay1"}
        listed = set(text_of("runtime-deps").split("\n"))
        self.assertIn("libmimalloc2.0", listed)  # of optimised builds
        for library in needed - sanitizers - every_debian - {"libmimalloc.so.2"}:
            self.assertIn(packages[library], listed)

    def test_the_dockerfile_installs_what_the_script_without_an_engine_does(self):
        dockerfile = text_of("Dockerfile")
        with open(os.path.join(ROOT, "packaging", "build-image.sh"), encoding="utf-8") as file:
            script = file.read()
        for each in ("prepare-image.sh", "runtime-deps", "entrypoint.sh", "healthcheck.sh", "-DCMAKE_INSTALL_PREFIX=/usr/local"):
            self.assertIn(each, dockerfile)
            self.assertIn(each, script)
        for source in re.findall(r"^COPY (?!--from)(.*) \S+$", dockerfile, re.M):
            for name in source.split():
                self.assertTrue(os.path.exists(os.path.join(ROOT, name)), name)
        self.assertNotRegex(dockerfile, r":latest|ADD ")


class Compose(unittest.TestCase):
    def services(self, name):
        """The lines below each service: there is no parser of YAML among what the tests install."""
        text = re.split(r"\n(?=secrets:|networks:)", text_of(name).split("\nservices:\n")[1])[0] + "\n"
        parts = re.split(r"^  (\w+):\n", text, flags=re.M)[1:]
        return dict(zip(parts[::2], parts[1::2]))

    def test_every_file_has_a_broker_with_ports_and_volumes_of_the_image(self):
        for name in ("compose.yaml", "compose.password.yaml", "compose.tls.yaml", "compose.nginx.yaml"):
            broker = self.services(name)["mqttd"]
            self.assertIn("image: midge/mqttd\n", broker)
            self.assertIn(":/mqttd/data\n", broker)
            self.assertIn(":/mqttd/log\n", broker)
            self.assertNotIn("\t", broker)

    def test_files_that_are_mounted_are_there(self):
        for name in ("compose.tls.yaml", "compose.nginx.yaml"):
            for mounted in re.findall(r"- \./([\w.-]+\.conf):", text_of(name)):
                self.assertTrue(os.path.exists(os.path.join(CONTAINER, mounted)), mounted)

    def test_the_configurations_are_good(self):
        with tempfile.TemporaryDirectory() as folder:
            certs, data = os.path.join(folder, "certs"), os.path.join(folder, "data")
            os.mkdir(data)
            subprocess.run([os.path.join(BIN, "mqtt-certgen"), "init", "--dir", certs, "--no-pass", "--host", "localhost"],
                           check=True, capture_output=True)
            for name in ("tls.conf", "behind-nginx.conf"):
                config = os.path.join(folder, name)
                with open(config, "w", encoding="utf-8") as file:
                    file.write(text_of(name).replace("/mqttd/certs", certs).replace("/mqttd/data", data))
                done = subprocess.run([os.path.join(BIN, "mqttd"), "-c", config, "--test-config"], capture_output=True, text=True, check=False)
                self.assertEqual(0, done.returncode, done.stderr)

    def test_nginx_finds_its_configuration_good(self):
        with tempfile.TemporaryDirectory() as folder:
            config = os.path.join(folder, "nginx.conf")
            server = text_of("nginx.conf").replace("listen 80", "listen 8080").replace("http://mqttd:9001", "http://127.0.0.1:9001")
            with open(config, "w", encoding="utf-8") as file:
                file.write(f"pid {folder}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n{server}}}\n")
            done = subprocess.run(["/usr/sbin/nginx", "-t", "-p", folder, "-c", config], capture_output=True, text=True, check=False)
            self.assertEqual(0, done.returncode, done.stderr)


class Health(unittest.TestCase):
    def check(self, status):
        """With a mqtt-sub that ends like this."""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "mqtt-sub")
            with open(path, "w", encoding="utf-8") as file:
                file.write(f'#!/bin/sh\necho "$*" > {folder}/words\nexit {status}\n')
            os.chmod(path, 0o755)
            done = subprocess.run(["sh", os.path.join(CONTAINER, "healthcheck.sh")], check=False,
                                  env={"PATH": f"{folder}:/usr/bin:/bin", "MQTTD_HEALTH_URL": "mqtts://127.0.0.1:8883"})
            with open(os.path.join(folder, "words"), encoding="utf-8") as file:
                self.assertIn("-L mqtts://127.0.0.1:8883 ", file.read())
            return done.returncode

    def test_a_broker_that_answers_is_healthy_be_it_with_a_refusal(self):
        for status, healthy in ((0, 0), (4, 0), (5, 0), (3, 1), (1, 1), (27, 1)):
            self.assertEqual(healthy, self.check(status), status)


if __name__ == "__main__":
    unittest.main()

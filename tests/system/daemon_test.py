"""The process around the broker: command line, start and end, signals, reload, log, pid file, service manager."""

import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import unittest

import paho.mqtt.client as paho

from broker import BINARY, BrokerCase, die_with_parent, free_port, wait_until

CONNECT = bytes.fromhex("10 0d 00 04 4d 51 54 54 04 02 00 3c 00 01 61")  # 3.1.1, clean session, client id "a"
CONNACK = bytes.fromhex("20 02 00 00")
SECONDS = 20


def run_mqttd(*arguments, **options):
    """A run that ends by itself."""
    return subprocess.run(
        [BINARY, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        timeout=SECONDS, check=False, preexec_fn=die_with_parent, **options)


def is_alive(pid):
    try:
        os.kill(pid, 0)
        return True
    except ProcessLookupError:
        return False


class FolderCase(BrokerCase):
    """With a folder that everybody may write to, for files and sockets."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="midge-daemon-")
        os.chmod(self.folder, 0o777)
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(self.path(name), 0o644)
        return self.path(name)

    def read(self, name):
        with open(self.path(name), encoding="utf-8", errors="replace") as file:
            return file.read()


    def start_to_file(self, name, options=""):
        """A broker that is up and logs to this file of the folder."""
        broker = self.start_broker(self.config + options + f"log_dest file {self.path(name)}\n")
        wait_until(lambda: re.search(r"version \S+ running", self.read(name)), SECONDS, "the start")
        return broker

    def start(self, *arguments):
        """mqttd with these arguments alone, and the name of the file with what it says."""
        with open(self.path("said"), "wb") as said:
            process = subprocess.Popen(
                [BINARY, *arguments], stdin=subprocess.DEVNULL, stdout=said, stderr=said, preexec_fn=die_with_parent)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process, "said"


class CommandLine(FolderCase):
    def test_help_and_version_succeed(self):
        for option, text in (("-h", "Usage: mqttd"), ("--help", "mqtt-pub -p 1884"), ("--version", "mqttd version ")):
            with self.subTest(option):
                result = run_mqttd(option)
                self.assertEqual((0, ""), (result.returncode, result.stderr))
                self.assertIn(text, result.stdout)

    def test_a_wrong_option_is_a_usage_error(self):
        result = run_mqttd("--verbos")
        self.assertEqual(2, result.returncode)
        self.assertIn('mqttd: error: unknown option "--verbos"\nhint: did you mean --verbose', result.stderr)

    def test_a_port_out_of_range_is_a_usage_error(self):
        result = run_mqttd("-p", "65536")
        self.assertEqual(2, result.returncode)
        self.assertIn('(got "65536")', result.stderr)

    def test_a_missing_configuration_ends_with_3(self):
        result = run_mqttd("-c", self.path("none.conf"))
        self.assertEqual(3, result.returncode)
        self.assertIn("none.conf: cannot read the configuration: No such file or directory", result.stderr)

    def test_every_wrong_line_is_named(self):
        path = self.write("a.conf", "listener 1883\nmax_qos 3\nmax_keepalife 5\n")
        result = run_mqttd("-c", path)
        self.assertEqual(3, result.returncode)
        self.assertIn(f"mqttd: error: {path}:2: max_qos must be 0, 1 or 2", result.stderr)
        self.assertIn(f"mqttd: error: {path}:3: unknown option", result.stderr)
        self.assertIn("hint: did you mean max_keepalive?", result.stderr)

    def test_config_is_checked_without_starting(self):
        path = self.write("a.conf", f"listener {free_port()} 127.0.0.1\nallow_anonymous true\n")
        result = run_mqttd("-c", path, "--test-config")
        self.assertEqual((0, f"{path} is valid\n", ""), (result.returncode, result.stdout, result.stderr))

    def test_config_finds_what_the_machine_does_not_have(self):
        path = self.write("a.conf", "listener 1883 no-such-host.invalid\nlog_dest file /none/mqttd.log\n")
        result = run_mqttd("-c", path, "--test-config")
        self.assertEqual(3, result.returncode)
        self.assertIn(f'{path}:1: the address "no-such-host.invalid" cannot be found', result.stderr)
        self.assertIn(f'{path}:2: log_dest file "/none/mqttd.log" cannot be written', result.stderr)

    def test_without_a_listener_only_this_machine_is_served(self):
        port = free_port()
        process, log = self.start("-p", str(port))
        wait_until(lambda: re.search(r"version \S+ running", self.read(log)), SECONDS, "the start")
        with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as client:
            client.sendall(CONNECT)
            self.assertEqual(CONNACK, client.recv(4))
        process.send_signal(signal.SIGTERM)
        self.assertEqual(0, process.wait(SECONDS))
        self.assertIn("local only mode", self.read(log))
        listening = re.findall(r"listening on (\S+):", self.read(log))
        self.assertTrue(set(listening) <= {"127.0.0.1", "[::1]"} and "127.0.0.1" in listening, listening)


class StartAndEnd(FolderCase):
    def test_term_and_int_end_with_0(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            broker = self.start_broker()
            broker.signal(number)
            self.assertEqual(0, broker.wait())
            self.assertIn(f"stops because of signal {int(number)}", broker.log())

    def test_a_port_in_use_is_an_error_with_its_line(self):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as holder:
            holder.bind(("127.0.0.1", 0))
            holder.listen()
            port = holder.getsockname()[1]
            path = self.write("a.conf", f"allow_anonymous true\nlistener {port} 127.0.0.1\n")
            result = run_mqttd("-c", path)
        self.assertEqual(1, result.returncode)
        self.assertIn(f"mqttd: error: {path}:2: cannot listen on 127.0.0.1 port {port}: Address already in use", result.stderr)
        self.assertIn("hint: another program listens there", result.stderr)

    def test_a_unix_socket_serves_clients(self):
        path = self.path("mqttd.sock")
        self.start_broker("listener {port} 127.0.0.1\nlistener 0 " + path + "\nallow_anonymous true\n")
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(SECONDS)
            client.connect(path)
            client.sendall(CONNECT)
            self.assertEqual(CONNACK, client.recv(4))

    def test_the_pid_file_is_there_while_the_broker_runs(self):
        broker = self.start_broker(self.config + "pid_file {dir}/mqttd.pid\n")
        pid_file = os.path.join(broker.directory, "mqttd.pid")
        with open(pid_file, encoding="ascii") as file:
            self.assertEqual(f"{broker.pid}\n", file.read())
        broker.signal(signal.SIGTERM)
        self.assertEqual(0, broker.wait())
        self.assertFalse(os.path.exists(pid_file))

    def test_two_brokers_cannot_have_one_pid_file(self):
        path = self.path("mqttd.pid")
        broker = self.start_broker(self.config + f"pid_file {path}\n")
        config = self.write("b.conf", f"listener {free_port()} 127.0.0.1\nallow_anonymous true\npid_file {path}\n")
        result = run_mqttd("-c", config)
        self.assertEqual(1, result.returncode)
        self.assertIn(f'{config}:3: cannot write pid_file "{path}": process {broker.pid} has it', result.stderr)
        self.assertEqual(f"{broker.pid}\n", self.read("mqttd.pid"))

    def test_a_file_that_is_no_pid_file_is_left_alone(self):
        path = self.write("precious", "what somebody wrote\n")
        config = self.write("b.conf", f"listener {free_port()} 127.0.0.1\nallow_anonymous true\npid_file {path}\n")
        result = run_mqttd("-c", config)
        self.assertEqual(1, result.returncode)
        self.assertIn("there is a file of another kind", result.stderr)
        self.assertEqual("what somebody wrote\n", self.read("precious"))

    def test_in_the_background_the_exit_status_is_that_of_the_start(self):
        port = free_port()
        config = self.write("a.conf", f"listener {port} 127.0.0.1\nallow_anonymous true\n"
                            f"pid_file {self.path('mqttd.pid')}\nlog_dest file {self.path('mqttd.log')}\n")
        # The daemon keeps no pipe of the caller open, so that run() returns.
        result = run_mqttd("-d", "-c", config)
        self.assertEqual((0, "", ""), (result.returncode, result.stdout, result.stderr))
        pid = int(self.read("mqttd.pid"))
        self.addCleanup(lambda: is_alive(pid) and os.kill(pid, signal.SIGKILL))
        with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as client:
            client.sendall(CONNECT)
            self.assertEqual(CONNACK, client.recv(4))
        second = self.write("b.conf", f"listener {port} 127.0.0.1\nallow_anonymous true\n")
        result = run_mqttd("-d", "-c", second)
        self.assertEqual(1, result.returncode)
        self.assertIn(f"{second}:1: cannot listen on 127.0.0.1 port {port}: Address already in use", result.stderr)
        os.kill(pid, signal.SIGTERM)
        wait_until(lambda: not os.path.exists(self.path("mqttd.pid")), SECONDS, "the end of the daemon")
        self.assertIn("stops because of signal 15", self.read("mqttd.log"))


@unittest.skipUnless(os.geteuid() == 0, "needs root")
class Rights(FolderCase):
    def user_of(self, broker):
        with open(f"/proc/{broker.pid}/status", encoding="ascii") as file:
            status = file.read()
        users = re.search(r"^Uid:\t(\d+)\t(\d+)\t(\d+)", status, re.MULTILINE).groups()
        self.assertEqual(1, len(set(users)), "real, effective and saved")
        self.assertIn("NoNewPrivs:\t1", status)
        return pwd.getpwuid(int(users[0])).pw_name

    def test_root_becomes_the_user_of_the_configuration(self):
        broker = self.start_broker(self.config + "user nobody\n")
        broker.wait_for_log("running", SECONDS)
        self.assertEqual("nobody", self.user_of(broker))

    def test_root_does_not_stay_root_without_being_asked(self):
        broker = self.start_broker()
        broker.wait_for_log("running", SECONDS)
        self.assertIn(self.user_of(broker), ("mqttd", "mosquitto", "nobody"))

    def test_an_unknown_user_is_an_error(self):
        config = self.write("a.conf", self.config.format(port=free_port()) + "user no-such-user\n")
        result = run_mqttd("-c", config)
        self.assertEqual(3, result.returncode)
        self.assertIn(f'{config}:3: there is no user "no-such-user"', result.stderr)

    def test_the_log_can_be_opened_anew_after_rights_are_gone(self):
        broker = self.start_to_file("mqttd.log", "user nobody\n")
        os.truncate(self.path("mqttd.log"), 0)
        broker.signal(signal.SIGUSR1)
        wait_until(lambda: "the log was opened anew" in self.read("mqttd.log"), SECONDS, "the line")
        self.assertNotIn("cannot open", self.read("mqttd.log"))


class Reload(FolderCase):
    def reload(self, broker, text, answer):
        broker.write_config(text)
        broker.signal(signal.SIGHUP)
        broker.wait_for_log(answer, SECONDS)

    def test_what_changed_is_applied_and_named(self):
        broker = self.start_broker()
        self.reload(broker, self.config + "max_keepalive 60\n", "reloaded; 1 changed, 0 need a restart")
        self.assertIn(f"max_keepalive is 60 now (was 0), {broker.config_path}:3", broker.log())
        client = paho.Client(client_id="k", protocol=paho.MQTTv5)
        answers = []
        client.on_connect = lambda *arguments: answers.append(arguments[4])
        client.connect("127.0.0.1", broker.port, keepalive=600)
        self.addCleanup(client.disconnect)
        wait_until(lambda: client.loop(0.1) == 0 and answers, SECONDS, "the CONNACK")
        self.assertEqual(60, answers[0].ServerKeepAlive)

    def test_what_needs_a_restart_is_named_and_not_applied(self):
        broker = self.start_broker(self.config + "threads 1\n")
        self.reload(broker, self.config + "threads 2\nlistener {port2} 127.0.0.1\n", "0 changed, 2 need a restart")
        self.assertIn("threads stays 1 until the next start (2 in the file)", broker.log())
        self.assertIn("is new and will be opened at the next start", broker.log())
        with self.assertRaises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", broker.port2), timeout=SECONDS)

    def test_a_wrong_file_changes_nothing(self):
        broker = self.start_broker(self.config + "max_keepalive 60\n")
        self.reload(broker, "allow_anonymous false\nmax_keepalive 10\nmax_qos 7\nlistener {port} 127.0.0.1\n",
                    "the running configuration stays in use")
        self.assertIn(f"error: {broker.config_path}:3: max_qos must be 0, 1 or 2", broker.log())
        with socket.create_connection(("127.0.0.1", broker.port), timeout=SECONDS) as client:
            client.sendall(CONNECT)
            self.assertEqual(CONNACK, client.recv(4))
        self.reload(broker, self.config + "max_keepalive 20\n", "max_keepalive is 20 now (was 60)")

    def test_a_missing_file_changes_nothing(self):
        broker = self.start_broker()
        os.remove(broker.config_path)
        broker.signal(signal.SIGHUP)
        broker.wait_for_log("the running configuration stays in use", SECONDS)
        self.assertIn("cannot read the configuration: No such file or directory", broker.log())
        self.reload(broker, self.config, "reloaded; nothing has changed")

    def test_the_log_moves_to_where_the_new_file_says(self):
        broker = self.start_broker()
        path = self.path("mqttd.log")
        broker.write_config(self.config + f"log_dest file {path}\n")
        broker.signal(signal.SIGHUP)
        wait_until(lambda: os.path.exists(path) and "reloaded; 1 changed" in self.read("mqttd.log"), SECONDS, "the log")
        self.assertNotIn("reloaded;", broker.log())

    def test_a_log_file_that_cannot_be_opened_changes_nothing(self):
        broker = self.start_broker()
        self.reload(broker, self.config + "max_keepalive 60\nlog_dest file /none/mqttd.log\n",
                    "the running configuration stays in use")
        self.assertIn(f'{broker.config_path}:4: cannot open the log file "/none/mqttd.log"', broker.log())
        self.assertNotIn("max_keepalive is 60 now", broker.log())


class Log(FolderCase):
    def connect(self, broker, client_id):
        client = paho.Client(client_id=client_id)
        client.connect("127.0.0.1", broker.port)
        client.loop_start()
        self.addCleanup(client.loop_stop)
        self.addCleanup(client.disconnect)
        return client

    def test_hup_usr1_and_rtmin_open_the_log_file_anew(self):
        for number in (signal.SIGHUP, signal.SIGUSR1, signal.SIGRTMIN):
            with self.subTest(number):
                name = f"{int(number)}.log"
                broker = self.start_to_file(name)
                os.rename(self.path(name), self.path(name + ".1"))
                broker.signal(number)
                wait_until(lambda: os.path.exists(self.path(name)) and self.read(name), SECONDS, "the new file")
                self.assertIn(" running\n", self.read(name + ".1"))
                self.assertNotIn("running", self.read(name))

    def test_usr2_shows_subscriptions_and_retained_topics(self):
        broker = self.start_broker(self.config + "sys_interval 0\n")
        client = self.connect(broker, "tree")
        client.publish("kept/here", b"12345", qos=1, retain=True).wait_for_publish(SECONDS)
        client.subscribe("some/+/filter", qos=1)
        broker.wait_for_log("some/+/filter", SECONDS)
        mark = len(broker.log())
        broker.signal(signal.SIGUSR2)
        wait_until(lambda: "kept/here" in broker.log()[mark:] and "some/+/filter" in broker.log()[mark:], SECONDS,
                   "both in the log")

    def test_lines_are_published_below_sys(self):
        broker = self.start_broker(self.config + "log_dest topic\nlog_timestamp_format %H\n")
        lines = []
        watcher = self.connect(broker, "watcher")
        watcher.on_message = lambda client, data, message: lines.append((message.topic, message.payload.decode()))
        ready = []
        watcher.on_subscribe = lambda *arguments: ready.append(True)
        watcher.subscribe("$SYS/broker/log/#", qos=0)
        wait_until(lambda: ready, SECONDS, "the SUBACK")
        self.connect(broker, "seen")
        wait_until(lambda: [line for line in lines if "seen" in line[1]], SECONDS, "a line about the client")
        topic, text = next(line for line in lines if "seen" in line[1])
        self.assertEqual("$SYS/broker/log/N", topic)
        self.assertRegex(text, r"^\d\d: .*connected")

    def test_what_a_client_calls_itself_cannot_forge_a_line(self):
        broker = self.start_broker()
        name = b"x\n1795631065: error: forged\x1b[31m"
        packet = b"\x00\x04MQTT\x04\x02\x00\x3c" + len(name).to_bytes(2, "big") + name
        with socket.create_connection(("127.0.0.1", broker.port), timeout=SECONDS) as client:
            client.sendall(b"\x10" + bytes([len(packet)]) + packet)
            client.recv(4)
        broker.wait_for_log("forged", SECONDS)
        self.assertFalse([line for line in broker.log().splitlines() if line.startswith("1795631065: error: forged")])
        self.assertNotIn("\x1b", broker.log())

    def test_quiet_logs_nothing(self):
        port = free_port()
        config = self.write("a.conf", f"listener {port} 127.0.0.1\nallow_anonymous true\nlog_dest stdout\n")
        process, log = self.start("-q", "-c", config)

        def serves():
            self.assertIsNone(process.poll(), self.read(log))
            with socket.socket() as client:
                client.settimeout(SECONDS)
                if client.connect_ex(("127.0.0.1", port)) != 0:
                    return False
                client.sendall(CONNECT)
                return client.recv(4) == CONNACK

        wait_until(serves, SECONDS, "an answer")
        process.send_signal(signal.SIGTERM)
        self.assertEqual(0, process.wait(SECONDS))
        self.assertEqual("", self.read(log))

    def test_a_reader_of_the_log_that_stopped_does_not_stop_the_broker(self):
        port = free_port()
        config = self.write("a.conf", f"listener {port} 127.0.0.1\nallow_anonymous true\nlog_dest stdout\n")
        process = subprocess.Popen([BINARY, "-v", "-c", config], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, preexec_fn=die_with_parent)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.assertTrue(any(b"running" in line for line in process.stdout), "it did not start")
        for number in range(400):  # about 100 KiB of log: more than the pipe holds
            with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as client:
                client.settimeout(SECONDS)
                name = f"{number:0200}".encode()
                packet = b"\x00\x04MQTT\x04\x02\x00\x3c" + len(name).to_bytes(2, "big") + name
                client.sendall(b"\x10" + (len(packet) % 128 | 128).to_bytes(1, "big") + bytes([len(packet) // 128]) + packet)
                self.assertEqual(CONNACK, client.recv(4))
        process.send_signal(signal.SIGTERM)
        self.assertEqual(0, process.wait(SECONDS))


class ServiceManager(FolderCase):
    def setUp(self):
        super().setUp()
        self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(self.manager.close)
        self.manager.bind(self.path("notify"))
        os.chmod(self.path("notify"), 0o777)
        self.manager.settimeout(SECONDS)

    def next_message(self):
        return dict(line.split("=", 1) for line in self.manager.recv(4096).decode().splitlines())

    def test_start_reload_and_end_are_told(self):
        broker = self.start_broker(env={"NOTIFY_SOCKET": self.path("notify")})
        self.assertEqual({"READY": "1", "MAINPID": str(broker.pid)}, self.next_message())
        broker.signal(signal.SIGHUP)
        message = self.next_message()
        self.assertEqual("1", message["RELOADING"])
        self.assertGreater(int(message["MONOTONIC_USEC"]), 0)
        self.assertEqual("1", self.next_message()["READY"])
        broker.signal(signal.SIGTERM)
        self.assertEqual({"STOPPING": "1"}, self.next_message())

    def test_signs_of_life_come_as_often_as_the_watchdog_wants(self):
        broker = self.start_broker(env={"NOTIFY_SOCKET": self.path("notify"), "WATCHDOG_USEC": "200000"})
        self.assertEqual("1", self.next_message()["READY"])
        for _ in range(3):
            self.assertEqual({"WATCHDOG": "1"}, self.next_message())
        self.assertTrue(broker.running())


if __name__ == "__main__":
    unittest.main()

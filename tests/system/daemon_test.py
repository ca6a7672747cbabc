"""The process around the broker: command line, start and end, rights, pid file, service manager."""

import os
import pwd
import re
import signal
import socket
import unittest

from broker import free_port, wait_until
from daemon_case import CONNACK, CONNECT, FolderCase, SECONDS, is_alive, run_mqttd


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

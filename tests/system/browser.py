"""Debian's Chromium without a window: shows a page that tells its result, and trusts one CA more than usual.

The page comes from a small HTTP server of its own on localhost and posts what it found to /result.
"""

import http.server
import json
import os
import queue
import shutil
import signal
import subprocess
import tempfile
import threading

from broker import die_with_parent

SECONDS = 90


class Page(http.server.ThreadingHTTPServer):
    """Serves files, given as path in the address → path on the disk."""

    def __init__(self, files):
        self.files, self.results = files, queue.Queue()
        super().__init__(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.serve_forever, daemon=True)
        self.thread.start()

    @property
    def origin(self):
        return f"http://localhost:{self.server_address[1]}"

    def stop(self):
        self.shutdown()
        self.server_close()
        self.thread.join()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):  # pylint: disable=invalid-name
        path = self.server.files.get(self.path.split("?")[0])
        if path is None:
            self.send_error(404)
            return
        with open(path, "rb") as file:
            data = file.read()
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript" if path.endswith("js") else "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_POST(self):  # pylint: disable=invalid-name
        self.server.results.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):  # pylint: disable=arguments-differ
        pass


def trust(home, authority):
    """Puts the certificate of a CA into the database that Chromium reads, with certutil as its manual says."""
    database = os.path.join(home, ".pki", "nssdb")
    os.makedirs(database)
    for command in (["-N", "--empty-password"], ["-A", "-t", "C,,", "-n", "test", "-i", authority]):
        subprocess.run(["certutil", "-d", f"sql:{database}", *command], check=True, timeout=SECONDS, capture_output=True)


def result_of(page, address, authority=None):
    """What the page posts; with what Chromium said when it posts nothing in time."""
    home = tempfile.mkdtemp(prefix="midge-chromium-")
    if authority is not None:
        trust(home, authority)
    command = ["chromium", "--headless", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage", "--enable-logging=stderr",
               f"--user-data-dir={home}/profile"]
    command += ["--no-sandbox"] if os.geteuid() == 0 else []
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [*command, address], env=dict(os.environ, HOME=home), stdin=subprocess.DEVNULL, stdout=said, stderr=said,
            start_new_session=True, preexec_fn=die_with_parent)
        try:
            return page.results.get(timeout=SECONDS)
        except queue.Empty:
            said.seek(0)
            raise AssertionError(f"the page has posted no result; Chromium said {said.read()[-4000:].decode(errors='replace')}") from None
        finally:
            os.killpg(process.pid, signal.SIGKILL)  # its helpers are in its group
            process.wait()
            shutil.rmtree(home, ignore_errors=True)

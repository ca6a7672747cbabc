#!/usr/bin/env python3
"""What an idle client costs in memory, over every kind of connection.

Usage: idle_connections.py --bin DIR [--count N]

DIR is the bin folder of an optimised build. For each kind a broker of its own with one shard; N clients connect one after
the other and stay; the broker's resident memory before and after is compared.
"""

import argparse
import os
import resource
import ssl
import sys
import tempfile

sys.dont_write_bytecode = True
SYSTEM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "system")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--count", type=int, default=3000)
    options = parser.parse_args()
    os.environ["MIDGE_BIN_DIR"] = os.path.abspath(options.bin)
    sys.path.insert(0, SYSTEM)
    import wire  # pylint: disable=import-outside-toplevel
    from broker import Broker  # pylint: disable=import-outside-toplevel
    from certificates import Ca  # pylint: disable=import-outside-toplevel

    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    folder = tempfile.mkdtemp(prefix="midge-idle-")
    os.chmod(folder, 0o755)
    ca = Ca(folder)
    certificate, key = ca.issue("server", "server", ("DNS:localhost",))
    client = ca.issue("client", "client")
    tls = f"certfile {certificate}\nkeyfile {key}\n"
    mutual = tls + f"cafile {ca.certificate}\nrequire_certificate true\nuse_identity_as_username true\n"

    def wrapped(most=None, own=None):
        context = ssl.create_default_context(cafile=ca.certificate)
        if most:
            context.maximum_version = most
        if own:
            context.load_cert_chain(*own)
        return lambda plain: context.wrap_socket(plain, server_hostname="localhost")

    kinds = (("TCP", "", None), ("TLS 1.3", tls, wrapped()), ("TLS 1.3, client certificate", mutual, wrapped(own=client)),
             ("TLS 1.2", tls, wrapped(ssl.TLSVersion.TLSv1_2)))
    for name, lines, wrap in kinds:
        broker = Broker("threads 1\nallow_anonymous true\nlistener {port} 127.0.0.1\n" + lines)
        try:
            broker.wait_for_log("running")
            first = [wire.session(broker.port, f"first{number}", 4, wrap=wrap) for number in range(200)]
            before = broker.resident_kib()
            peers = [wire.session(broker.port, f"client{number}", 4, wrap=wrap, keep_alive=0) for number in range(options.count)]
            print(f"{name:30} {(broker.resident_kib() - before) * 1024 / options.count:7.0f} bytes a client", flush=True)
            for peer in first + peers:
                peer.close()
        finally:
            broker.stop()
            broker.remove_files()


if __name__ == "__main__":
    main()

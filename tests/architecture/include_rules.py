"""Who may include whom: the table of ARCHITECTURE.md as data. check_includes.py reads it.

An area is a folder. The longest matching prefix decides, so a folder inside a library can be stricter than the library.
"""

from dataclasses import dataclass, field

# External libraries by the beginning of the included name. What matches none of them is the standard library when it
# has no dot ("vector") and the operating system otherwise ("sys/socket.h").
EXTERNAL = {
    "boost/asio": "asio",
    "boost/beast": "beast",
    "boost/json": "json",
    "boost/system/": "boost.system",
    "boost/": "boost",
    "CLI/": "cli11",
    "rang": "rang",
    "openssl/": "openssl",
    "sodium": "libsodium",
    "wslay/": "wslay",
    "sqlite3": "sqlite",
    "gtest/": "gtest",
    "gmock/": "gtest",
    "benchmark/": "benchmark",
}

# Standard headers that would let sockets, clocks, threads, files or randomness into code that must not know them.
IMPURE = {
    "atomic", "condition_variable", "cstdio", "ctime", "filesystem", "fstream", "future", "iostream", "mutex", "random",
    "semaphore", "shared_mutex", "stop_token", "thread",
}


@dataclass(frozen=True)
class Area:
    """What the files of one folder may include besides their own folder and the standard library."""

    project: tuple = ()
    external: tuple = ()
    system: bool = True  # headers of the operating system
    pure: bool = False  # no IMPURE header, no clock read


ENGINE = Area(project=("common/base", "common/mqtt"), external=(), system=False, pure=True)

AREAS = {
    "common/base": Area(external=("boost.system", "json")),
    "common/mqtt": Area(project=("common/base",), system=False, pure=True),
    "common/crypto": Area(project=("common/base",), external=("openssl", "libsodium", "boost.system")),
    "common/net": Area(
        project=("common/base", "common/crypto"), external=("asio", "beast", "wslay", "boost.system")
    ),
    "common/client": Area(
        project=("common/base", "common/mqtt", "common/net"), external=("asio", "boost.system")
    ),
    "common/client/engine": ENGINE,
    "common/cli": Area(
        # mqtt: the client's interface speaks in packets.
        project=("common/base", "common/crypto", "common/client", "common/mqtt"),
        external=("cli11", "rang"),
    ),
    "tools/mqttd": Area(
        project=("common/base", "common/mqtt", "common/crypto", "common/net"),
        external=("asio", "boost.system"),
    ),
    "tools/mqttd/persistence": Area(
        project=("common/base", "common/mqtt", "common/crypto", "common/net"),
        external=("sqlite", "boost.system"),
    ),
    "tools/mqttd/shard/home.cpp": Area(project=("common/base",), external=("libsodium",)),
    "tools/mqttd/bridge": Area(
        project=("common/base", "common/mqtt", "common/crypto", "common/net", "common/client"),
        external=("asio", "boost.system"),
    ),
    "tools/mqttd/main.cpp": Area(
        project=("common/base", "common/cli", "tools/mqttd"), external=()
    ),
    "tools/mqttd/parse_command_line.cpp": Area(
        project=("common/base", "common/cli", "tools/mqttd"), external=()
    ),
    "tools/mqttd/store_command.cpp": Area(
        project=("common/base", "common/cli", "tools/mqttd"), external=()
    ),
    "tools/mqttd/store_lines.cpp": Area(
        project=("common/base", "common/cli", "tools/mqttd"), external=()
    ),
    "tools": Area(
        project=("common/base", "common/mqtt", "common/crypto", "common/net", "common/client", "common/cli"),
        external=("cli11", "asio", "json", "boost.system"),
    ),
    "tests": Area(
        project=("common", "tools", "tests"),
        external=tuple(EXTERNAL.values()),
    ),
}

# Inside mqttd a folder includes its own files and folders further down this list; folders of one row may use each
# other as long as no cycle of folders comes out.
MQTTD_LAYERS = (
    ("app",),
    ("shard", "admin", "bridge"),
    ("connection",),
    ("session", "publish"),
    ("routing", "retained", "auth", "persistence"),
    ("context", "config", "logging", "sys"),
    ("message",),
)

# Files that belong to another layer than their folder's: the message is a value that every layer holds.
MQTTD_FILE_LAYERS = {
    "tools/mqttd/publish/message.hpp": "message",
    "tools/mqttd/publish/message.cpp": "message",
    "tools/mqttd/publish/inbound_message.hpp": "message",
}

# Public headers that may include Boost, and why. Folders end in a slash.
BOOST_IN_HEADERS = {
    "common/net/": "Asio lives there",
    "common/base/result.hpp": "boost::system::result is the project's Result",
}

# Single includes that break the table on purpose: (file, included name) → reason.
EXCEPTIONS = {}

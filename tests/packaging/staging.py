"""A staging folder with what `cmake --install` puts there out of the build in $MIDGE_BUILD_DIR."""

import os
import subprocess

BUILD_DIR = os.environ["MIDGE_BUILD_DIR"]
CMAKE = os.environ.get("MIDGE_CMAKE", "cmake")
VERSION = os.environ["MIDGE_VERSION"]
PREFIX = os.environ["MIDGE_PREFIX"]
CONFIG_DIR = os.environ["MIDGE_CONFIG_DIR"]


def install(folder, component=None):
    """Installs one component, or all of them, below the folder; the files with their full names after installation."""
    command = [CMAKE, "--install", BUILD_DIR]
    if component:
        command += ["--component", component]
    done = subprocess.run(
        command, env=dict(os.environ, DESTDIR=folder), capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    found = set()
    for parent, _, names in os.walk(folder):
        found |= {"/" + os.path.relpath(os.path.join(parent, name), folder) for name in names}
    return found


def staged(folder, name):
    """Where a file is before it is where it belongs."""
    return folder + name


def in_prefix(*names):
    return {os.path.join(PREFIX, name) for name in names}


def in_config(*names):
    return {os.path.normpath(os.path.join(CONFIG_DIR, name)) for name in names}

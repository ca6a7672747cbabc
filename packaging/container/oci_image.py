#!/usr/bin/env python3
"""Packs a file system as an OCI image in one tar file, with the settings of a Dockerfile.

Usage: oci_image.py --root DIR --dockerfile FILE --version V --epoch SECONDS --output FILE

The last stage of the Dockerfile gives ENTRYPOINT, EXPOSE, VOLUME, STOPSIGNAL, HEALTHCHECK and LABEL. The same root gives the
same bytes: names are sorted, and no file is younger than the epoch.
"""

import argparse
import gzip
import hashlib
import io
import json
import os
import platform
import re
import shlex
import tarfile
import time

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm"}
SECOND = 1_000_000_000
PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def instructions(dockerfile):
    """The instructions of the last stage, as (name, rest)."""
    with open(dockerfile, encoding="utf-8") as file:
        text = "".join(line for line in file if not line.startswith("#"))
    lines = text.replace("\\\n", " ").splitlines()
    stage = []
    for line in lines:
        name, _, rest = line.strip().partition(" ")
        if name == "FROM":
            stage = []
        elif name:
            stage.append((name, rest.strip()))
    return stage


def nanoseconds(text):
    number, unit = re.fullmatch(r"(\d+)(s|m)", text).groups()
    return int(number) * SECOND * (60 if unit == "m" else 1)


def healthcheck(rest):
    options, _, command = rest.partition("CMD ")
    names = {"interval": "Interval", "timeout": "Timeout", "start-period": "StartPeriod", "retries": "Retries"}
    check = {"Test": ["CMD", *json.loads(command)]}
    for name, value in re.findall(r"--([a-z-]+)=(\S+)", options):
        check[names[name]] = int(value) if name == "retries" else nanoseconds(value)
    return check


def settings(dockerfile, version):
    """The config of the image; Healthcheck is Docker's addition to OCI, which others leave aside."""
    config = {"Env": [PATH], "Labels": {"org.opencontainers.image.version": version}, "WorkingDir": "/"}
    for name, rest in instructions(dockerfile):
        if name == "ENTRYPOINT":
            config["Entrypoint"] = json.loads(rest)
        elif name == "EXPOSE":
            config["ExposedPorts"] = {f"{port}/tcp": {} for port in rest.split()}
        elif name == "VOLUME":
            config["Volumes"] = {path: {} for path in json.loads(rest)}
        elif name == "STOPSIGNAL":
            config["StopSignal"] = rest
        elif name == "LABEL":
            config["Labels"].update(word.split("=", 1) for word in shlex.split(rest))
        elif name == "HEALTHCHECK":
            config["Healthcheck"] = healthcheck(rest)
    return config


def layer(root, epoch):
    """The file system as tar, compressed; and the digest of the tar."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for folder, folders, files in os.walk(root):
            folders.sort()
            for name in sorted(files + folders):
                path = os.path.join(folder, name)
                entry = tar.gettarinfo(path, os.path.relpath(path, root))
                if entry is None:  # a socket
                    continue
                entry.mtime = min(int(entry.mtime), epoch)
                entry.uname = entry.gname = ""
                if entry.isreg():
                    with open(path, "rb") as file:
                        tar.addfile(entry, file)
                else:
                    tar.addfile(entry)
    return gzip.compress(raw.getvalue(), 6, mtime=0), digest(raw.getvalue())


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("root", "dockerfile", "version", "output"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--epoch", required=True, type=int)
    options = parser.parse_args()
    packed, layer_id = layer(options.root, options.epoch)
    created = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(options.epoch))
    architecture = ARCHITECTURES.get(platform.machine(), platform.machine())
    config = json.dumps({
        "created": created, "architecture": architecture, "os": "linux",
        "config": settings(options.dockerfile, options.version),
        "rootfs": {"type": "layers", "diff_ids": [layer_id]},
        "history": [{"created": created, "created_by": "packaging/build-image.sh"}],
    }, sort_keys=True).encode()
    kind = "application/vnd.oci.image."

    def described(media, data):
        return {"mediaType": kind + media, "digest": digest(data), "size": len(data)}

    manifest = json.dumps({
        "schemaVersion": 2, "mediaType": kind + "manifest.v1+json", "config": described("config.v1+json", config),
        "layers": [described("layer.v1.tar+gzip", packed)]}, sort_keys=True).encode()
    name = f"midge/mqttd:{options.version}"
    index = json.dumps({
        "schemaVersion": 2, "mediaType": kind + "index.v1+json", "manifests": [{
            **described("manifest.v1+json", manifest), "platform": {"architecture": architecture, "os": "linux"},
            "annotations": {"org.opencontainers.image.ref.name": options.version, "io.containerd.image.name": name}}]},
        sort_keys=True).encode()

    def blob(data):
        return "blobs/sha256/" + digest(data).split(":")[1]

    # manifest.json is for "docker load" of engines that are older than OCI archives.
    legacy = json.dumps([{"Config": blob(config), "RepoTags": [name], "Layers": [blob(packed)]}]).encode()
    with tarfile.open(options.output, "w", format=tarfile.PAX_FORMAT) as tar:
        for path, data in (("oci-layout", b'{"imageLayoutVersion":"1.0.0"}'), ("index.json", index), ("manifest.json", legacy),
                           (blob(config), config), (blob(manifest), manifest), (blob(packed), packed)):
            entry = tarfile.TarInfo(path)
            entry.size, entry.mtime, entry.mode = len(data), options.epoch, 0o644
            tar.addfile(entry, io.BytesIO(data))


if __name__ == "__main__":
    main()

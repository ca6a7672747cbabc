#!/bin/sh
# Inside of the image, as root: libraries, the user, folders. Run by the Dockerfile and by packaging/build-image.sh.
# Usage: prepare-image.sh FILE-OF-PACKAGES
set -eu
export DEBIAN_FRONTEND=noninteractive

apt-get update -q
# shellcheck disable=SC2046 # one word for each package
apt-get install -q -y --no-install-recommends $(sed '/^#/d' "$1")
apt-get clean
rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/ldconfig/aux-cache /var/log/apt /var/log/dpkg.log /var/log/alternatives.log

# The numbers of the image of mosquitto, so that its volumes are ours without a change of owner.
groupadd --gid 1883 mqttd
useradd --uid 1883 --gid mqttd --home-dir /mqttd --no-create-home --shell /usr/sbin/nologin mqttd
install -d -o mqttd -g mqttd -m 0755 /mqttd /mqttd/config
install -d -o mqttd -g mqttd -m 0750 /mqttd/data /mqttd/log
chmod 0755 /usr/local/bin/entrypoint.sh /usr/local/bin/healthcheck.sh

# Run by packaging/test-deb.sh in the new root: installs the packages with what they depend on, and mosquitto's.
set -eu
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8

# Nothing starts by itself here.
printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
chmod 755 /usr/sbin/policy-rc.d

# What the installer of Debian writes, and debootstrap does not.
printf '127.0.0.1 localhost\n::1 localhost ip6-localhost\n' >/etc/hosts

apt-get update -q
apt-get install -q -y --no-install-recommends mosquitto mosquitto-clients /packages/*.deb

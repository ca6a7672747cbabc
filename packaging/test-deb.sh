#!/bin/sh
# Tries the Debian packages in a Debian 12 of their own: install, run, upgrade, remove, purge.
# Reads the packages that packaging/build-deb.sh has built; leaves nothing behind. Root and a network are needed.
set -eu
cd "$(dirname "$0")/.."

usage() {
    cat <<'TEXT'
Usage: sh packaging/test-deb.sh [--debs DIR] [--mirror URL]

Makes a minimal Debian 12 with debootstrap in a temporary folder, installs mqttd and mqtt-clients there beside mosquitto,
starts the daemon as its user, publishes and receives, upgrades, takes mosquitto's configuration and store over, removes and
purges, and looks what is left.

  --debs DIR     the folder with the packages (default: build/deb)
  --mirror URL   the Debian mirror (default: http://deb.debian.org/debian)

The daemon runs without a network but its own loopback: no port of this machine is used.
TEXT
}

fail() {
    printf 'test-deb: error: %s\n' "$1" >&2
    [ $# -lt 2 ] || printf 'hint: %s\n' "$2" >&2
    exit 1
}

step() {
    printf '== %s\n' "$*"
}

debs=build/deb mirror=http://deb.debian.org/debian
while [ $# -gt 0 ]; do
    case $1 in
    --debs | --mirror)
        [ $# -gt 1 ] || fail "$1 needs a value"
        if [ "$1" = --debs ]; then debs=$2; else mirror=$2; fi
        shift
        ;;
    -h | --help)
        usage
        exit 0
        ;;
    *) fail "unknown option \"$1\"" "sh packaging/test-deb.sh --help" ;;
    esac
    shift
done
[ "$(id -u)" -eq 0 ] || fail "only root can make a root of its own" "sudo sh packaging/test-deb.sh"
for command in debootstrap unshare ip; do
    command -v "$command" >/dev/null 2>&1 || fail "there is no command $command" "sh packaging/install-deps.sh package"
done
for package in mqttd mqtt-clients; do
    # shellcheck disable=SC2046 # one word for each file
    set -- $(ls "$debs/${package}"_*.deb 2>/dev/null)
    [ $# -eq 1 ] || fail "$debs has $# packages $package, not one" "sh packaging/build-deb.sh"
done

work=$(mktemp -d "${TMPDIR:-/tmp}/midge-deb.XXXXXX")
root=$work/root
trap 'rm -rf --one-file-system "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# inside SCRIPT [UNSHARE OPTION...]: runs a script of packaging/test-deb in the root. What it starts ends with it, and
# what it mounts is gone.
inside() {
    script=$1
    shift
    # shellcheck disable=SC2016 # the words are for the inner shell
    unshare --mount --pid --fork --kill-child --mount-proc="$root/proc" "$@" sh -c '
        [ "$3" = --net ] && ip link set lo up
        exec chroot "$1" sh "/packages/$2"' sh "$root" "$script" "${1:-}"
}

step "debootstrap"
debootstrap --variant=minbase bookworm "$root" "$mirror" >"$work/log" 2>&1 || {
    tail -n 20 "$work/log" >&2
    fail "debootstrap failed" "is the mirror reachable? --mirror URL"
}
mkdir "$root/packages"
cp "$debs"/mqttd_*.deb "$debs"/mqtt-clients_*.deb packaging/test-deb/*.sh "$root/packages/"

step "install, beside mosquitto"
inside install.sh >"$work/log" 2>&1 || {
    tail -n 40 "$work/log" >&2
    fail "the packages cannot be installed"
}
inside live.sh --net || fail "the packages do not work"
inside migrate.sh --net || fail "a change from mosquitto does not work"
inside leave.sh --net || fail "the packages do not leave as they should"
step "the packages install, work, upgrade, and leave nothing"

#!/bin/sh
# Tries the container image that packaging/build-image.sh has built, without a container engine: its file system in a folder,
# what it starts in namespaces of its own. Leaves nothing behind. Root is needed; the image's ports are its own.
set -eu
cd "$(dirname "$0")/.."

usage() {
    cat <<'TEXT'
Usage: sh packaging/test-image.sh [--image FILE]

  --image FILE   the image (default: the one in build/image)
TEXT
}

fail() {
    printf 'test-image: error: %s\n' "$1" >&2
    [ $# -lt 2 ] || printf 'hint: %s\n' "$2" >&2
    exit 1
}

image=$(find build/image -maxdepth 1 -name 'midge-*.tar' 2>/dev/null | sort | tail -n 1)
while [ $# -gt 0 ]; do
    case $1 in
    --image)
        [ $# -gt 1 ] || fail "$1 needs a value"
        image=$2
        shift
        ;;
    -h | --help)
        usage
        exit 0
        ;;
    *) fail "unknown option \"$1\"" "sh packaging/test-image.sh --help" ;;
    esac
    shift
done
[ "$(id -u)" -eq 0 ] || fail "only root can use a root of its own" "sudo sh packaging/test-image.sh"
[ -f "$image" ] || fail "there is no image" "sh packaging/build-image.sh"

work=$(mktemp -d "${TMPDIR:-/tmp}/midge-image.XXXXXX")
trap 'rm -rf --one-file-system "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
mkdir "$work/image" "$work/root"
tar -xf "$image" -C "$work/image"
layer=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[0]["Layers"][0])' "$work/image/manifest.json")
tar -xzf "$work/image/$layer" -C "$work/root"
printf '127.0.0.1 localhost\n' >"$work/root/etc/hosts"
cp packaging/container/tls.conf "$work/root/tmp/"
cp packaging/test-image/live.sh "$work/root/tmp/live.sh"
# shellcheck disable=SC2016 # the words are for the inner shell
unshare --mount --pid --fork --kill-child --mount-proc="$work/root/proc" --net sh -c '
    ip link set lo up
    mount --bind /dev "$1/dev"
    exec chroot "$1" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin sh /tmp/live.sh' sh "$work/root"

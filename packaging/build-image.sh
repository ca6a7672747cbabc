#!/bin/sh
# Builds the container image without a container engine: the file system by debootstrap, packed as an OCI image.
# Reads the tree; writes build/image/ (or --output): midge-VERSION.tar, for docker load, podman load and skopeo. Root and a
# network are needed, and the groups build and package of packaging/build-deps.
set -eu
cd "$(dirname "$0")/.."

usage() {
    cat <<'TEXT'
Usage: sh packaging/build-image.sh [--output DIR] [--mirror URL]

Does what packaging/container/Dockerfile says, with a Debian 12 made by debootstrap in the place of debian:12-slim.

  --output DIR   where the image and the build folder go (default: build/image)
  --mirror URL   the Debian mirror (default: http://deb.debian.org/debian)

The times in the image are that of the last commit, or SOURCE_DATE_EPOCH.
TEXT
}

fail() {
    printf 'build-image: error: %s\n' "$1" >&2
    [ $# -lt 2 ] || printf 'hint: %s\n' "$2" >&2
    exit 1
}

step() {
    printf '== %s\n' "$*"
}

output=build/image mirror=http://deb.debian.org/debian
while [ $# -gt 0 ]; do
    case $1 in
    --output | --mirror)
        [ $# -gt 1 ] || fail "$1 needs a value"
        if [ "$1" = --output ]; then output=$2; else mirror=$2; fi
        shift
        ;;
    -h | --help)
        usage
        exit 0
        ;;
    *) fail "unknown option \"$1\"" "sh packaging/build-image.sh --help" ;;
    esac
    shift
done
[ "$(id -u)" -eq 0 ] || fail "only root can make a root of its own" "sudo sh packaging/build-image.sh"
for command in cmake ninja debootstrap python3; do
    command -v "$command" >/dev/null 2>&1 || fail "there is no command $command" "sh packaging/install-deps.sh build package"
done
version=$(sed -n 's/^project(midge VERSION \([0-9.]*\) .*/\1/p' CMakeLists.txt)
epoch=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
mkdir -p "$output"
output=$(cd "$output" && pwd)
root=$output/root
rm -rf --one-file-system "$root" "$output/midge-$version.tar"

step "the programs"
build() {
    cmake --preset release -B "$output/build" -DCMAKE_INSTALL_PREFIX=/usr/local && cmake --build "$output/build"
}
build >"$output/log" 2>&1 || {
    tail -n 20 "$output/log" >&2
    fail "the build failed"
}

step "debootstrap"
debootstrap --variant=minbase bookworm "$root" "$mirror" >"$output/log" 2>&1 || {
    tail -n 20 "$output/log" >&2
    fail "debootstrap failed" "is the mirror reachable? --mirror URL"
}
for component in mqttd clients; do
    DESTDIR=$root cmake --install "$output/build" --component "$component" --strip >"$output/log" 2>&1 ||
        fail "cmake --install failed" "see $output/log"
done
cp packaging/container/entrypoint.sh packaging/container/healthcheck.sh "$root/usr/local/bin/"
cp packaging/container/prepare-image.sh packaging/container/runtime-deps "$root/tmp/"
chroot "$root" /usr/bin/env PATH=/usr/sbin:/usr/bin:/sbin:/bin sh /tmp/prepare-image.sh /tmp/runtime-deps >"$output/log" 2>&1 || {
    tail -n 20 "$output/log" >&2
    fail "the libraries could not be installed"
}
rm -rf "$root/tmp/prepare-image.sh" "$root/tmp/runtime-deps" "$root/var/log/bootstrap.log" "$root/usr/share/doc" \
    "$root/usr/share/man" "$root/usr/share/locale" "$root/etc/machine-id" "$root/etc/hostname" "$root/etc/resolv.conf"

step "the image"
python3 -B packaging/container/oci_image.py --root "$root" --dockerfile packaging/container/Dockerfile \
    --version "$version" --epoch "$epoch" --output "$output/midge-$version.tar"
rm -rf --one-file-system "$root"
printf '%s\n' "$output/midge-$version.tar"

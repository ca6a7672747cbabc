#!/bin/sh
# Builds the Debian packages mqttd and mqtt-clients from the last commit, outside of the tree.
# Reads packaging/debian; writes build/deb/ (or --output); needs the groups build and package of packaging/build-deps.
set -eu
cd "$(dirname "$0")/.."

usage() {
    cat <<'TEXT'
Usage: sh packaging/build-deb.sh [--output DIR]

Builds mqttd_VERSION_ARCH.deb and mqtt-clients_VERSION_ARCH.deb from the last commit, and lets lintian look at them.

  --output DIR   where the packages and the build folder go (default: build/deb); what was there is replaced

Install what it needs: sh packaging/install-deps.sh build package
TEXT
}

fail() {
    printf 'build-deb: error: %s\n' "$1" >&2
    [ $# -lt 2 ] || printf 'hint: %s\n' "$2" >&2
    exit 1
}

output=build/deb
while [ $# -gt 0 ]; do
    case $1 in
    --output)
        [ $# -gt 1 ] || fail "--output needs a value"
        output=$2
        shift
        ;;
    -h | --help)
        usage
        exit 0
        ;;
    *) fail "unknown option \"$1\"" "sh packaging/build-deb.sh --help" ;;
    esac
    shift
done
for command in git dpkg-buildpackage dh lintian; do
    command -v "$command" >/dev/null 2>&1 ||
        fail "there is no command $command" "sh packaging/install-deps.sh build package"
done

version=$(sed -n 's/^project(midge VERSION \([0-9.]*\) .*/\1/p' CMakeLists.txt)
packaged=$(sed -n '1s/^midge (\(.*\)-[^-]*) .*/\1/p' packaging/debian/changelog)
[ "$version" = "$packaged" ] ||
    fail "packaging/debian/changelog is of version $packaged, CMakeLists.txt of $version" "begin the changelog with a new entry"
git diff --quiet HEAD -- ||
    printf 'build-deb: warning: the packages are of the last commit; what has changed since then is not in them\n' >&2

mkdir -p "$output"
output=$(cd "$output" && pwd)
source=$output/midge-$version
rm -rf "$source" "$output"/*.deb "$output"/*.changes "$output"/*.buildinfo
mkdir "$source"
git archive HEAD | tar -x -C "$source"
mv "$source/packaging/debian" "$source/debian"

# debhelper gives the build a home of its own, and the compiler's cache with it.
if command -v ccache >/dev/null 2>&1; then
    CCACHE_DIR=${CCACHE_DIR:-$(ccache --get-config cache_dir)}
    CCACHE_BASEDIR=$source CCACHE_NOHASHDIR=1
    export CCACHE_DIR CCACHE_BASEDIR CCACHE_NOHASHDIR
fi
(cd "$source" && dpkg-buildpackage -us -uc -b) || fail "the build failed"

lintian --fail-on error,warning "$output"/midge_*.changes || fail "lintian is not content"
printf '%s\n' "$output"/*.deb

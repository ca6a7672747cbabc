#!/bin/sh
# Installs what is missing of the groups of packaging/build-deps. Does nothing, and asks for no rights, when all is there.
# Usage: install-deps.sh GROUP...
set -eu

list=$(dirname "$0")/build-deps

fail() {
    printf 'install-deps: error: %s\n' "$1" >&2
    [ $# -lt 2 ] || printf 'hint: %s\n' "$2" >&2
    exit 1
}

# Prints the lines of one group, without comments.
lines_of() {
    awk -v group="[$1]" '/^#/ || NF == 0 { next } /^\[/ { inside = ($1 == group); next } inside' "$list"
}

is_installed() {
    [ "$(dpkg-query -W -f '${Status}' "$1" 2>/dev/null)" = "install ok installed" ]
}

missing_of() {
    lines_of "$1" | while read -r package command; do
        is_installed "$package" && continue
        [ -n "$command" ] && command -v "$command" >/dev/null 2>&1 && continue
        printf ' %s' "$package"
    done
}

[ $# -gt 0 ] || fail "no group given" "groups: $(sed -n 's/^\[\(.*\)\]$/\1/p' "$list" | tr '\n' ' ')"
command -v dpkg-query >/dev/null 2>&1 || fail "this is no Debian system" "install what $list names by other means"

missing=
for group; do
    [ -n "$(lines_of "$group")" ] || fail "no group \"$group\" in $list"
    missing="$missing$(missing_of "$group")"
done
if [ -z "$missing" ]; then
    printf 'packages: all installed (%s)\n' "$*"
    exit 0
fi

if [ "$(id -u)" -eq 0 ]; then
    as_root=
elif command -v sudo >/dev/null 2>&1; then
    as_root=sudo
else
    fail "these packages are missing and only root can install them:$missing" "run as root: apt-get install$missing"
fi
printf 'packages: installing%s\n' "$missing"

update() {
    $as_root apt-get update -q ||
        fail "apt-get update failed" "check the network and /etc/apt/sources.list; wanted:$missing"
}

install_missing() {
    # shellcheck disable=SC2086 # one word for each package
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing </dev/null
}

# Debian starts the daemon of a package that it installs. The tests run mosquitto and nginx themselves; they must not take
# ports that somebody else wants.
keep_stopped() {
    for daemon in mosquitto nginx; do
        case "$missing " in
        *" $daemon "* | *" $daemon-light "*)
            $as_root systemctl disable --now "$daemon" >/dev/null 2>&1 || $as_root service "$daemon" stop >/dev/null 2>&1 || :
            ;;
        esac
    done
}

# Package lists are fetched when there are none, or when those that are there turn out to be too old.
have_lists() {
    for lists in /var/lib/apt/lists/*_Packages*; do
        [ -e "$lists" ] && return 0
    done
    return 1
}

if have_lists; then
    install_missing && keep_stopped && exit 0
    printf 'packages: trying again with new package lists\n'
fi
update
install_missing || fail "apt-get install failed" "the list is for Debian 12 (bookworm); wanted:$missing"
keep_stopped

#!/bin/sh
# What the container starts: makes what is missing below /mqttd (or /mosquitto, when that is mounted), says what the broker
# will not be able to read or write, and becomes mqttd, which gets all signals itself.
#
#   entrypoint.sh                 the broker with the configuration of the volume
#   entrypoint.sh -v              the same with options of mqttd
#   entrypoint.sh mqtt-pub ...    another program of the image
#
# Environment: MQTTD_USER and MQTTD_PASSWORD or MQTTD_PASSWORD_FILE: a first configuration asks for this login. Both are only
# looked at when there is no configuration yet.
set -eu

# The folder that everything lies in is / but for tests.
root=${MIDGE_IMAGE_ROOT:-}
user=mqttd

say() {
    printf 'entrypoint: %s\n' "$1" >&2
}

fail() {
    printf 'entrypoint: error: %s\n' "$1" >&2
    [ $# -lt 2 ] || printf 'hint: %s\n' "$2" >&2
    exit 1
}

if [ $# -gt 0 ] && [ "${1#-}" = "$1" ]; then exec "$@"; fi

# The image has no /mosquitto: when it is there, somebody has mounted the volumes of mosquitto's image.
if [ -d "$root/mosquitto" ]; then
    base=$root/mosquitto
    config=$base/config/mosquitto.conf
else
    base=$root/mqttd
    config=$base/config/mqttd.conf
fi

# Runs as root or as the user of "docker run --user".
if [ "$(id -u)" -eq 0 ]; then
    as_user() { setpriv --reuid "$user" --regid "$user" --init-groups --no-new-privs "$@"; }
    name=$user
else
    as_user() { "$@"; }
    name="uid $(id -u)"
fi

# owned FOLDER: makes it when it is missing, and ours when the broker cannot write there. What is in it stays as it is.
owned() {
    if [ ! -d "$1" ]; then
        mkdir -p "$1" 2>/dev/null ||
            fail "there is no folder $1, and $name cannot make it" "mount a volume there that uid $(id -u) may write to"
        say "made $1"
    fi
    as_user test -w "$1" && return 0
    [ "$(id -u)" -eq 0 ] ||
        fail "$name cannot write to $1" "on the host: chown $(id -u):$(id -g) of the mounted folder, or start without --user"
    chown "$user:$user" "$1"
    as_user test -w "$1" ||
        fail "$user cannot write to $1, although it is its own now" "is the volume mounted read-only?"
    say "$1 belongs to $user (uid $(id -u "$user")) now, so that the broker can write there"
}

owned "$base/data"
owned "$base/log"
[ -d "$base/config" ] || owned "$base/config"

# mine FILE: a file that this script has made.
mine() {
    [ "$(id -u)" -ne 0 ] || chown "$user:$user" "$1"
}

first_config() {
    [ -w "$base/config" ] || fail "there is no $config, and $name cannot make it" "put one into the volume, or let it be written to"
    passwords=$base/config/passwords
    if [ -n "${MQTTD_USER:-}" ]; then
        [ -n "${MQTTD_PASSWORD_FILE:-}" ] || [ -n "${MQTTD_PASSWORD:-}" ] ||
            fail "MQTTD_USER needs MQTTD_PASSWORD_FILE or MQTTD_PASSWORD"
        if [ -n "${MQTTD_PASSWORD_FILE:-}" ]; then
            head -n 1 "$MQTTD_PASSWORD_FILE" | mqtt-passwd -c --stdin "$passwords" "$MQTTD_USER"
        else
            printf '%s\n' "$MQTTD_PASSWORD" | mqtt-passwd -c --stdin "$passwords" "$MQTTD_USER"
        fi || fail "the password file could not be made"
        mine "$passwords"
        access="allow_anonymous false
password_file $passwords"
    else
        access="# Anybody who reaches the ports may connect. Passwords: mqtt-passwd -c $passwords NAME, then
#   allow_anonymous false
#   password_file $passwords
allow_anonymous true"
        say "warning: the first configuration lets everybody in who reaches the ports; MQTTD_USER and MQTTD_PASSWORD_FILE ask for a login"
    fi
    cat >"$config" <<TEXT
# Written at the first start, because there was none. The syntax is that of mosquitto.conf; check a change with
#   mqttd -c FILE --test-config

listener 1883
listener 9001
protocol websockets

$access

# Sessions, queued and retained messages are there again after a restart.
persistence true
persistence_location $base/data/

log_dest stderr
log_timestamp_format %Y-%m-%dT%H:%M:%S
TEXT
    mine "$config"
    say "wrote $config"
}

[ -e "$config" ] || first_config

find -L "$base/data" -type f 2>/dev/null | while read -r file; do
    as_user test -w "$file" ||
        say "warning: $file cannot be written to by $name; on the host: chown $(id -u "$user" 2>/dev/null || id -u) of it"
done
# A file that the broker cannot read would be an error of its own; here it can be said what to do.
find -L "$base/config" -type f 2>/dev/null | while read -r file; do
    as_user test -r "$file" ||
        say "warning: $file cannot be read by $name; on the host: chown $(id -u "$user" 2>/dev/null || id -u) of it, or chmod o+r"
done

if [ "$(id -u)" -eq 0 ]; then
    exec setpriv --reuid "$user" --regid "$user" --init-groups --no-new-privs mqttd -c "$config" "$@"
fi
exec mqttd -c "$config" "$@"

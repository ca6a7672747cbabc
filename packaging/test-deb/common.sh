# What the scripts of packaging/test-deb share. Runs in the new root.
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8

step() {
    printf '== %s\n' "$*"
}

fail() {
    printf 'test-deb: error: %s\n' "$1" >&2
    exit 1
}

# same WHAT WANTED GOT
same() {
    [ "$2" = "$3" ] || fail "$1 should be \"$2\" (got \"$3\")"
}

# quietly COMMAND...: shows what it says only when it fails.
quietly() {
    "$@" >/tmp/said 2>&1 </dev/null || {
        cat /tmp/said >&2
        fail "$* failed"
    }
}

# start_broker: the daemon as its user, with the installed configuration; returns when it serves clients.
start_broker() {
    rm -f /tmp/log
    mkfifo -m 0666 /tmp/log
    (cd / && exec setpriv --reuid mqttd --regid mqttd --init-groups --no-new-privs \
        /usr/sbin/mqttd -c /etc/mqttd/mqttd.conf >/tmp/log 2>&1 </dev/null) &
    broker=$!
    exec 3</tmp/log # stays open, so that the daemon can always write its log
    said=
    while read -r line <&3; do
        said="$said$line
"
        case $line in
        *" running") return 0 ;;
        esac
    done
    fail "mqttd does not start:
$said"
}

stop_broker() {
    kill -TERM "$broker"
    status=0
    wait "$broker" || status=$?
    exec 3<&-
    same "the exit status of mqttd" 0 "$status"
}

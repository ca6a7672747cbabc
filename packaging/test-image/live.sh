# Run by packaging/test-image.sh in the file system of the image: the entry point at work, as an engine would start it.
set -eu
broker= # set by start

step() {
    printf '== %s\n' "$*"
}

fail() {
    printf 'test-image: error: %s\n' "$1" >&2
    exit 1
}

# same WHAT WANTED GOT
same() {
    [ "$2" = "$3" ] || fail "$1 should be \"$2\" (got \"$3\")"
}

# start COMMAND...: returns when the broker serves clients; its log is in $log.
start() {
    log=/tmp/log
    rm -f "$log"
    "$@" >"$log" 2>&1 </dev/null &
    broker=$!
    tries=0
    until grep -q ' running$' "$log"; do
        kill -0 "$broker" 2>/dev/null || fail "it does not start: $(cat "$log")"
        tries=$((tries + 1))
        [ "$tries" -lt 300 ] || fail "it takes too long to start: $(cat "$log")"
        sleep 0.1
    done
}

# stop: with the signal of the image; the process that gets it is the broker itself.
stop() {
    kill -TERM "$broker"
    status=0
    wait "$broker" || status=$?
    same "the exit status" 0 "$status"
}

says() {
    grep -qF "$1" "$log" || fail "the log should have \"$1\": $(cat "$log")"
}

step "a first start with empty volumes that belong to root"
rm -rf /mqttd/config /mqttd/data /mqttd/log
mkdir /mqttd/config /mqttd/data
start entrypoint.sh
says "wrote /mqttd/config/mqttd.conf"
says "made /mqttd/log"
says "/mqttd/data belongs to mqttd (uid 1883) now"
says "lets everybody in"
same "the name of the process" mqttd "$(cat "/proc/$broker/comm")"
same "its user" mqttd "$(stat -c %U "/proc/$broker")"
healthcheck.sh || fail "it is not healthy"
mqtt-pub -t container/state -m kept -q 1 -r
same "over TCP" kept "$(mqtt-sub -t container/state -C 1 -W 30)"
same "over WebSocket" kept "$(mqtt-sub --ws -p 9001 -t container/state -C 1 -W 30)"
stop
healthcheck.sh && fail "it is healthy although nothing runs"

step "what was retained is there after a restart, and nothing is written again"
start entrypoint.sh
grep -q "wrote" "$log" && fail "a configuration was written over"
same "what is retained" kept "$(mqtt-sub -t container/state -C 1 -W 30)"
stop

step "options of mqttd, and other programs"
start entrypoint.sh -v
stop
case $(entrypoint.sh mqtt-pub --version) in
"mqtt-pub "*) ;;
*) fail "another program does not run" ;;
esac

step "the volumes of mosquitto's image, with its configuration"
mkdir -p /mosquitto/config /mosquitto/data /mosquitto/log
cat >/mosquitto/config/mosquitto.conf <<'TEXT'
persistence true
persistence_location /mosquitto/data/
log_dest file /mosquitto/log/mosquitto.log
log_dest stderr
port 9001
protocol websockets
listener 1883
allow_anonymous true
TEXT
start entrypoint.sh
same "over TCP" "" "$(mqtt-sub -t container/state --retained-only --idle-timeout 1)"
same "over WebSocket" "" "$(mqtt-sub --ws -p 9001 -t container/state --retained-only --idle-timeout 1)"
stop
[ -s /mosquitto/log/mosquitto.log ] || fail "there is no log in the volume"
rm -r /mosquitto

step "a first start with a login"
rm -r /mqttd/config
mkdir /mqttd/config
printf 'secret\n' >/tmp/password
start env MQTTD_USER=anna MQTTD_PASSWORD_FILE=/tmp/password entrypoint.sh
grep -q secret /mqttd/config/* && fail "the password can be read"
healthcheck.sh || fail "it is not healthy"
mqtt-pub -u anna --password-file /tmp/password -t t -m x -q 1
status=0
mqtt-pub -t t -m x --quiet || status=$?
same "the exit status without login" 4 "$status"
stop

step "with the certificates of mqtt-certgen, as compose.tls.yaml has it"
mqtt-certgen init --dir /mqttd/certs --no-pass --group mqttd --host localhost >/dev/null
cp /tmp/tls.conf /mqttd/config/mqttd.conf
chmod 644 /mqttd/config/mqttd.conf
start entrypoint.sh
MQTTD_HEALTH_URL=mqtts://127.0.0.1:8883 healthcheck.sh || fail "it is not healthy"
mqtt-pub -h localhost -p 8883 --cafile /mqttd/certs/ca.crt -t t -m x -q 1
stop

step "as another user"
rm -rf /mqttd/config /mqttd/data /mqttd/log
status=0
setpriv --reuid 1234 --regid 1234 --clear-groups entrypoint.sh >/tmp/log 2>&1 || status=$?
same "the exit status" 1 "$status"
log=/tmp/log says "there is no folder /mqttd/data, and uid 1234 cannot make it"
mkdir /mqttd/config /mqttd/data /mqttd/log
status=0
setpriv --reuid 1234 --regid 1234 --clear-groups entrypoint.sh >/tmp/log 2>&1 || status=$?
same "the exit status" 1 "$status"
log=/tmp/log says "uid 1234 cannot write to /mqttd/data"
chown 1234:1234 /mqttd/config /mqttd/data /mqttd/log
start setpriv --reuid 1234 --regid 1234 --clear-groups entrypoint.sh
same "the user of the process" 1234 "$(stat -c %u "/proc/$broker")"
stop

step "a file that the broker cannot read"
rm -f /mqttd/data/*
printf 'x' >/mqttd/config/secret
chown 0:0 /mqttd/config/secret
chmod 600 /mqttd/config/secret
start entrypoint.sh
says "warning: /mqttd/config/secret cannot be read by mqttd"
stop
printf 'test-image: all is well\n'

#!/bin/sh
# From a fresh clone to a running broker: installs the build dependencies, builds the release preset and starts mqttd.
# With --demo it makes a round trip of real input instead, compares byte by byte and cleans up after itself.
set -eu
cd "$(dirname "$0")/.."

usage() {
    cat <<'TEXT'
Usage: sh packaging/quickstart.sh [--demo] [--port N] [--bin DIR]

Builds the broker and its tools and starts mqttd in the foreground on 127.0.0.1, with packaging/mqttd.conf.

  --demo      a round trip instead: mqtt-pub -l publishes a file of sensor readings, mqtt-sub receives them, the two
              are compared byte by byte; exit status 0 when they are the same, 1 when not
  --port N    the port to listen on (default: 1883; for --demo: a free one)
  --bin DIR   take mqttd, mqtt-pub and mqtt-sub from this folder; install and build nothing

Installing needs root or sudo, once. Example: sh packaging/quickstart.sh --demo
TEXT
}

fail() {
    printf 'quickstart: error: %s\n' "$1" >&2
    [ $# -lt 2 ] || printf 'hint: %s\n' "$2" >&2
    exit 1
}

step() {
    printf '== %s\n' "$*"
}

demo=no port='' bin=''
while [ $# -gt 0 ]; do
    case $1 in
    --demo) demo=yes ;;
    --port | --bin)
        [ $# -gt 1 ] || fail "$1 needs a value"
        if [ "$1" = --port ]; then port=$2; else bin=$2; fi
        shift
        ;;
    --port=*) port=${1#--port=} ;;
    --bin=*) bin=${1#--bin=} ;;
    -h | --help)
        usage
        exit 0
        ;;
    *) fail "unknown option \"$1\"" "sh packaging/quickstart.sh --help" ;;
    esac
    shift
done
case $port in
'') ;;
0* | *[!0-9]* | ??????*) fail "--port must be a number from 1 to 65535 (got \"$port\")" ;;
*) [ "$port" -le 65535 ] || fail "--port must be a number from 1 to 65535 (got \"$port\")" ;;
esac

if [ -z "$bin" ]; then
    bin=build/release/bin
    step "packages"
    sh packaging/install-deps.sh build
    step "build (release preset; the first time takes some minutes)"
    mkdir -p build
    cmake --preset release >build/configure-release.log 2>&1 || {
        cat build/configure-release.log
        fail "cmake --preset release failed"
    }
    cmake --build build/release --target mqttd mqtt-pub mqtt-sub || fail "the build failed" "cmake --build build/release"
fi
for tool in mqttd mqtt-pub mqtt-sub; do
    [ -x "$bin/$tool" ] || fail "there is no program $bin/$tool" "without --bin, it is built"
done

# write_config PORT FILE: the sample configuration, on another port when asked.
write_config() {
    sed "s/^listener 1883 /listener $1 /" packaging/mqttd.conf >"$2"
}

# --- the broker in the foreground ---

if [ "$demo" = no ]; then
    port=${port:-1883}
    config=packaging/mqttd.conf
    at=
    if [ "$port" != 1883 ]; then
        config=build/quickstart-$port.conf
        mkdir -p build
        write_config "$port" "$config"
        at="-p $port "
    fi
    "$bin/mqttd" -c "$config" --test-config || fail "mqttd does not accept $config"
    cat <<TEXT
== mqttd starts on 127.0.0.1:$port with $config; Ctrl-C stops it. Try it in two other terminals:

  $bin/mqtt-sub $at-v -t 'sensors/#'
  $bin/mqtt-pub $at-t sensors/kitchen -m '21.5 °C'

What the broker counts: $bin/mqtt-sub $at-v -t '\$SYS/#'

TEXT
    exec "$bin/mqttd" -c "$config"
fi

# --- the round trip ---

work=$(mktemp -d "${TMPDIR:-/tmp}/midge-quickstart.XXXXXX")
broker='' receiver=''

# Ends what this script started, by process id, and removes its files.
clean_up() {
    for child in $receiver $broker; do
        kill "$child" 2>/dev/null || continue
        wait "$child" 2>/dev/null || :
    done
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

readings=packaging/demo/sensor-readings.txt
lines=$(wc -l <"$readings")

# start_broker PORT: returns when it listens; 1 when the port is taken.
start_broker() {
    write_config "$1" "$work/mqttd.conf"
    rm -f "$work/log"
    mkfifo "$work/log"
    "$bin/mqttd" -c "$work/mqttd.conf" >"$work/log" 2>&1 </dev/null &
    broker=$!
    exec 3<"$work/log" # stays open, so that the broker can always write its log
    said=
    while read -r line <&3; do
        said="$said$line
"
        case $line in
        *" running") return 0 ;;
        esac
    done
    status=0
    wait "$broker" || status=$?
    broker=
    case $said in
    *"in use"*) return 1 ;;
    esac
    printf '%s' "$said" >&2
    fail "mqttd ended with exit status $status at its start"
}

if [ -n "$port" ]; then
    start_broker "$port" || fail "port $port is in use" "leave --port out, and a free one is taken"
else
    port=18830
    until start_broker "$port"; do
        port=$((port + 1))
        [ "$port" -lt 18930 ] || fail "no port from 18830 to 18929 is free" "--port N"
    done
fi
step "mqttd listens on 127.0.0.1:$port (process $broker)"

client="-h 127.0.0.1 -p $port -q 1 -t demo/readings"
subscribe="$client -i quickstart-receiver -c -W 60"
# shellcheck disable=SC2086 # one word for each option
"$bin/mqtt-sub" $subscribe -E || fail "mqtt-sub cannot subscribe (exit status $?)"
step "mqtt-sub has subscribed to demo/readings with QoS 1 and a session that stays"

# shellcheck disable=SC2086
"$bin/mqtt-sub" $subscribe -C "$lines" >"$work/received" &
receiver=$!
# shellcheck disable=SC2086
"$bin/mqtt-pub" $client -l <"$readings" || fail "mqtt-pub failed (exit status $?)"
step "mqtt-pub -l has published the $lines lines of $readings, one message each, all acknowledged"

status=0
wait "$receiver" || status=$?
receiver=
[ "$status" -eq 0 ] ||
    fail "mqtt-sub ended with exit status $status and $(wc -l <"$work/received") of $lines messages"
step "mqtt-sub has received $lines messages"

cmp "$readings" "$work/received" || fail "what came back differs from what was sent"
step "the $(wc -c <"$readings") bytes that came back are the bytes that were sent"

kill -TERM "$broker"
status=0
wait "$broker" || status=$?
broker=
[ "$status" -eq 0 ] || fail "mqttd ended with exit status $status"
step "mqttd has stopped; the round trip works"

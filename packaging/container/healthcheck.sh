#!/bin/sh
# Healthy: the broker answers CONNECT, be it with a refusal. MQTTD_HEALTH_URL says where when it is not on port 1883, for
# example mqtts://localhost:8883.
set -u
# shellcheck disable=SC2016 # a topic
mqtt-sub -L "${MQTTD_HEALTH_URL:-mqtt://127.0.0.1:1883}" --insecure -t '$SYS/broker/uptime' -E -W 5 --quiet >/dev/null
case $? in
0 | 4 | 5) exit 0 ;; # connected; refused by CONNACK; the subscription was denied
*) exit 1 ;;
esac

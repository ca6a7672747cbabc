#!/bin/sh
# Healthy: the broker answers CONNECT, be it with a refusal. MQTTD_HEALTH_URL says where when it is not on port 1883, for
# example mqtts://localhost:8883.
set -u
url=${MQTTD_HEALTH_URL:-mqtt://127.0.0.1:1883}
# Whether the certificate is good for the address of the container is not the question.
case $url in
mqtts:* | wss:*) insecure=--insecure ;;
*) insecure= ;;
esac
# shellcheck disable=SC2016,SC2086 # a topic; no word or one
mqtt-sub -L "$url" $insecure -t '$SYS/broker/uptime' -E -W 5 --quiet >/dev/null
case $? in
0 | 4 | 5) exit 0 ;; # connected; refused by CONNACK; the subscription was denied
*) exit 1 ;;
esac

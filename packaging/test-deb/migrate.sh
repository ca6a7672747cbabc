# Run by packaging/test-deb.sh in the new root: a mosquitto with a password and a retained message becomes an mqttd, with
# the commands of README.md.
set -eu
. /packages/common.sh

step "from mosquitto to mqttd"
mkdir -p /run/mosquitto
chown mosquitto: /run/mosquitto
printf 'listener 1883 127.0.0.1\nallow_anonymous false\npassword_file /etc/mosquitto/passwd\n' >/etc/mosquitto/conf.d/site.conf
quietly mosquitto_passwd -b -c /etc/mosquitto/passwd alice secret
chown mosquitto: /etc/mosquitto/passwd
mosquitto -c /etc/mosquitto/mosquitto.conf >/tmp/mosquitto.log 2>&1 </dev/null &
other=$!
tries=0
until mosquitto_pub -u alice -P secret -q 1 -r -t packages/old -m brought 2>/tmp/said; do
    kill -0 "$other" 2>/dev/null || fail "mosquitto does not start: $(cat /tmp/mosquitto.log)"
    tries=$((tries + 1))
    [ "$tries" -lt 200 ] || fail "mosquitto does not answer: $(cat /tmp/said)"
    sleep 0.1
done
kill -TERM "$other"
wait "$other" || fail "mosquitto ended with exit status $?"

cp -r /etc/mosquitto/. /etc/mqttd/
mv /etc/mqttd/mosquitto.conf /etc/mqttd/mqttd.conf
sed -i 's#/mosquitto/#/mqttd/#' /etc/mqttd/mqttd.conf /etc/mqttd/conf.d/*.conf
chgrp mqttd /etc/mqttd/passwd && chmod 640 /etc/mqttd/passwd
rm -f /var/lib/mqttd/mqttd.db* # that of the tests before
quietly mqttd store import /var/lib/mosquitto/mosquitto.db /var/lib/mqttd/mqttd.db
chown mqttd: /var/lib/mqttd/mqttd.db

mkdir -p /run/mqttd # as the unit does
chown mqttd: /run/mqttd
printf 'log_dest stderr\n' >>/etc/mqttd/mqttd.conf # how start_broker knows that it runs
start_broker
mqtt-sub -t packages/old -C 1 -W 5 >/tmp/said 2>&1 && fail "who has no password is let in"
same "what is retained after the change" brought "$(mqtt-sub -u alice -P secret -t packages/old -C 1 -W 30)"
stop_broker
[ -s /var/log/mqttd/mosquitto.log ] || fail "the log is not where the configuration wants it"

# Run by packaging/test-deb.sh in the new root: what remove and purge leave.
set -eu
. /packages/common.sh

step "remove"
printf '# A file of the administrator.\n' >/etc/mqttd/conf.d/own.conf
quietly dpkg --remove mqttd mqtt-clients
for gone in /usr/sbin/mqttd /usr/bin/mqtt-pub /lib/systemd/system/mqttd.service /usr/share/man/man8/mqttd.8.gz; do
    [ ! -e "$gone" ] || fail "remove leaves $gone"
done
for kept in /etc/mqttd/mqttd.conf /etc/mqttd/conf.d/own.conf /var/lib/mqttd/mqttd.db; do
    [ -e "$kept" ] || fail "remove takes $kept"
done

step "install again, with what was kept"
mkdir -p /run/mqttd
chown mqttd: /run/mqttd
quietly dpkg -i /packages/mqttd_*.deb /packages/mqtt-clients_*.deb
start_broker
same "what is retained after that" brought "$(mqtt-sub -u alice -P secret -t packages/old -C 1 -W 30)"
stop_broker

step "purge"
quietly dpkg --purge mqttd mqtt-clients
[ -e /etc/mqttd/conf.d/own.conf ] || fail "purge takes a file of the administrator"
rm -r /etc/mqttd # with what came from mosquitto
! getent passwd mqttd >/dev/null || fail "purge leaves the user mqttd"
! getent group mqttd >/dev/null || fail "purge leaves the group mqttd"
left=$(find / -xdev \( -path /proc -o -path /packages -o -path /tmp \) -prune -o \
    \( -name '*mqttd*' -o -name '*mqtt-clients*' -o -name 'mqtt-*' -o -name '*midge*' \) -print)
same "what purge leaves" "" "$left"

step "mosquitto's packages are as they were"
same "what dpkg says about them" "" "$(dpkg --verify mosquitto mosquitto-clients; dpkg --audit)"

# Run by packaging/test-deb.sh in the new root: what the packages have installed, the daemon at work, an upgrade.
set -eu
. /packages/common.sh
broker= # set by start_broker

step "user, folders, conffiles"
same "the entry of the user" "/var/lib/mqttd:/usr/sbin/nologin" "$(getent passwd mqttd | cut -d: -f6-)"
same "/var/lib/mqttd" "700 mqttd:mqttd" "$(stat -c '%a %U:%G' /var/lib/mqttd)"
same "/var/log/mqttd" "750 mqttd:mqttd" "$(stat -c '%a %U:%G' /var/log/mqttd)"
same "the configuration" "644 root:root" "$(stat -c '%a %U:%G' /etc/mqttd/mqttd.conf)"
# shellcheck disable=SC2016 # a variable of dpkg-query
same "the list of conffiles" "/etc/logrotate.d/mqttd /etc/mqttd/conf.d/README /etc/mqttd/mqttd.conf " \
    "$(dpkg-query -W -f '${Conffiles}\n' mqttd | awk 'NF { print $1 }' | sort | tr '\n' ' ')"
same "the units" "mqttd.service mqttd@.service " "$(find /lib/systemd/system -name "mqttd*" -printf "%f\n" | sort | tr '\n' ' ')"
for tool in mqttd mqtt-pub mqtt-sub mqtt-rr mqtt-passwd mqtt-certgen mqtt-bench mqtt-sysmon; do
    quietly "$tool" --version
done

step "the daemon as its user"
start_broker
same "the user of the process" mqttd "$(stat -c %U "/proc/$broker")"
quietly mqtt-pub -t packages/state -m installed -q 1 -r
same "what mqtt-sub gets" installed "$(mqtt-sub -t packages/state -C 1 -W 30)"
same "what mosquitto_sub gets" installed "$(mosquitto_sub -t packages/state -C 1 -W 30)"
stop_broker
same "the store" "600 mqttd:mqttd" "$(stat -c '%a %U:%G' /var/lib/mqttd/mqttd.db)"

step "upgrade"
printf '\n# A line of the administrator.\n' >>/etc/mqttd/mqttd.conf
dpkg-deb -R /packages/mqttd_*.deb /tmp/newer
sed -i 's/^Version: .*/&+newer/' /tmp/newer/DEBIAN/control
quietly dpkg-deb --root-owner-group -b /tmp/newer /tmp/newer.deb
rm -r /tmp/newer
quietly dpkg -i /tmp/newer.deb
# shellcheck disable=SC2016
case $(dpkg-query -W -f '${Version} ${Status}' mqttd) in
*"+newer install ok installed") ;;
*) fail "the newer package is not installed" ;;
esac
same "the last line of the configuration" "# A line of the administrator." "$(tail -n 1 /etc/mqttd/mqttd.conf)"
start_broker
same "what is retained after the upgrade" installed "$(mqtt-sub -t packages/state -C 1 -W 30)"
stop_broker

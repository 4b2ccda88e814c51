#!/usr/bin/env bash
# package.sh [PACKAGE] - on a bare Debian, as root (sudo test/bare.sh 12 test/package.sh): makes the Debian package (or takes
# that one), installs, upgrades and purges it. Prints TAP. No systemd runs there: the program is run as its user.
set -u
cd "$(dirname "$0")/.." || exit
package=${1:-}
# shellcheck source=test/checks.sh
. test/checks.sh
if [ -e /etc/sotto ] || [ -e /var/lib/sotto ]; then
	echo 'Bail out! this is for a bare Debian: /etc/sotto or /var/lib/sotto is there already'
	exit 1
fi
export DEBIAN_FRONTEND=noninteractive
if [ -z "$package" ]; then
	make deb >"$work/log" 2>&1 || { tail -50 "$work/log"; echo 'Bail out! no package'; exit 1; }
	package=$(ls build-deb/sotto_*.deb)
fi
no_trace() { ! ls /etc/systemd/system/*/sotto.service 2>/dev/null && ! as_sotto sotto status --config $config; }
serves() {
	setpriv --reuid=sotto --regid=sotto --init-groups sotto serve --config $config >"$work/served" 2>&1 &
	server=$!
	for _ in $(seq 100); do
		grep -q '^ready ' "$work/served" && return
		sleep 0.1
	done
	cat "$work/served"
	return 1
}
stops() { kill -TERM $server && wait $server; }
# What README.md says of the first hours.
adds_bob() { echo 'a long password' | as_sotto sotto user add bob --roles agent --config $config; }
disables_bob() { as_sotto sotto user set bob --disable --config $config && as_sotto sotto user list --config $config | grep -q '^bob .* disabled'; }
exports_bob() { as_sotto sotto export users --config $config | grep -q '^bob,'; }
imports_stops() { echo '+420600112301' | as_sotto sotto import opt-outs - --config $config | grep -q '^1 phones'; }
reloads() {
	sed -i 's/^      host: smsc.example.org$/      host: smsc.example.net/' $config
	as_sotto sotto reload --config $config | grep -q 'smsc.example.net'
}
restores() { as_sotto sotto restore /var/lib/sotto/backup /var/lib/sotto/restored && as_sotto sotto verify --dir /var/lib/sotto/restored; }
has_pages() { for page in man1/sotto man1/sotto-export man1/sotto-import man5/sotto.yaml; do ls /usr/share/man/$page.*gz || return; done; }

apt-get update -qq >/dev/null 2>&1
check 'it is installed' installs "$package"
check 'its user is there' id sotto
check 'its man pages are there' has_pages
check 'only that user reads the configuration' test "$(stat -c '%U:%G %a' $config)" = 'root:sotto 640'
check 'the sample is fine' as_sotto sotto check-config $config
check 'nothing is started or enabled' no_trace
check 'its folder is there, and its own' test "$(stat -c '%U:%G %a' /var/lib/sotto)" = 'sotto:sotto 700'
check 'it serves' serves
check 'its operator sees so' as_sotto sotto status --config $config
check 'a user is added' adds_bob
check 'and disabled' disables_bob
check 'users are exported' exports_bob
check 'opt-outs are imported' imports_stops
check 'a link is changed, and reloaded' reloads
check 'it is backed up' as_sotto sotto backup /var/lib/sotto/backup --config $config
check 'the backup is restored elsewhere' restores
check 'it ends orderly' stops
echo '# mine' >>$config
check 'a next version is made' later "$package" 99
check 'it is upgraded, without a question, though its sample is another one' installs "$work/sotto_99.deb"
check 'the configuration is as it was' grep -qx '# mine' $config
check 'only that user still reads it' test "$(stat -c '%U:%G %a' $config)" = 'root:sotto 640'
check 'what did not run is not started' no_trace
check 'it serves the same store' serves
check 'and ends' stops
check 'which is what was written' as_sotto sotto verify --config $config
check 'it is purged' apt-get purge -y sotto
check 'the configuration is gone' test ! -e /etc/sotto
check 'the store is not' test -e /var/lib/sotto/journal.db
rm -rf /var/lib/sotto # the next time begins with a bare one
echo "1..$count"
exit $failed

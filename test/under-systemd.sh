#!/usr/bin/env bash
# under-systemd.sh PACKAGE - an operator's first days, as README.md tells them, where systemd is process 1 (test/systemd.sh starts
# such a system): install, connect a link, change its password, users, reload, kill, backup, upgrade, restore, damage. Prints TAP.
set -u
cd "$(dirname "$0")/.." || exit
package=$1
# shellcheck source=test/checks.sh
. test/checks.sh

start() { systemctl reset-failed sotto; systemctl start sotto; } # we are faster than people: five starts in ten seconds are too often for systemd
pid() { systemctl show -P MainPID sotto; }
said() { journalctl --sync; journalctl -u sotto --since "@$since" -o cat --no-pager; } # since the last `from_now`
from_now() { since=$(date +%s.%N); }
soon() { # command...: within ten seconds
	for _ in $(seq 100); do
		"$@" >"$work/soon" 2>&1 && return
		sleep 0.1
	done
	cat "$work/soon"
	return 1
}
link_is() { op status | tee /dev/stderr | grep -q "^link .* $1,"; }
is_off() { [ "$(systemctl is-active sotto) $(systemctl is-enabled sotto)" = 'inactive disabled' ]; }
answers() { [ "$(curl -s -o /dev/null -w '%{http_code}' "$1")" = 200 ]; }

configures() {
	sed -i 's/^      host: .*/      host: 127.0.0.1/; s/^\( *password:\) secret /\1 wrong-one /; s/^#admin:/admin:/; s/^#  listen:/  listen:/' $config
	sotto check-config $config && ! grep -q '^#admin' $config
}
starts_ready() { from_now; systemctl enable --now sotto && said | grep -q '^ready http' && op status; }
exposed() { systemd-analyze security --no-pager --threshold=12 sotto; }
is_refused() { link_is down && said | grep -q 'refuses the bind.*ESME_RINVPASWD'; }
other_password() { sed -i 's/wrong-one /geheim /' $config; }
reloads() { local was; was=$(pid); systemctl reload sotto && [ "$(pid)" = "$was" ]; }
refuses() { # a file that is wrong
	from_now
	sed -i 's/^listen:/listen: nonsense #/' $config
	! systemctl reload sotto && said | grep -q "$config:[0-9]*: listen" && systemctl is-active sotto
}
is_right_again() { sed -i 's/^listen: nonsense #/listen:/' $config && systemctl reload sotto; }
adds_bob() { echo 'a long password' | op user add bob --roles agent && op user list | grep -q '^bob .* LoggedOut'; }
disables_bob() { op user set bob --disable && has_bob; }
has_bob() { op user list | grep -q '^bob .* disabled'; }
came_back() { [ "$(pid)" != "$was" ] && [ "$(pid)" != 0 ] && op status; }
is_killed() { was=$(pid); kill -9 "$was"; soon came_back; }
restarts() { was=$(pid); from_now; systemctl restart sotto && [ "$(pid)" != "$was" ] && ! said | grep -i 'failed\|kill'; }
backs_up() { install -d -o sotto -g sotto -m 700 /srv/backup && op backup /srv/backup/one && as_sotto sotto verify --backup /srv/backup/one; }
upgrades() { was=$(pid); cp $config "$work/was"; installs "$work/sotto_98.deb" && came_back && cmp $config "$work/was"; }
stays() { # with a file that is wrong the new program is not started
	was=$(pid)
	sed -i 's/^listen:/listen: nonsense #/' $config
	installs "$work/sotto_99.deb" >"$work/upgraded" 2>&1
	cat "$work/upgraded"
	grep -q "the configuration is refused: $config:[0-9]*: listen" "$work/upgraded" && [ "$(pid)" = "$was" ]
}
restores() {
	systemctl stop sotto && as_sotto sotto restore /srv/backup/one /var/lib/sotto/restored &&
		sed -i 's,^data-dir: .*,data-dir: /var/lib/sotto/restored,' $config && start && has_bob
}
elsewhere() { # as doc/operating.md says of a folder that is not below /var/lib/sotto: until the unit may, nothing can be written
	systemctl stop sotto && install -d -o sotto -g sotto -m 700 /srv/sotto && as_sotto sotto restore /srv/backup/one /srv/sotto/store &&
		sed -i 's,^data-dir: .*,data-dir: /srv/sotto/store,' $config && start && ! op status || return
	mkdir -p /etc/systemd/system/sotto.service.d
	printf '[Service]\nReadWritePaths=/srv/sotto\n' >/etc/systemd/system/sotto.service.d/override.conf
	systemctl daemon-reload && systemctl stop sotto && start && op status && has_bob
}
not_upgraded() { # an event of the journal is another one
	systemctl stop sotto && as_sotto sed -i 's/bob/bOb/' /srv/sotto/store/journal.db && start || return
	was=$(pid)
	later "$package" 100 && installs "$work/sotto_100.deb" >"$work/upgraded" 2>&1
	cat "$work/upgraded"
	grep -q 'the store was not verified' "$work/upgraded" && [ "$(pid)" = "$was" ] && ! op verify
}
stays_off() { # a page of it is none
	systemctl stop sotto && as_sotto dd if=/dev/urandom of=/srv/sotto/store/journal.db bs=4096 seek=2 count=1 conv=notrunc || return
	from_now
	! start || return
	sleep 4 # twice RestartSec
	[ "$(systemctl show -P NRestarts -P ActiveState sotto | sort | tr '\n' ' ')" = '0 failed ' ]
}
says_why() { said | tee /dev/stderr | grep -q 'sotto serve: journal.db'; }
silent_of_passwords() { ! journalctl --no-pager -u sotto | grep -E 'geheim|wrong-one|a long password'; }
purges() {
	sed -i 's,^data-dir: .*,data-dir: /var/lib/sotto/restored,' $config
	from_now
	start || { said; return 1; }
	apt-get purge -y sotto && [ "$(systemctl is-active sotto)" = inactive ] && test -e /var/lib/sotto/restored/journal.db
}

from_now
check 'the package is installed' installs "$package"
check 'nothing is started or enabled' is_off
check 'its folder is there before the first start' test "$(stat -c '%U:%G %a' /var/lib/sotto)" = 'sotto:sotto 700'
check 'its configuration is fine' configures
check 'a carrier is there' systemd-run --unit=carrier sotto smsc-sim --system-id sotto --password geheim --number 5000
check 'systemctl start returns once it is ready' starts_ready
check 'it is exposed to 1.2 at most' exposed
check 'it is healthy' answers http://127.0.0.1:9091/healthz
check 'and ready' answers http://127.0.0.1:9091/readyz
check 'a wrong password of a link is told' soon is_refused
check 'it is changed' other_password
check 'and reloaded, in the same process' reloads
check 'the link is up' soon link_is up
check 'a file with a mistake fails the reload, and the journal has its line' refuses
check 'one without succeeds again' is_right_again
check 'a user is added' adds_bob
check 'and disabled' disables_bob
check 'killed, it comes back' is_killed
check 'with what was answered' has_bob
check 'it is restarted in order' restarts
check 'its user backs it up, and verifies that' backs_up
check 'a later package is made' later "$package" 98
check 'it is upgraded while it runs, and runs the new one; the configuration is as it was' upgrades
check 'the link is up again' soon link_is up
check 'another one is made' later "$package" 99
check 'its upgrade says what is wrong with the configuration, and leaves what runs' stays
check 'which is mended' is_right_again
check 'a backup is restored, and served' restores
check 'elsewhere too, once the unit may' elsewhere
check 'a store that is not what was written keeps its program' not_upgraded
check 'a damaged store is not started, nor tried again' stays_off
check 'the journal says why' says_why
check 'no password is in the journal' silent_of_passwords
check 'it is purged, and the store stays' purges
echo "1..$count"
exit $failed

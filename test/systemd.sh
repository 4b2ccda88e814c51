#!/usr/bin/env bash
# systemd.sh 12|13 [PACKAGE] - the Debian package under a running systemd: on the bare Debian of bare.sh, started by
# systemd-nspawn in a layer that is thrown away, test/under-systemd.sh lives an operator's first days. PACKAGE, or the one that
# `make deb` makes there. Prints TAP; a SKIP where nobody can start a system: it needs root, debootstrap and systemd-nspawn.
set -euo pipefail
cd "$(dirname "$0")/.."
release=${1:?usage: test/systemd.sh 12|13 [PACKAGE]}
package=${2:-}
for program in debootstrap systemd-nspawn; do
	if [ "$(id -u)" != 0 ] || ! command -v $program >/dev/null; then
		printf 'ok 1 - the package under systemd on Debian %s # SKIP needs root and %s\n1..1\n' "$release" $program
		exit
	fi
done
bare=${BARE_FOLDER:-/var/tmp/sotto-bare}/$release
work=$(mktemp -d /var/tmp/sotto-systemd.XXXXXX)
groups=()
tidy() {
	local group
	for group in "${groups[@]}"; do find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true; done
	rm -rf --one-file-system "$work"
}
trap tidy EXIT
makes=(make deb)
[ -z "$package" ] || makes=(true)
test/bare.sh "$release" "${makes[@]}" >"$work/made" 2>&1 || { tail -n 40 "$work/made"; echo 'Bail out! no package'; exit 1; }
[ -n "$package" ] || package=$(ls "$bare"/root/sotto/build-deb/sotto_*.deb)

# Where no systemd manages this machine, nspawn takes the control group that it is started in: one of its own.
if [ ! -d /run/systemd/system ]; then
	mapfile -t groups < <(awk -v name="sotto-systemd.$$" '$3 == "cgroup2" || $4 ~ /name=systemd/ { print $2 "/" name }' /proc/mounts)
fi

# What starts there: the trial, then the end of the machine.
mkdir -p "$work/upper/etc/systemd/system/multi-user.target.wants" "$work/upper/trial" "$work/work" "$work/root"
cp "$package" "$work/upper/trial/sotto.deb"
cat >"$work/upper/etc/systemd/system/trial.service" <<'UNIT'
[Unit]
After=basic.target network.target dbus.service
[Service]
Type=oneshot
ExecStart=/root/sotto/test/under-systemd.sh /trial/sotto.deb
ExecStopPost=/bin/systemctl poweroff --no-block
StandardOutput=file:/trial/tap
TimeoutStartSec=240
UNIT
ln -s ../trial.service "$work/upper/etc/systemd/system/multi-user.target.wants/"

# Mounts and processes of its own: all of it ends with it. The network is there for apt alone; the system starts without any.
# shellcheck disable=SC2016
timeout --kill-after=10 480 unshare --mount --pid --fork --kill-child --mount-proc bash -c '
	set -e
	bare=$1 work=$2
	shift 2
	mount -t overlay overlay -o "lowerdir=$bare,upperdir=$work/upper,workdir=$work/work" "$work/root"
	mount --rbind /dev "$work/root/dev"
	mount -t proc proc "$work/root/proc"
	rm -rf "$work/root/var/lib/sotto" "$work/root/etc/sotto" # what another trial left, in this layer alone
	export DEBIAN_FRONTEND=noninteractive
	chroot "$work/root" apt-get update -qq
	chroot "$work/root" apt-get install -qq --no-install-recommends systemd systemd-sysv dbus curl
	chroot "$work/root" apt-get install -qq --no-install-recommends --download-only /trial/sotto.deb
	umount "$work/root/proc"
	umount -R "$work/root/dev"
	flags=(--register=no)
	for group; do mkdir "$group" && echo $$ >"$group/cgroup.procs" && flags=(--register=no --keep-unit); done
	export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1
	exec systemd-nspawn -q -D "$work/root" -b "${flags[@]}" --private-network --console=pipe --machine="sotto-trial-$$"
' systemd "$bare" "$work" "${groups[@]}" </dev/null >"$work/console" 2>&1 || echo "ended with $?" >>"$work/console"

if [ ! -s "$work/upper/trial/tap" ]; then
	echo "not ok 1 - Debian $release starts"
	sed 's/^/# /' "$work/console" | tail -n 40
	echo '1..1'
	exit 1
fi
cat "$work/upper/trial/tap"
grep -q '^1\.\.' "$work/upper/trial/tap" || { echo 'Bail out! the trial did not come to its end'; exit 1; }
! grep -q '^not ok' "$work/upper/trial/tap"

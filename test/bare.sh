#!/usr/bin/env bash
# bare.sh 12|13 [COMMAND...] - does on a bare Debian 12 or 13 what README.md says: in a folder made by debootstrap with no
# more than git and make in it, a clone of HEAD, `make check`, and `make demo` for a while. Or COMMAND in such a clone. As
# root, with debootstrap. Mirror, proxies, certificates and ~/.npmrc are this machine's. The folder stays, and what was
# installed in it: the next time begins with a new clone alone. BARE_FOLDER: where; without it /var/tmp/sotto-bare.
set -euo pipefail
repository=$(cd "$(dirname "$0")/.." && pwd)

release=${1:-}
shift || true
case $release in
12) suite=bookworm ;;
13) suite=trixie ;;
*)
	echo "usage: test/bare.sh 12|13 [COMMAND...]" >&2
	exit 2
	;;
esac
root=${BARE_FOLDER:-/var/tmp/sotto-bare}/$release

# The first mirror that this machine installs from.
mirror() {
	# shellcheck disable=SC2016
	apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | head -n 1
}

# One at a time: what is half made is another run's, not what one left.
make_root() {
	mkdir -p "$(dirname "$root")"
	exec 9>"$root.lock"
	flock 9
	[ -d "$root" ] && return
	echo "== debootstrap $suite"
	# What broke off may have left its mounts: nothing is removed through them.
	awk -v at="$root.part/" 'index($2, at) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r -n 1 umount
	rm -rf --one-file-system "$root.part"
	mkdir -p "$root.part/etc/dpkg/dpkg.cfg.d"
	echo force-unsafe-io >"$root.part/etc/dpkg/dpkg.cfg.d/bare" # nothing in it has to outlive a power cut
	debootstrap --variant=minbase --include=git,make,ca-certificates "$suite" "$root.part" "$(mirror)" >"$root.log" 2>&1 ||
		{ tail "$root.log" >&2; exit 1; }
	mv "$root.part" "$root"
}

# How this machine reaches others.
take_settings() {
	cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
	apt-config dump | grep -iE '^Acquire::((https?|ftp)::(.*::)?Proxy|Check-Valid-Until|Check-Date)' >"$root/etc/apt/apt.conf.d/90machine" || true
	cp /usr/local/share/ca-certificates/*.crt "$root/usr/local/share/ca-certificates/" 2>/dev/null || true
	[ ! -f ~/.npmrc ] || cp ~/.npmrc "$root/root/.npmrc"
	chroot "$root" update-ca-certificates >/dev/null 2>&1
}

take_sources() {
	rm -rf "$root/root/sotto"
	git -C "$repository" bundle create -q "$root/root/sotto.bundle" HEAD
	in_root / 'git init -q /root/sotto && cd /root/sotto && git fetch -q /root/sotto.bundle HEAD && git checkout -q FETCH_HEAD'
}

# Mounts, processes and (with --net) sockets of its own: all of it is gone with its end.
in_root() { # [--net] folder command
	local net=() up=:
	[ "$1" != --net ] || { net=(--net) up='ip link set lo up' && shift; }
	local keep=()
	for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY MUTANT_SHARES; do
		[ -z "${!name:-}" ] || keep+=("$name=${!name}")
	done
	unshare --mount --pid --fork --kill-child "${net[@]}" bash -c '
		set -e
		root=$1 up=$2
		shift 2
		$up
		mount -t proc proc "$root/proc"
		mount --rbind /sys "$root/sys"
		mount --rbind /dev "$root/dev"
		exec chroot "$root" env -i "$@"' in_root "$root" "$up" \
		HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 TERM=dumb \
		NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt "${keep[@]}" \
		bash -c "cd '$1' && $2"
}

# Ctrl-C after 20 s must end it within 10.
demo='make build && { timeout --signal=INT --kill-after=10 20 make demo >/root/demo.log 2>&1; [ $? = 124 ]; } &&
	grep "^ready http://127.0.0.1:8080" /root/demo.log'

make_root
take_settings
take_sources
if [ $# -gt 0 ]; then
	in_root /root/sotto "$(printf '%q ' "$@")"
	exit
fi
echo "== Debian $release: make check"
in_root /root/sotto 'make check'
echo "== Debian $release: make demo"
in_root --net /root/sotto "$demo" || { tail -n 20 "$root/root/demo.log" >&2; exit 1; }

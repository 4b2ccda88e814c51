# shellcheck shell=bash disable=SC2034
# checks.sh - for package.sh and under-systemd.sh: a command that must succeed is a line of TAP; what it said is shown where it did not.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
count=0 failed=0
check() { # name command...
	local name=$1
	shift
	count=$((count + 1))
	if "$@" >"$work/said" 2>&1; then echo "ok $count - $name"; else
		echo "not ok $count - $name"
		sed 's/^/# /' "$work/said"
		failed=1
	fi
}

# What an operator has on the machine.
config=/etc/sotto/sotto.yaml
as_sotto() { runuser -u sotto -- "$@"; }
op() { as_sotto sotto "$@" --config $config; }

# The same package, a version later, with another sample: at $work/sotto_VERSION.deb.
later() { # package version
	rm -rf "$work/next"
	dpkg-deb -R "$1" "$work/next"
	sed -i "s/^Version: .*/Version: $2/" "$work/next/DEBIAN/control"
	echo '# a later sample' >>"$work/next/usr/share/sotto/sotto.yaml"
	dpkg-deb --root-owner-group -b "$work/next" "$work/sotto_$2.deb"
}

# With nobody there who could answer a question.
installs() { DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$(realpath "$1")" </dev/null; }

#!/usr/bin/env bash
# install-deps.sh WHAT... - installs with apt-get what is missing for: build, page, deb, check. Asks apt-get nothing where
# everything is there. Debian 12 and 13; as root or with sudo. libyaml: libcyaml-dev forgets to ask for it. curl: for
# the lines that the demo prints.
set -euo pipefail

build=(meson ninja-build gcc libc6-dev pkg-config libuv1-dev libsodium-dev libssl-dev libjansson-dev libsqlite3-dev uthash-dev libcyaml-dev libyaml-dev curl)
check=(libcmocka-dev clang python3 chromium)

# A package may be there under the name of one that provides it (pkg-config: pkgconf).
has() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# The first of some alternatives that this release has.
known() {
	local one
	for one; do
		apt-cache show "$one" >/dev/null 2>&1 && echo "$one" && return
	done
	echo "none of these packages is known here: $*" >&2
	return 1
}

missing=() choices=()
for what; do
	case $what in
	build)
		for one in "${build[@]}"; do has "$one" || missing+=("$one"); done
		has libllhttp-dev || has node-llhttp || choices+=("libllhttp-dev node-llhttp")
		;;
	page)
		# Node may have come from elsewhere than Debian; then npm is there as well.
		command -v node >/dev/null || missing+=(nodejs)
		command -v npm >/dev/null || missing+=(npm)
		;;
	deb)
		for one in build-essential dpkg-dev debhelper python3; do has "$one" || missing+=("$one"); done
		;;
	check)
		for one in "${check[@]}"; do has "$one" || missing+=("$one"); done
		# Version 14 it must be: where that is not the release's, test/format.sh skips its check.
		[ "$(. /etc/os-release && echo "$VERSION_ID")" != 12 ] || has clang-format || missing+=(clang-format)
		# clang's sanitizers and libFuzzer: a package of their own from Debian 12 on.
		if ! compgen -G '/usr/lib/llvm-*/lib/clang/*/lib/*/libclang_rt.fuzzer*.a' >/dev/null &&
			! compgen -G '/usr/lib/clang/*/lib/*/libclang_rt.fuzzer*.a' >/dev/null; then
			choices+=("libclang-rt-dev libclang-rt-14-dev libclang-common-14-dev")
		fi
		command -v node >/dev/null || missing+=(nodejs)
		command -v npm >/dev/null || missing+=(npm)
		;;
	*)
		echo "what is '$what'?" >&2
		exit 2
		;;
	esac
done
[ ${#missing[@]} -gt 0 ] || [ ${#choices[@]} -gt 0 ] || exit 0

export DEBIAN_FRONTEND=noninteractive
as_root=()
if [ "$(id -u)" != 0 ]; then
	if ! command -v sudo >/dev/null; then
		# The first of some that are choices: one can type this.
		for choice in "${choices[@]}"; do missing+=("$(known $choice)"); done
		printf 'packages are missing; as root:\napt-get install -y --no-install-recommends %s\n' "${missing[*]}" >&2
		exit 1
	fi
	as_root=(sudo)
fi

# Says nothing unless it fails.
quiet() {
	local log
	log=$(mktemp)
	"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive "$@" >"$log" 2>&1 || { cat "$log" >&2; rm -f "$log"; return 1; }
	rm -f "$log"
}

quiet apt-get update -qq
for choice in "${choices[@]}"; do
	# shellcheck disable=SC2086
	missing+=("$(known $choice)")
done
echo "installing: ${missing[*]}"
quiet apt-get install -y -qq --no-install-recommends "${missing[@]}"

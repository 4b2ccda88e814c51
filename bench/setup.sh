#!/usr/bin/env bash
# setup.sh - what measuring needs: the peer nchan, wrk, a release build of sotto, the generators. All into build-bench/.
# Asks apt-get nothing where everything is there.
set -euo pipefail
cd "$(dirname "$0")/.."
packages=(nginx-light libnginx-mod-nchan wrk)

missing=()
for one in "${packages[@]}"; do
	[ "$(dpkg-query -W -f='${db:Status-Status}' "$one" 2>/dev/null)" = installed ] || missing+=("$one")
done
if [ ${#missing[@]} -gt 0 ]; then
	as_root=()
	[ "$(id -u)" = 0 ] || as_root=(sudo)
	# Debian starts a service that it installs; this one is only a program to us.
	was_there=$(command -v nginx || true)
	"${as_root[@]}" apt-get update -qq
	"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
	if [ -z "$was_there" ] && command -v systemctl >/dev/null; then
		"${as_root[@]}" systemctl disable --now nginx >/dev/null 2>&1 || true
	fi
fi

packaging/install-deps.sh build
[ -f build-bench/build.ninja ] || meson setup build-bench --buildtype=release -Db_lto=true -Dtests=disabled >/dev/null
ninja -C build-bench --quiet src/sotto bench/fill
[ build-bench/count.so -nt bench/gen/count.c ] || # its loops must stay loops: they are what memcpy is here
	gcc -O2 -g -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -fno-builtin -fno-tree-loop-distribute-patterns -fPIC -shared \
		-o build-bench/count.so bench/gen/count.c
for one in fanout limit smsc; do
	[ "build-bench/$one" -nt "bench/gen/$one.c" ] && [ "build-bench/$one" -nt bench/gen/common.h ] ||
		gcc -O2 -g -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -o "build-bench/$one" "bench/gen/$one.c"
done

#!/usr/bin/env bash
# fuzz.sh build | run SECONDS - builds the fuzz targets in build-fuzz with clang; runs each of them that long, two at
# a time, and prints TAP.
set -u
cd "$(dirname "$0")/.."
folder=build-fuzz

build() {
	[ -f $folder/build.ninja ] || CC=clang meson setup $folder --buildtype=debugoptimized -Doptimization=1 \
		-Db_sanitize=address,undefined -Db_lundef=false -Dfuzz=true -Dtests=disabled \
		-Dc_args=-fsanitize=fuzzer-no-link || return
	ninja -C $folder
}

one() { # target seconds
	local name=${1##*/}
	mkdir -p "$work/$name"
	if (cd "$work/$name" && UBSAN_OPTIONS=halt_on_error=1 "$1" -max_total_time="$2" -timeout=10 -rss_limit_mb=1024 \
		-print_final_stats=1 . >"$work/$name.log" 2>&1); then
		echo ok >"$work/$name.result"
	else
		echo "not ok" >"$work/$name.result"
	fi
}

run() { # seconds
	local count=0 failed=0 target name result runs input targets
	targets=$(find $folder -type f -name '*_fuzz' -perm -u+x | sort)
	for target in $targets; do
		while [ "$(jobs -rp | wc -l)" -ge 2 ]; do wait -n; done
		one "$PWD/$target" "$1" &
	done
	wait
	for target in $targets; do
		count=$((count + 1))
		name=${target##*/}
		result=$(cat "$work/$name.result")
		runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/$name.log")
		echo "$result $count - fuzz ${name%_fuzz}: ${runs:-no} inputs"
		[ "$result" = ok ] && continue
		failed=1
		tail -40 "$work/$name.log" | sed 's/^/# /'
		# The input that broke it stays for whoever looks.
		for input in "$work/$name"/{crash,leak,timeout,oom}-*; do
			[ -e "$input" ] && cp "$input" $folder/ && echo "# $folder/${input##*/}"
		done
	done
	echo "1..$count"
	return $failed
}

case ${1:-} in
build) build ;;
run)
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
	run "${2:?seconds each}"
	;;
*)
	echo 'usage: fuzz.sh build | run SECONDS' >&2
	exit 2
	;;
esac

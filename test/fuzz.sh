#!/usr/bin/env bash
# fuzz.sh build | run SECONDS [TARGET...] - builds the fuzz targets in build-fuzz with clang; runs each of them that long
# (or those named, e.g. deliver), two at a time, and prints TAP. A target of test/fuzz begins with its corpus and dictionary.
set -u
cd "$(dirname "$0")/.."
folder=build-fuzz

build() {
	[ -f $folder/build.ninja ] || CC=clang meson setup $folder --buildtype=debugoptimized -Doptimization=1 \
		-Db_sanitize=address,undefined -Db_lundef=false -Dfuzz=true -Dtests=disabled \
		-Dc_args=-fsanitize=fuzzer-no-link || return
	ninja -C $folder
}

# Whole servers run thousands of branches an input: libFuzzer's weighing of rare ones (entropic) would take most of the time.
one() { # target seconds
	local name=${1##*/} short seeds options=()
	short=${name%_fuzz}
	seeds=$PWD/test/fuzz/$short
	if [ -d "$seeds" ]; then
		options=(-entropic=0 -max_len=4096 -dict="$seeds.dict")
	else
		seeds=
	fi
	mkdir -p "$work/$name"
	if (cd "$work/$name" && UBSAN_OPTIONS=halt_on_error=1 "$1" -max_total_time="$2" -timeout=20 -rss_limit_mb=1024 \
		-malloc_limit_mb=64 -print_final_stats=1 "${options[@]}" . ${seeds:+"$seeds"} >"$work/$name.log" 2>&1); then
		echo ok >"$work/$name.result"
	else
		echo "not ok" >"$work/$name.result"
	fi
}

targets_of() { # target...
	local name
	[ $# -gt 0 ] || set -- '*'
	for name; do find $folder -type f -name "${name}_fuzz" -perm -u+x; done | sort
}

run() { # seconds target...
	local seconds=$1 count=0 failed=0 target name result runs input targets
	shift
	targets=$(targets_of "$@")
	for target in $targets; do
		while [ "$(jobs -rp | wc -l)" -ge 2 ]; do wait -n; done
		one "$PWD/$target" "$seconds" &
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
	shift
	run "${1:?seconds each}" "${@:2}"
	;;
*)
	echo 'usage: fuzz.sh build | run SECONDS [TARGET...]' >&2
	exit 2
	;;
esac

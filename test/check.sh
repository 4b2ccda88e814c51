#!/usr/bin/env bash
# check.sh - everything that `make check` proves, against builds with ASan and UBSan. Each kind of test writes TAP
# into build-check/results; the last line adds all up. FUZZ_SECONDS: how long each codec is fuzzed.
set -u
cd "$(dirname "$0")/.."
build=build-check fuzz=build-fuzz
results=$build/results
rm -rf "$results"
mkdir -p "$results"
jobs=$(nproc)

say() { printf '\n== %s\n' "$*"; }

# A step that is one test by itself: builds.
step() { # name command...
	local name=$1
	shift
	say "$name"
	if "$@"; then
		printf 'ok 1 - %s\n1..1\n' "$name" >"$results/${name// /-}.tap"
	else
		printf 'not ok 1 - %s\n1..1\n' "$name" >"$results/${name// /-}.tap"
		return 1
	fi
}

# A command that prints TAP itself; shown where it fails.
tap() { # name command...
	local name=$1
	shift
	say "$name"
	if "$@" >"$results/$name.tap" 2>"$results/$name.stderr"; then
		tail -1 "$results/$name.tap"
	else
		grep -A40 '^not ok' "$results/$name.tap" | head -100
		cat "$results/$name.stderr"
	fi
}

setup() { # folder options...
	local folder=$1
	shift
	[ -f "$folder/build.ninja" ] || meson setup "$folder" --buildtype=debugoptimized -Dwerror=true "$@"
}

build_check() {
	setup $build -Db_sanitize=address,undefined -Dtests=enabled && ninja -C $build -j "$jobs"
}

build_fuzz() {
	CC=clang setup $fuzz -Db_sanitize=address,undefined -Db_lundef=false -Dfuzz=true -Dtests=disabled \
		-Dc_args=-fsanitize=fuzzer-no-link && ninja -C $fuzz -j "$jobs"
}

export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1

tap include-rules test/include-rules.sh
tap format test/format.sh
if step 'build with ASan and UBSan' build_check; then
	say 'unit tests'
	meson test -C $build --no-rebuild --num-processes "$jobs" --print-errorlogs --quiet
	say 'scenario and crash tests'
	SOTTO_BINARY=$build/src/sotto node test/run.mjs --tap "$results/scenario.tap" --at-once 3 test/scenario test/crash |
		grep -v '^ok '
fi
if command -v clang >/dev/null; then
	step 'build of the fuzz targets' build_fuzz && tap fuzz test/fuzz.sh $fuzz "${FUZZ_SECONDS:-4}"
fi
say 'all together'
node test/summary.mjs "$results" $build

#!/usr/bin/env bash
# check.sh - everything that `make check` proves, with ASan and UBSan in every build. Each kind of test writes TAP into
# build-check/results; the last line adds all up. At most six minutes on two cores: what takes longer, fuzzing among it, is a
# slice here and whole in check-all.sh.
set -u
cd "$(dirname "$0")/.."
build=build-check
results=$build/results
rm -rf "$results"
mkdir -p "$results"
export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1

# Of so many shares of the mutants one is tried here.
MUTANT_SHARES=${MUTANT_SHARES:-20}

# shellcheck source=test/steps.sh
. test/steps.sh

# Much is written to disk and waited for, and nothing here is about a disk of this machine: what power cuts leave is tried on
# a disk that is simulated, and a process that is killed leaves its files anywhere.
in_memory=/dev/shm
if [ -z "${TMPDIR:-}" ] && [ -w $in_memory ] && [ "$(df --output=avail $in_memory | tail -1)" -gt 2000000 ]; then
	export TMPDIR=$in_memory
fi

# What takes a third of the time to compile and to run, and is found elsewhere: a NULL and the end of an object by
# AddressSanitizer, alignment by the fuzz targets, which have all checks.
sanitize='-fno-sanitize=null,object-size,alignment'

build_check() {
	# Compiling takes long: lines for what the sanitizers tell, and no more to debug with. Less than -O2 makes tests slower by more
	# than is won.
	[ -f $build/build.ninja ] || CC_LD=$(linker) meson setup $build --buildtype=debugoptimized -Dc_args="-g1 $sanitize" -Dwerror=true \
		-Db_sanitize=address,undefined -Dtests=enabled || return
	ninja -C $build
}

# Some hundred programs are linked: by a quick one where one is.
linker() {
	local name
	for name in lld gold; do command -v "ld.$name" >/dev/null && echo "$name" && return; done
	echo bfd
}

tap include-rules test/include-rules.sh
tap format test/format.sh
tap documents node api/write.mjs --check
page_types() { (cd web && { [ -d node_modules ] || npm ci --ignore-scripts --no-audit --no-fund --loglevel=error; } && node_modules/.bin/tsc --noEmit); }

tap reliability node reliability/tables.mjs --check
step page-types page_types
if step build build_check; then
	# One kind after the other: programs that compute and conversations that wait for each other in one time take longer.
	units() { meson test -C $build --no-rebuild --num-processes "$(nproc)" --print-errorlogs --quiet >"$results/unit.log" 2>&1; }
	say 'unit and twin tests'
	lively units || tail -n 150 "$results/unit.log"
	scenarios() {
		SOTTO_SEEN=$results/seen SOTTO_BINARY=$build/src/sotto node test/run.mjs --tap "$results/scenario.tap" --at-once 5 test/world test/page \
			test/property test/scenario test/interop test/mutants reliability test/summary.test.mjs test/steps.test.mjs test/security.test.mjs test/node.test.mjs | grep -v '^ok '
	}
	say 'scenario tests, and what was walked'
	lively scenarios
	tap seen node test/seen.mjs "$results/seen"
	# The same on the grid of time that is the default; without one the others need half as long.
	say 'on the grid'
	SOTTO_GRID=4 SOTTO_BINARY=$build/src/sotto node test/run.mjs --tap "$results/grid.tap" --at-once 5 \
		test/scenario/monitor.test.mjs test/scenario/long.test.mjs | grep -v '^ok '
	# A share that changes with every commit; all of them in `make prove-silence`.
	tap mutants node test/mutants/run.mjs $build --passed $build/meson-logs/testlog.json --share "$(git rev-list --count HEAD 2>/dev/null || date +%j)/$MUTANT_SHARES"
fi
say 'all together'
node test/summary.mjs "$results" $build

#!/usr/bin/env bash
# check-all.sh - what `make check` has only a share or a slice of, whole: every mutant, every world, twins, power cuts and fuzzing at
# length, longer conversations with the real server, and make check on bare Debians. Before an issue is resolved, and
# whenever the core, test/sim or the deeds change. On two cores at most 30 minutes: what takes as long as one lets it has its
# own seconds here. TAP in build-prove/results; the last line adds all up.
set -u
cd "$(dirname "$0")/.."
build=build-prove
results=$build/results
rm -rf "$results"
mkdir -p "$results"

# shellcheck source=test/steps.sh
. test/steps.sh

# A trial that says by its exit code what came of it, and what by its last lines.
trial() { # name command...
	local name=$1 log=$results/$1.log
	shift
	say "$name: $*"
	if lively "$@" >"$log" 2>&1; then
		printf 'ok 1 - %s\n1..1\n' "$name" >"$results/$name.tap"
	else
		tail -40 "$log"
		printf 'not ok 1 - %s\n1..1\n' "$name" >"$results/$name.tap"
	fi
	tail -1 "$log" | cut -c1-200
}

# Each world of test/world/worlds.def, two at a time. Most come to their end or depth within these seconds; of the rest it is
# said that they did not (`make prove-silence` has the time), and what they found until then counts.
worlds() {
	node --input-type=module -e "import { worlds } from './test/world/worlds.mjs'; console.log(worlds.join('\n'))" |
		xargs -P "$(nproc)" -I '{}' sh -c "$build/test/walk --world '{}' --seconds 15 >'$results/world.{}' 2>&1 || echo '{}'" >"$results/broken"
	grep -l '"stopped":"seconds"' "$results"/world.* | sed 's/.*world\./not to its end: /'
	[ -s "$results/broken" ] || return 0
	local name
	while read -r name; do echo "== $name" && cut -c1-200 "$results/world.$name"; done <"$results/broken"
	return 1
}

bare() { # 12|13
	if [ "$(id -u)" = 0 ] && command -v debootstrap >/dev/null; then
		# Mutants are told here already, and take no other way there.
		MUTANT_SHARES=1000 trial "debian-$1" test/bare.sh "$1"
	else
		printf 'ok 1 - make check on a bare Debian %s # SKIP needs root and debootstrap\n1..1\n' "$1" >"$results/debian-$1.tap"
	fi
}

export SOTTO_BINARY=$PWD/$build/src/sotto
jobs=$(nproc)
if step build ninja -C $build; then
	say 'mutants, all of them, beside the rest'
	node test/mutants/run.mjs $build --tap "$results/mutants.tap" >"$results/mutants.log" 2>&1 &
	mutants=$!
	trial worlds worlds
	trial twins $build/test/twin_test --seconds 45 --seeds 1..1000000 --jobs "$jobs"
	trial cut-memory $build/test/cut --store mem --seconds 30 --seeds 1..1000000 --jobs "$jobs"
	trial cut-disk $build/test/cut --seconds 45 --seeds 1..1000000 --every 9 --jobs "$jobs"
	for fault in full readonly eio fsync; do
		trial "cut-$fault" $build/test/cut --fault $fault --seconds 10 --seeds 1..1000000 --every 29 --jobs "$jobs"
	done
	trial store-cut $build/test/store_cut --seconds 15 --seeds 1..1000000 --jobs "$jobs"
	say 'conversations of the walk with the real server, at length'
	WALK_TRACES=24 WALK_STEPS=60 WALK_BINARY=$build/test/walk node test/run.mjs --tap "$results/conversations.tap" test/world | grep -v '^ok '
	say 'requests made from the OpenAPI document, at length'
	PROPERTY_RUNS=400 node test/run.mjs --tap "$results/property.tap" test/property | grep -v '^ok '
	trial kills $build/test/kills --seconds 45 --seeds 1..1000000 --jobs "$jobs"
	step fuzz-build test/fuzz.sh build && tap fuzz test/fuzz.sh run "${FUZZ_SECONDS:-10}"
	trial tripwire node test/clock/tripwire.mjs --seconds 30
	wait $mutants || grep '^not ok' "$results/mutants.log"
	bare 13
	bare 12
	tap systemd-13 test/systemd.sh 13
	tap systemd-12 test/systemd.sh 12
fi
say 'all together'
node test/summary.mjs "$results"

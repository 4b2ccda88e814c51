# shellcheck shell=bash
# steps.sh - for check.sh and check-all.sh: steps that write TAP into $results, told on stdout.

say() { printf '\n== %s (%d s)\n' "$*" "$SECONDS"; }

# A step that is one test by itself: a build.
step() { # name command...
	local name=$1 log=$results/$1.log
	shift
	say "$name"
	if "$@" >"$log" 2>&1; then
		printf 'ok 1 - %s\n1..1\n' "$name" >"$results/$name.tap"
	else
		grep -E -A12 'FAILED|ERROR|error:' "$log" | head -80
		printf 'not ok 1 - %s\n1..1\n' "$name" >"$results/$name.tap"
		return 1
	fi
}

# A command that prints TAP itself; shown where it fails.
tap() { # name command...
	local name=$1
	shift
	say "$name"
	if "$@" >"$results/$name.tap" 2>"$results/$name.log"; then
		tail -1 "$results/$name.tap"
	else
		grep -A40 '^not ok' "$results/$name.tap" | head -100
		cat "$results/$name.log"
	fi
}

# shellcheck shell=bash
# steps.sh - for check.sh and check-all.sh: steps that write TAP into $results, told on stdout.

# Each step's heading, and behind the step how long it took: by itself, and since the beginning.
step_name='' step_began=0
took() {
	[ -z "$step_name" ] || printf '== %s took %d s (%d s in all)\n' "$step_name" $((SECONDS - step_began)) "$SECONDS"
	step_name=''
}
say() {
	took
	step_name=${*%%:*} step_began=$SECONDS
	printf '\n== %s\n' "$*"
}
# Not of a subshell that is stopped before it has dropped the trap: its step says so itself.
trap '[ "$BASHPID" != $$ ] || took' EXIT

# Runs a command, and says each minute that it still does: nobody looks at a silent screen for long.
lively() { # command...
	(
		waited=0
		# A sleep would outlive its shell, and hold the pipe that somebody reads.
		exec {never}<> <(:)
		while read -rt 60 -u "$never"; [ $? -gt 128 ]; do
			waited=$((waited + 60))
			printf '== ... %s: %d s\n' "$step_name" "$waited" >&3
		done
	) &
	local pulse=$! code=0
	"$@" || code=$?
	{ kill "$pulse" && wait "$pulse"; } 2>/dev/null
	return $code
}
exec 3>&1

# A step that is one test by itself: a build.
step() { # name command...
	local name=$1 log=$results/$1.log
	shift
	say "$name"
	if lively "$@" >"$log" 2>&1; then
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
	if lively "$@" >"$results/$name.tap" 2>"$results/$name.log"; then
		tail -1 "$results/$name.tap"
	else
		grep -A40 '^not ok' "$results/$name.tap" | head -100
		cat "$results/$name.log"
	fi
}

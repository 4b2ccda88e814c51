#!/usr/bin/env bash
# fuzz.sh FOLDER SECONDS - runs every fuzz target of a build folder that long, two at a time. Prints TAP.
set -u
folder=${1:?build folder} seconds=${2:?seconds each}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
targets=$(find "$folder" -type f -name '*_fuzz' -perm -u+x | sort)

one() { # target
	local name=${1##*/}
	mkdir -p "$work/$name"
	if (cd "$work/$name" && UBSAN_OPTIONS=halt_on_error=1 "$1" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 \
		-print_final_stats=1 . >"$work/$name.log" 2>&1); then
		echo ok >"$work/$name.result"
	else
		echo "not ok" >"$work/$name.result"
	fi
}

for target in $targets; do
	while [ "$(jobs -rp | wc -l)" -ge 2 ]; do wait -n; done
	one "$(realpath "$target")" &
done
wait

count=0 failed=0
for target in $targets; do
	count=$((count + 1))
	name=${target##*/}
	result=$(cat "$work/$name.result")
	runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/$name.log")
	echo "$result $count - fuzz ${name%_fuzz}: ${runs:-no} inputs"
	if [ "$result" != ok ]; then
		failed=1
		tail -40 "$work/$name.log" | sed 's/^/# /'
		# The input that broke it stays for whoever looks.
		for input in "$work/$name"/{crash,leak,timeout,oom}-*; do
			[ -e "$input" ] && cp "$input" "$folder/" && echo "# $folder/${input##*/}"
		done
	fi
done
echo "1..$count"
exit $failed

#!/usr/bin/env bash
# format.sh [write] - is every C file as clang-format 14 (Debian 12's) would write it? Prints TAP. Other versions write
# differently, so where that one is missing the check is skipped. write: writes them so.
set -u
cd "$(dirname "$0")/.."
format=$(command -v clang-format-14 || command -v clang-format || true)
if [ -z "$format" ] || ! "$format" --version | grep -q 'version 14\.'; then
	if [ "${1:-}" = write ]; then
		echo "clang-format 14 is not here (Debian 12 has it), and other versions write differently" >&2
		exit 1
	fi
	echo "ok 1 - every C file is formatted # SKIP clang-format 14 is not here"
	echo "1..1"
	exit 0
fi
if [ "${1:-}" = write ]; then
	find src test bench -name '*.[ch]' -exec "$format" -i {} +
	exit
fi
# One process for many files: to start one for each takes ten times as long.
files=$(find src test bench -name '*.[ch]' 2>/dev/null | sort)
why=$(xargs -P "$(nproc)" -n 100 "$format" --dry-run -Werror <<<"$files" 2>&1 | grep -E '^[^ ]+:[0-9]+:[0-9]+: ')
count=0 failed=0
for file in $files; do
	count=$((count + 1))
	if [[ $'\n'$why != *$'\n'"$file:"* ]]; then
		echo "ok $count - $file is formatted"
	else
		echo "not ok $count - $file is formatted"
		grep -m 3 "^$file:" <<<"$why" | sed 's/^/# /'
		failed=1
	fi
done
echo "1..$count"
exit $failed

#!/bin/sh
# apply.sh SOURCE PATCH OUT: the patched copy of one source file. Fails if the patch does not apply.
set -eu
source=$(realpath "$1") patch=$(realpath "$2") out=$(realpath -m "$3")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
file=$(sed -n 's|^+++ b/||p' "$patch")
mkdir -p "$folder/$(dirname "$file")"
cp "$source" "$folder/$file"
# Outside of any repository, so that git looks at this folder alone.
(cd "$folder" && GIT_CEILING_DIRECTORIES=$(dirname "$folder") git apply "$patch")
cp "$folder/$file" "$out"

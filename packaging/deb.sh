#!/usr/bin/env bash
# deb.sh - a Debian package of what is committed, in build-deb/. The page comes built (web/dist), as in a release's tarball.
set -euo pipefail
cd "$(dirname "$0")/.."
version=$(sed -n "s/^  version: '\(.*\)',/\1/p" meson.build)
[ "$(dpkg-parsechangelog -l packaging/debian/changelog -S Version)" = "$version" ] ||
	{ echo "packaging/debian/changelog is not of version $version" >&2; exit 1; }
rm -rf build-deb
mkdir -p "build-deb/sotto-$version"
git archive HEAD | tar -x -C "build-deb/sotto-$version"
cp -r web/dist "build-deb/sotto-$version/web/"
cd "build-deb/sotto-$version"
mv packaging/debian .
dpkg-buildpackage --build=binary --no-sign "$@"

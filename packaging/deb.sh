#!/usr/bin/env bash
# deb.sh - a Debian package of what is committed, in build-deb/. The page comes built (web/dist), as in a release's tarball.
# What is no release (a commit with the tag vVERSION) is later than its version, by the time of its commit: apt upgrades to it.
set -euo pipefail
cd "$(dirname "$0")/.."
version=$(sed -n "s/^  version: '\(.*\)',/\1/p" meson.build)
[ "$(dpkg-parsechangelog -l packaging/debian/changelog -S Version)" = "$version" ] ||
	{ echo "packaging/debian/changelog is not of version $version" >&2; exit 1; }
rm -rf build-deb
mkdir -p "build-deb/sotto-$version"
git archive HEAD -- . ':!test' | tar -x -C "build-deb/sotto-$version"
cp -r web/dist "build-deb/sotto-$version/web/"
commit=$(TZ=UTC git log -1 --format='+%cd.%h' --date=format-local:%Y%m%d%H%M%S)
if git describe --tags --exact-match --match "v$version" >/dev/null 2>&1; then commit=; fi
(
	cd "build-deb/sotto-$version"
	mv packaging/debian .
	sed -i "1s/($version)/($version$commit)/" debian/changelog
	dpkg-buildpackage --build=binary --no-sign "$@"
)
ls build-deb/sotto_*.deb

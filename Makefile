# Makefile - thin over meson: the words that people type.

DEMO_ARGS ?=
FUZZ_SECONDS ?= 60
PROVE_SECONDS ?= 600
SEEDS ?=
ONLY ?=
prefix ?= /usr/local
DESTDIR ?=
NPROC := $(shell nproc)

.PHONY: say-how-long install deb help deps deps-build deps-check page build demo check check-all format fuzz bench race api interop clean \
	build-prove prove-silence prove-clock prove-durability

help:
	@echo 'make demo     builds and starts a contact centre to look at (DEMO_ARGS="--port 8080 --customers 5")'
	@echo 'make build    installs what is missing, builds build/sotto'
	@echo 'make install  installs what make build built: prefix=/usr/local, DESTDIR='
	@echo 'make deb      makes a Debian package of it all in build-deb/'
	@echo 'make check    builds with sanitizers and runs every test; ends with "N passed, N failed, N skipped"'
	@echo 'make check-all  every mutant and world, twins and power cuts at length, bare Debians; at most 30 minutes'
	@echo 'make prove-silence     tries for PROVE_SECONDS ($(PROVE_SECONDS)) whether anybody can tell that they are watched'
	@echo 'make prove-clock       whether anybody can by the clock (some 15 minutes, on a quiet machine)'
	@echo 'make prove-durability  tries for as long whether anything that was answered can be lost; see RELIABILITY.md; RECORD=1 records both there'
	@echo 'make interop  tries other people'"'"'s clients on it: cometd with all its transports, faye, plain HTTP, Kannel, tshark (no network needed)'
	@echo 'make fuzz     fuzzes each target for FUZZ_SECONDS ($(FUZZ_SECONDS))'
	@echo 'make bench    measures (see bench/)'
	@echo 'make race     the same beside peers, as one table (see bench/)'
	@echo 'make api      writes the documents of the API from the tables (api/)'
	@echo 'make format   formats the C sources (with clang-format 14, which Debian 12 has)'
	@echo 'make deps     installs with apt-get what building and checking need'
	@echo 'make clean    removes the build folders'

# Nothing is asked of apt-get where everything is there: these work offline then.
deps: deps-check

deps-build:
	@packaging/install-deps.sh build

deps-check:
	@packaging/install-deps.sh build check

# The page, which lies in the program. A release's tarball brings web/dist, and needs no Node.
web/dist/index.html: $(wildcard web/src/* web/src/*/* packaging/npm/*.js) web/build.mjs web/package.json web/package-lock.json
	@packaging/install-deps.sh page
	@cd web && npm ci --ignore-scripts --include=dev --no-audit --no-fund --loglevel=error >/dev/null && node build.mjs

page: web/dist/index.html

build: say-how-long deps-build page
	@[ -f build/build.ninja ] || meson setup build --buildtype=release -Db_lto=true -Dtests=disabled
	@ninja -C build -j $(NPROC) src/sotto packaging/sotto.1
	@ln -sf src/sotto build/sotto

# Builds nothing. The prefix is known to the unit alone.
install:
	@[ -x build/src/sotto ] || { echo 'make build comes first' >&2; exit 1; }
	@[ "$$(cat build/.prefix 2>/dev/null || echo /usr/local)" = "$(prefix)" ] || \
		{ meson setup --reconfigure build -Dprefix=$(prefix) >/dev/null && echo $(prefix) >build/.prefix; }
	@meson install -C build --no-rebuild --quiet $(if $(DESTDIR),--destdir $(abspath $(DESTDIR)))

# The first time it takes a while, and whoever waits should know for what.
say-how-long:
	@[ -x build/src/sotto ] || echo 'The first build takes a minute or two, the packages that it asks for not counted.'

deb: deps-build page
	@packaging/install-deps.sh deb
	@packaging/deb.sh

demo: build
	@exec build/sotto demo $(DEMO_ARGS)

node_modules/.stamp: package.json package-lock.json
	@npm ci --include=dev --no-audit --no-fund --loglevel=error
	@touch $@

check: deps-check page node_modules/.stamp
	@test/check.sh

check-all: build-prove
	@test/check-all.sh

# Without sanitizers, which make check has: these are for numbers of runs. SEEDS=a..b runs those again, ONLY=trial that trial alone.
build-prove: deps-check page node_modules/.stamp
	@[ -f build-prove/build.ninja ] || meson setup build-prove --buildtype=release -Dtests=enabled
	@ninja -C build-prove -j $(NPROC)

prove-silence prove-clock prove-durability: prove-%: build-prove
	@node reliability/prove.mjs $* --seconds $(PROVE_SECONDS) --seeds "$(SEEDS)" --only "$(ONLY)"

interop: build node_modules/.stamp
	@SOTTO_BINARY=build/sotto node test/run.mjs test/interop

fuzz: deps-check
	@test/fuzz.sh build
	@test/fuzz.sh run $(FUZZ_SECONDS)

bench: node_modules/.stamp
	@bench/run.sh

race: node_modules/.stamp
	@bench/setup.sh
	@node bench/race.mjs

api: node_modules/.stamp
	@node api/write.mjs

format:
	@test/format.sh write

clean:
	rm -rf build build-check build-fuzz build-bench build-prove build-deb node_modules web/node_modules web/dist

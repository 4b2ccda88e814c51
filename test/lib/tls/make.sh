#!/usr/bin/env bash
# make.sh - the certificates here, anew: an authority of the tests' own, a host 127.0.0.1 that it vouches for, and another one.
# They are for tests alone; the authority's key is not kept.
set -euo pipefail
cd "$(dirname "$0")"
days=36500
key=$(mktemp)
trap 'rm -f "$key"' EXIT
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$key" -out authority.pem -days $days \
	-subj '/CN=authority of the tests' -addext 'basicConstraints=critical,CA:TRUE'
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout host.key -subj '/CN=provider of the tests' |
	openssl x509 -req -CA authority.pem -CAkey "$key" -CAcreateserial -days $days -out host.pem \
		-extfile <(printf 'subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE\n')
rm -f authority.srl
# Another one for the same host, which vouches for itself.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout renewed.key -out renewed.pem -days $days \
	-subj '/CN=renewed' -addext 'subjectAltName=IP:127.0.0.1' -addext 'basicConstraints=critical,CA:TRUE'

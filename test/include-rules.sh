#!/usr/bin/env bash
# include-rules.sh - who may know whom (ARCHITECTURE.md): a grep over the includes of src/. Prints TAP.
set -u
cd "$(dirname "$0")/.."

# folder: the folders whose headers it may include, besides its own.
declare -A may=(
	[base]=""
	[core]="base"
	[wire]="base"
	[net]="base"
	[http]="base net"
	[view]="base core wire"
	[login]="base core net http"
	[api]="base core wire net http view login"
	[desk]="base core net http login"
	[push]="base core wire net http view login"
	[sms]="base core wire net"
	[provider]="base core wire net http sms"
	[smsc]="base core wire net sms"
	[store]="base core"
	[centre]="base core net store"
	[client]="base wire net http login"
	[config]="base core wire net http provider"
	[server]="base core wire net http view login api push desk sms provider store centre config"
	[cli]="base core wire net http view login api push desk sms provider smsc store centre client config server"
)

count=0 failed=0
tell() { # ok|not ok, name
	count=$((count + 1))
	echo "$1 $count - $2"
	[ "$1" = ok ] || failed=1
}

for folder in $(ls src); do
	[ -d "src/$folder" ] || continue
	if [ -z "${may[$folder]+x}" ]; then
		tell "not ok" "src/$folder has no rule in test/include-rules.sh"
		continue
	fi
	bad=$(grep -rnoE '^[[:space:]]*#[[:space:]]*include[[:space:]]+"[a-z0-9_]+/' "src/$folder" --include='*.[ch]' --include='*.def' |
		while IFS= read -r line; do
			other=${line##*\"}
			other=${other%/}
			peers= # whom a test needs to talk to, or to begin with
			case $line in
			src/server/*_test.c:*) peers="client smsc" ;;
			src/http/*_test*:* | src/push/push_fake.c:*) peers="api" ;; # the words that these are lent
			src/centre/*_test.c:*) peers="config server" ;; # a centre as a server makes it
			esac
			case " $folder ${may[$folder]} $peers " in *" $other "*) ;; *) echo "$line" ;; esac
		done)
	if [ -z "$bad" ]; then
		tell ok "src/$folder includes only what it may know"
	else
		tell "not ok" "src/$folder includes only what it may know"
		sed 's/^/# /' <<<"$bad"
	fi
done

# What is remembered does not know what is decided.
bad=$(grep -nE '"core/(core|command|port|rules/[a-z_]+)\.h"' src/core/model/*.[ch] | grep -v '_test\.c:')
if [ -z "$bad" ]; then
	tell ok "the core's model includes none of its rules"
else
	tell "not ok" "the core's model includes none of its rules"
	sed 's/^/# /' <<<"$bad"
fi

# Silence by structure: work cannot ask who watches. Nothing that these include names a watch.
work='party colleague entry datum create session routing agent inbound outbound'
watching='"core/(model/(watching|reader)|rules/watch)\.h"'
bad=$(for name in $work; do grep -HnE "$watching|struct (watch|registration|hand|hand_rule|flag)\b|->(watch(es|ers)|hands|flags)\b" "src/core/rules/$name.c"; done
	grep -HnE "$watching" src/core/{core,model/{model,session,viewer},rules/{turn,visibility,access}}.h)
if [ -z "$bad" ]; then
	tell ok "the rules of agents cannot ask who watches"
else
	tell "not ok" "the rules of agents cannot ask who watches"
	sed 's/^/# /' <<<"$bad"
fi

# A connection is a transport to the Bayeux engine, and no more.
bad=$(grep -nE 'http_|longpoll' src/push/{bayeux_server,bayeux_client,push_user,backlog,history,notify,presence,recent,replay}.c src/push/{bayeux_server,bayeux_client,push_user,backlog,history,recent,replay}.h)
if [ -z "$bad" ]; then
	tell ok "the Bayeux engine knows no HTTP"
else
	tell "not ok" "the Bayeux engine knows no HTTP"
	sed 's/^/# /' <<<"$bad"
fi

# A row that is missing is to be a warning of the compiler, which knows each value of an enumeration.
bad=$(grep -nE '^[[:space:]]*default:' test/{sim,world,twin,crash}/*.c || true)
if [ -z "$bad" ]; then
	tell ok "no switch of the trials hides a missing row behind default:"
else
	tell "not ok" "no switch of the trials hides a missing row behind default:"
	sed 's/^/# /' <<<"$bad"
fi

# What touches the world stands in few files.
# base/log stamps its lines with the time; nothing reads them back.
world='#[[:space:]]*include[[:space:]]*<(uv|pthread|threads|sys/socket|sys/epoll|netinet/[a-z]+|sys/random)\.h>'
world+='|\b(getrandom|clock_gettime|gettimeofday|time|rand|random|randombytes_buf|randombytes_random) *\((NULL|CLOCK|&|\))'
bad=$(grep -rnE "$world" src --include='*.[ch]' |
	grep -vE '^src/(net/net_uv[a-z_]*|store/[a-z0-9_]+|cli/[a-z0-9_]+|base/log)\.[ch]:' || true)
if [ -z "$bad" ]; then
	tell ok "sockets, clocks, threads and randomness only in net/net_uv, store and cli"
else
	tell "not ok" "sockets, clocks, threads and randomness only in net/net_uv, store and cli"
	sed 's/^/# /' <<<"$bad"
fi
echo "1..$count"
exit $failed

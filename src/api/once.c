/* once.c - Idempotency-Key (doc/decisions 1): the same key and request within a day give the same answer, and are done
 * once. While the first one is not on disk yet the second waits for that, as its answer does. */
#include "api/call.h"
#include "core/rules/request.h"

static struct str digest_of(const struct call *call, const char *what, struct str bytes)
{
	unsigned char *digest = arena_take(call->request->arena, DIGEST_BYTES);
	request_digest(digest, call_core(call), str_of(what), bytes);
	return str_from(digest, DIGEST_BYTES);
}

/* All POSTs have one method. The key goes in as well, which only its user knows: so nobody can try out on the digest
 * what a text may have been that was erased. */
static struct str all_of(const struct http_request *request, struct str key)
{
	return arena_printf(request->arena, "%.*s\n%.*s?%.*s\n%.*s", STR_ARGS(key),
		STR_ARGS(request->path), STR_ARGS(request->query), STR_ARGS(request->body));
}

enum err once_check(struct call *call)
{
	const struct http_request *request = call->request;
	struct str key = http_header(request, "Idempotency-Key");
	const struct core *core = call_core(call);
	if (request->method != HTTP_POST || !key.at)
		return OK;
	if (key.len == 0 || key.len > KEY_BYTES_MAX)
		return call_names(call, "Idempotency-Key", ERR_RANGE);
	call->command.key = digest_of(call, "key", key);
	call->command.asked = digest_of(call, "asked", all_of(request, key));
	/* As of the last event: what is a day old by then was never asked again in time. */
	const struct request *found =
		core_request(core, call->caller->user, call->command.key, core->last_at);
	if (found && !str_eq(found->b.asked, call->command.asked))
		return ERR_KEY_USED;
	call->repeated = found;
	return OK;
}

/* provider_post.c - a request, its repeats and its deadline. */
#include "provider/provider_post.h"

#include <stdlib.h>

#include "base/arena.h"
#include "http/http_client.h"

struct provider_post {
	struct net *net;
	struct http_client *client;
	struct post_handler handler;
	bool is_busy;
	bool was_sent;     /* at least once */
	bool may_be_there; /* of an earlier post nothing was said */
	uint64_t cookie;
	struct post_request request; /* its strs are owned */
	msec until, pause;
	struct net_timer again, late;
};

static void forget_request(struct provider_post *post)
{
	str_free(&post->request.path);
	str_free(&post->request.headers);
	str_free(&post->request.body);
}

/* The last thing that happens to it in a call: the next text may take its place from inside. */
static void end(struct provider_post *post, enum post_end how, int status, struct str body)
{
	post->is_busy = false;
	net_timer_stop(post->net, &post->again);
	net_timer_stop(post->net, &post->late);
	forget_request(post);
	post->handler.ended(post->handler.ctx, post->cookie, how, status, body);
}

static void end_without_answer(struct provider_post *post)
{
	end(post, post->was_sent ? POST_UNKNOWN : POST_NOT_SENT, 0, STR_NONE);
}

/* 503 says that it was not taken; whatever else the server is in trouble with may have come after that. */
static bool says_what_became_of_it(const struct provider_post *post, int status)
{
	bool says = status > 0 && (status < 500 || status == 503);
	return says && (!post->may_be_there || post->handler.is_last_word(status));
}

static void on_done(void *ctx, int status, struct str body)
{
	struct provider_post *post = ctx;
	if (!post->is_busy)
		return;
	post->was_sent |= http_client_had_sent(post->client) || status > 0;
	if (says_what_became_of_it(post, status)) {
		end(post, POST_ANSWERED, status, body);
		return;
	}
	post->may_be_there = post->was_sent;
	msec left = post->until - net_now(post->net);
	if (!post->was_sent || left <= post->pause) {
		end_without_answer(post);
		return;
	}
	net_timer_start(post->net, &post->again, post->pause);
	post->pause = 2 * post->pause < POST_AGAIN_LAST_MS ? 2 * post->pause : POST_AGAIN_LAST_MS;
}

static void send_now(struct provider_post *post)
{
	http_client_type(post->client, post->request.type);
	http_client_header(post->client, post->request.headers);
	http_client_send(
		post->client, "POST", post->request.path, post->request.body, on_done, post);
}

/* Also where it is not to be posted again, as the provider would take it for another text: then only the pause is over, in which its server may have
 * got well. */
static void on_again(void *ctx)
{
	struct provider_post *post = ctx;
	if (post->request.is_known_again)
		send_now(post);
	else
		end_without_answer(post);
}

static void on_late(void *ctx)
{
	struct provider_post *post = ctx;
	post->until = net_now(post->net);
	net_timer_stop(post->net, &post->again);
	http_client_close(post->client); /* ends it, if it waits for an answer */
	if (post->is_busy)
		end_without_answer(post);
}

struct provider_post *provider_post_new(struct net *outside, struct str peer, struct str host,
	unsigned port, const struct post_handler *handler)
{
	struct provider_post *post = mem_new(sizeof *post);
	post->net = outside;
	post->handler = *handler;
	post->client = http_client_new(outside, peer, host, port, STR_NONE, STR_NONE);
	http_client_bound(post->client, POST_ANSWER_MAX);
	post->again = (struct net_timer) {.fire = on_again, .ctx = post};
	post->late = (struct net_timer) {.fire = on_late, .ctx = post};
	return post;
}

void provider_post_send(
	struct provider_post *post, const struct post_request *request, uint64_t cookie)
{
	post->is_busy = true;
	post->was_sent = post->may_be_there = false;
	post->cookie = cookie;
	post->request = *request;
	post->request.path = str_copy(request->path);
	post->request.headers = str_copy(request->headers);
	post->request.body = str_copy(request->body);
	post->pause = POST_AGAIN_FIRST_MS;
	post->until = net_now(post->net) + request->within;
	net_timer_start(post->net, &post->late, request->within);
	send_now(post);
}

bool provider_post_is_busy(const struct provider_post *post)
{
	return post->is_busy;
}

void provider_post_not_again(struct provider_post *post, uint64_t cookie)
{
	if (post->is_busy && post->cookie == cookie)
		post->request.is_known_again = false;
}

void provider_post_drop(struct provider_post *post)
{
	post->is_busy = false;
	net_timer_stop(post->net, &post->again);
	net_timer_stop(post->net, &post->late);
	forget_request(post);
	http_client_close(post->client);
}

void provider_post_free(struct provider_post **slot)
{
	struct provider_post *post = *slot;
	if (!post)
		return;
	provider_post_drop(post);
	http_client_free(&post->client);
	free(post);
	*slot = NULL;
}

/* gateway.h - a simulated provider of texts over HTTP: takes what is posted to it, once for each key, and posts texts of
 * customers and receipts to the server's hook, signed, until they are taken. */
#ifndef TEST_SIM_GATEWAY_H
#define TEST_SIM_GATEWAY_H

#include "base/buf.h"
#include "net/net.h"

#define GATEWAY_HOST   "gateway" /* in net_sim */
#define GATEWAY_PORT   7100
#define GATEWAY_LINK   "web"  /* the link's name */
#define GATEWAY_NUMBER "6000" /* that its customers write to */

/* A text that the server posted, and what came of it. Borrowed for the call. */
struct gateway_post {
	struct str body; /* as it was posted */
	struct str phone, text, key;
	bool is_taken; /* it has it, from now on or since an earlier post with that key ... */
	bool is_again; /* ... which there was */
	int status;    /* of the answer that leaves now; 0: the connection ends instead */
	struct str id; /* that such an answer names it by */
};

/* What it posts to the hook: a text of a customer's, or a receipt. Borrowed for the call. */
struct gateway_mail {
	struct str phone, text; /* of a text; owned, as all of these */
	struct str id;          /* its own, or of the text that the receipt is for */
	bool is_receipt;
};

struct gateway_settings {
	const char *
		host; /* on which it listens, an address of net_uv; NULL: in net_sim, GATEWAY_HOST */
	const char *server; /* of the hook, port PERSON_PORT */
	msec receipt_ms;    /* from a text to its receipt; some come at once */
	/* All may be NULL. */
	void (*on_post)(void *ctx, const struct gateway_post *post);
	/* status 0: it is posted now; else of the answer. */
	void (*on_mail)(void *ctx, const struct gateway_mail *mail, int status);
	/* Every text, whole, as the customers and the provider know it. */
	void (*on_text)(void *ctx, bool from_customer, struct str phone, struct str text);
	void *ctx;
};

struct gateway;
/* Some posts are answered 503, some 500 (taken or not), some not at all though they are taken, a few are refused for
 * good; the answers to some of its own are lost, and some of its own come twice; some receipts are there before the
 * answer to their text. */
struct gateway *gateway_new(struct net *net, const struct gateway_settings *settings);
void gateway_write(
	struct gateway *gateway, struct str phone, struct str text); /* a customer does */
void gateway_calm(struct gateway *gateway);                          /* nothing of that any more */
bool gateway_is_quiet(const struct gateway *gateway); /* all that it has to post is taken */
void gateway_hang_up(struct gateway *gateway);        /* run the net once more ... */
void gateway_free(struct gateway **gateway);          /* ... before this */

/* How the server's configuration tells of it: a row of `providers`, and one of `links`. */
void gateway_put_provider(struct buf *text);
void gateway_put_link(struct buf *text, const char *host);

#endif

/* web.h - HTTP clients of the script: four places, each with a client of some user; every request must be answered. */
#ifndef TEST_FUZZ_WEB_H
#define TEST_FUZZ_WEB_H

#include "base/buf.h"
#include "http/http_client.h"
#include "client/ws_client.h"

#define WEB_PLACES 4

struct stage;
struct web_place {
	struct http_client *client; /* NULL: not used yet */
	struct ws_client *socket;   /* the same */
	struct web *web;
	char user[16];
	unsigned life;        /* what earlier ones asked may stay without an answer */
	unsigned outstanding; /* requests of this life without one */
};
struct web {
	struct stage *stage;
	struct web_place places[WEB_PLACES];
	unsigned place;
	struct buf client_id; /* of the last handshake */
};

void web_open(struct web *web, struct stage *stage);
void web_close(struct web *web);
void web_on(struct web *web, struct str number);
void web_as(struct web *web, struct str user);
void web_drop(struct web *web);
void web_ask(struct web *web, const char *method, struct str path, struct str body);
void web_say(struct web *web, struct str text); /* on the place's socket */
void web_excuse(struct web *web);               /* the server is about to be killed */
bool web_is_quiet(const struct web *web);       /* all that was asked is answered */
void web_put_cookie(const struct web *web, struct buf *out);
void web_put_basic(const struct web *web, struct buf *out);

#endif

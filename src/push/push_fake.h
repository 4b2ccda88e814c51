/* push_fake.h - a world around push/ for its tests: requests, replies, a gate, users and logins.
 *
 * The parts behind other folders' headers (login, visibility, view) are stood in for by functions
 * that do as little as the tests need; time is net_sim's. */
#ifndef PUSH_PUSH_FAKE_H
#define PUSH_PUSH_FAKE_H

#include "net/net_sim.h"
#include "push/push.h"

#define FAKE_START 1000000

/* Whom the requests come from, and what the stand-ins answer. */
struct fake {
	struct net *net;
	struct push *push;
	struct user ann, bob, sue;
	struct login ann_login, ann_other, bob_login, sue_login;
	struct caller caller; /* of the next requests */
	enum err login_err, origin_err, apply_err;
	bool wanted_cookie;  /* by the last request */
	bool user_is_gone;   /* core_user finds nobody */
	unsigned came, lost; /* commands applied */
	unsigned rendered;   /* calls of view/ */
	struct fake_entry *entries;
	const struct message *told; /* whose index was asked for, until it is rendered */
	uint64_t hidden;            /* entries that supervisors alone see, before all others */
	uint64_t slice;             /* entries that one slice of a transcript has; 0: all */
	uint64_t slice_lsn;         /* what the next slices tell of */
	unsigned reading;           /* readings that have begun and not ended */
	bool session_is_gone;
	struct viewer *reader; /* whom reading_find_again finds */
	unsigned touched;      /* logins */
	bool shows_numbers; /* of notes (replayId); else they are left out of what is looked at */
	bool is_behind;     /* what is on disk is not in the tables */
	uint64_t
		kept_first; /* of each user: what is kept begins with this number; 0: with the first */
	uint64_t
		told_before; /* each user was told so much before this process; nothing of it is kept */
	unsigned pages;      /* that were read */
	enum err page_err;
};
extern struct fake fake;

void fake_start(void);
void fake_stop(void);
void fake_be(struct user *user, struct login *login, bool by_basic);
void fake_run(msec ms); /* time goes by */

/* POSTs a body on a connection of its own; its reply's body, or NULL: it is held. */
const char *fake_post(const char *format, ...) __attribute__((format(printf, 1, 2)));
const char *fake_request(enum http_method method, struct str body);
struct http_ref fake_last_ref(void);
int fake_last_status(void);
const char *fake_last_headers(void);
const char *fake_reply_to(struct http_ref ref); /* NULL: none yet */
void fake_go(struct http_ref ref);              /* its connection goes away */

/* A socket: frames of a client as they come, and the texts that it was sent, one "TEXT " behind the other; of a close
 * "closed CODE ", of a pong "pong ". */
struct http_ref fake_socket(void); /* slot 0: it was refused */
void fake_say(struct http_ref ref, const char *format, ...) __attribute__((format(printf, 2, 3)));
void fake_frame(struct http_ref ref, unsigned opcode, struct str payload);
const char *fake_heard(struct http_ref ref); /* since the last call; "" also if it is closed */
bool fake_is_open(struct http_ref ref);
void fake_unsent(struct http_ref ref, size_t bytes); /* so much has not left; 0: and room is made */

/* An entry, until fake_stop. Its session stands for those who are there. */
struct fake_entry {
	struct message *message;
	struct body_message b;
	struct fake_entry *next;
};
struct fake_entry *fake_entry(struct body_message body, struct session *session);
/* A command led to these events: whoever is in their session may know of them. */
void fake_happened(struct event *events, size_t count);

/* The gate: what was held, in order, "lsn/rank " each; then all of it is released or dropped. */
const char *fake_held(void);
void fake_release(void);
void fake_drop(void);
/* What was put into a frame or a reply, without its notes' numbers unless they are shown. In place. */
void fake_plain(char *text);

/* Handshakes, subscribes (unless NULL) and connects once; the clientId. */
const char *fake_client(const char *topic);
/* A connect of that client: as fake_post. */
const char *fake_connect(const char *client);

#endif

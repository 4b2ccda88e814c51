/* expand.c - escapes, repetitions, and names for what came up while the script was played. */
#include "core/model/session.h"
#include "core/model/watching.h"
#include "stage.h"
#include "view/directory.h"

#include <stdlib.h>
#include <utlist.h>

static void put_session(struct buf *out, const struct session *session)
{
	if (session)
		buf_put(out, session->b.id);
}

static void put_newest(struct stage *stage, struct buf *out)
{
	const struct session *first = server_core(stage->server)->sessions;
	put_session(out, first ? first->prev : NULL); /* utlist: the head's prev is the last */
}

static void put_oldest(struct stage *stage, struct buf *out)
{
	put_session(out, server_core(stage->server)->sessions);
}

/* Of the newest session. */
static void put_hand(struct stage *stage, struct buf *out)
{
	const struct session *first = server_core(stage->server)->sessions;
	if (first && session_rare(first->prev)->hands)
		buf_put(out, session_rare(first->prev)->hands->prev->b.id);
}

/* The first one of the first user who has any. */
static void put_assignment(struct stage *stage, struct buf *out)
{
	const struct core *core = server_core(stage->server);
	const struct user *user = core->users;
	char id[ASSIGNMENT_ID_LEN];
	while (user && !user->assignments)
		user = user->next;
	if (!user)
		return;
	view_assignment_id(id, core, &user->assignments->b);
	buf_put(out, str_from(id, sizeof id));
}

static void put_client(struct stage *stage, struct buf *out)
{
	buf_put(out, buf_str(&stage->web.client_id));
}

static void put_cookie(struct stage *stage, struct buf *out)
{
	web_put_cookie(&stage->web, out);
}

static void put_basic(struct stage *stage, struct buf *out)
{
	web_put_basic(&stage->web, out);
}

static void put_id(struct stage *stage, struct buf *out)
{
	smsc_put_id(&stage->smsc, 0, out);
}

static void put_id1(struct stage *stage, struct buf *out)
{
	smsc_put_id(&stage->smsc, 1, out);
}

static void put_id2(struct stage *stage, struct buf *out)
{
	smsc_put_id(&stage->smsc, 2, out);
}

/* Longer names before those that they begin with. */
static const struct {
	const char *name;
	void (*put)(struct stage *stage, struct buf *out);
} names[] = {
	{"$session", put_newest},
	{"$oldest", put_oldest},
	{"$hand", put_hand},
	{"$assignment", put_assignment},
	{"$client", put_client},
	{"$cookie", put_cookie},
	{"$basic", put_basic},
	{"$id1", put_id1},
	{"$id2", put_id2},
	{"$id", put_id},
};

static bool take_name(struct stage *stage, struct str *in, struct buf *out)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct str name = str_of(names[i].name);
		if (!str_starts(*in, name))
			continue;
		*in = str_skip(*in, name.len);
		names[i].put(stage, out);
		return true;
	}
	return false;
}

static bool take_byte(struct str *in, struct buf *out)
{
	if (in->len < 3 || in->at[0] != '%' || str_hex_digit(in->at[1]) < 0 ||
		str_hex_digit(in->at[2]) < 0)
		return false;
	buf_put_byte(out, (char)(str_hex_digit(in->at[1]) << 4 | str_hex_digit(in->at[2])));
	*in = str_skip(*in, 3);
	return true;
}

static bool has_room(const struct stage *stage)
{
	return stage->expanded < STAGE_EXPANDED_MOST;
}

/* $N(x): what is in the brackets, which hold no brackets, N times. */
static bool take_repeated(struct stage *stage, struct str *in, struct buf *out)
{
	uint64_t times;
	struct str rest = str_skip(*in, 1), number = str_cut(&rest, '(');
	const char *end = rest.len ? memchr(rest.at, ')', rest.len) : NULL;
	if (in->at[0] != '$' || !end || !str_u64(number, &times))
		return false;
	struct str what = str_from(rest.at, (size_t)(end - rest.at));
	struct buf once = {0};
	*in = str_skip(rest, what.len + 1);
	stage_expand(stage, what, &once);
	for (; times > 0 && once.len && has_room(stage); times--) {
		buf_put(out, buf_str(&once));
		stage->expanded += once.len;
	}
	buf_free(&once);
	return true;
}

void stage_expand(struct stage *stage, struct str in, struct buf *out)
{
	while (in.len) {
		if (take_byte(&in, out) || take_name(stage, &in, out) ||
			take_repeated(stage, &in, out))
			continue;
		buf_put_byte(out, in.at[0]);
		in = str_skip(in, 1);
	}
}

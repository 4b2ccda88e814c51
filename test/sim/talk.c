/* talk.c - requests in the API's words, answers and PDUs a line each. */
#include "talk.h"
#include "wire/smpp_pdu.h"

#define BODY_SHOWN 600 /* of an answer; the rest is told as a number of bytes */

static void put_line_start(struct buf *out, msec at, struct str who)
{
	buf_printf(out, "%7lld.%03lld %-8.*s", (long long)(at / 1000), (long long)(at % 1000),
		STR_ARGS(who));
}

void talk_moved(struct talk *talk, msec at, const char *who, const char *what)
{
	struct buf *out = &talk->text;
	put_line_start(out, at, str_of(who));
	buf_printf(out, " %s\n", what);
}

static void put_arguments(struct buf *out, const struct asked *asked)
{
	if (asked->deed->with == A_TEXT)
		buf_printf(out, " \"%.*s\"", STR_ARGS(asked->text));
	if (asked->deed->with == A_MODE)
		buf_puts(out, asked->is_next ? " NextChat" : " AllChats");
	if (deed_is_standing(asked->deed))
		buf_printf(out, " %.*s%s", STR_ARGS(asked->user),
			asked->share == 1   ? ", a half"
			: asked->share == 2 ? ", for 3 s"
					    : "");
	if (asked->parting.len)
		buf_printf(out, " saying \"%.*s\"", STR_ARGS(asked->parting));
	if (deed_may_name_queue(asked->deed) && asked->to_queue)
		buf_puts(out, asked->deed->with == A_COLLEAGUE ? " somebody of queue sales"
							       : " into queue sales");
	else if (deed_may_name_user(asked->deed))
		buf_printf(out, " %.*s", STR_ARGS(asked->user));
}

void talk_asked(struct talk *talk, msec at, const struct asked *asked)
{
	struct buf *out = &talk->text;
	const struct deed *deed = asked->deed;
	enum deed_target target = deed_target(deed);
	put_line_start(out, at, str_of(asked->person->settings.name));
	buf_printf(out, " > %s", deed->name ? deed->name : "GET");
	if (!deed->name || target == TARGET_NONE)
		buf_printf(out, " %s%s", deed->path, deed->query);
	if (target == TARGET_SESSION)
		buf_printf(out, " (session %.*s)", STR_ARGS(asked->session));
	if (target == TARGET_USER || target == TARGET_USERS_SESSION)
		buf_printf(out, " (user %.*s)", STR_ARGS(asked->user));
	if (target == TARGET_HAND)
		buf_printf(out, " (a hand in session %.*s)", STR_ARGS(asked->session));
	put_arguments(out, asked);
	buf_put_byte(out, '\n');
}

/* --- bytes -------------------------------------------------------------------------------------- */

static void put_shown(struct buf *out, struct str s)
{
	size_t shown = s.len < BODY_SHOWN ? s.len : BODY_SHOWN;
	for (size_t i = 0; i < shown; i++)
		buf_put_byte(out, s.at[i] >= ' ' && s.at[i] <= '~' ? s.at[i] : '.');
	if (shown < s.len)
		buf_printf(out, "... %zu bytes", s.len);
}

static bool find(struct str s, struct str what, size_t *at)
{
	const char *found = memmem(s.at, s.len, what.at, what.len);
	*at = found ? (size_t)(found - s.at) : 0;
	return found;
}

/* The status of the answer and its body; of what came in pieces, the pieces. */
static void put_http(struct buf *out, struct str bytes)
{
	size_t end;
	if (str_starts(bytes, STR("HTTP/1.1 ")) && find(bytes, STR("\r\n\r\n"), &end)) {
		buf_put(out, str_from(bytes.at + strlen("HTTP/1.1 "), 3));
		buf_put_byte(out, ' ');
		bytes = str_skip(bytes, end + 4);
	}
	put_shown(out, bytes);
}

static void put_pdu(struct buf *out, const struct smpp_pdu *pdu, enum smpp_status status)
{
	struct str content = status == ESME_ROK ? smpp_pdu_content(pdu) : STR_NONE;
	smpp_pdu_dump(out, pdu);
	if (!content.len)
		return;
	buf_puts(out, " \"");
	put_shown(out, content);
	buf_put_byte(out, '"');
}

/* PDUs that are whole now; pieces wait. */
static void put_smpp(struct talk *talk, msec at, struct str who, struct str bytes)
{
	struct smpp_pdu pdu;
	enum smpp_status status;
	buf_put(&talk->piece, bytes);
	struct str rest = buf_str(&talk->piece);
	while (smpp_pdu_unpack(&rest, &pdu, &status) == WIRE_DONE) {
		put_line_start(&talk->text, at, who);
		buf_puts(&talk->text, " < ");
		put_pdu(&talk->text, &pdu, status);
		buf_put_byte(&talk->text, '\n');
	}
	buf_drop(&talk->piece, talk->piece.len - rest.len);
}

void talk_bytes(struct talk *talk, msec at, struct str who, struct str bytes)
{
	if (str_is(who, "carrier")) {
		put_smpp(talk, at, who, bytes);
		return;
	}
	put_line_start(&talk->text, at, who);
	buf_puts(&talk->text, " < ");
	put_http(&talk->text, bytes);
	buf_put_byte(&talk->text, '\n');
}

void talk_free(struct talk *talk)
{
	buf_free(&talk->text);
	buf_free(&talk->piece);
}

/* smpp_bind.c - the rows of a session, the questions they ask, and what they do. */
#include "wire/smpp_bind.h"
#include "base/arena.h"
#include "base/check.h"

#include <stdlib.h>

/* SMPP 3.4, 2.2; a bit each, so that a row can hold for several. */
enum state {
	STAY = 0,    /* as the next state: none */
	OPEN = 1,    /* connected; the bind is asked for (ESME) or awaited (SMSC) */
	BOUND = 2,   /* messages go both ways, or the one that was asked for */
	UNBOUND = 4, /* we asked to unbind; only answers are awaited */
	CLOSED = 8,  /* ended; nothing is read or said any more */
	SESSION = BOUND | UNBOUND,
	LIVE = OPEN | BOUND | UNBOUND,
};

/* Whatever can happen to a session: what the peer sends, what time brings, what the owner wants. */
enum input {
	IN_BIND,         /* SMSC: bind_transceiver */
	IN_BIND_ONE_WAY, /* SMSC: bind_receiver, bind_transmitter */
	IN_BIND_RESP,    /* ESME */
	IN_MESSAGE,      /* ESME: deliver_sm; SMSC: submit_sm */
	IN_MESSAGE_RESP, /* ESME: submit_sm_resp; SMSC: deliver_sm_resp */
	IN_ENQUIRE,
	IN_ENQUIRE_RESP,
	IN_UNBIND,
	IN_UNBIND_RESP,
	IN_NACK,
	IN_UNSUPPORTED, /* a request that this side does not serve, known or not */
	IN_MALFORMED,   /* a request with a wrong body */
	IN_STRAY, /* a response that answers nothing of ours, or what has no response; never answered */
	IN_GARBAGE, /* the stream is lost */
	IN_SILENCE, /* the peer said nothing for SMPP_ENQUIRE_MS, or since a message is overdue */
	IN_LATE,    /* the answer to a message did not come in time, other things did */
	IN_OVERDUE, /* nothing came since we asked, or the SMSC's awaited bind did not in time */
	IN_LEAVE,   /* the owner wants to unbind */
};

struct row;
struct happened { /* an input with its particulars */
	enum input input;
	const struct row *row;
	const struct smpp_pdu *pdu; /* NULL unless the peer sent a whole one */
	enum smpp_status flaw;      /* of a malformed PDU: what to answer */
	msec now;
};

struct row {
	unsigned states;
	enum input input;
	bool (*when)(const struct smpp_bind *b, const struct smpp_pdu *pdu);
	void (*act)(struct smpp_bind *b, const struct happened *h);
	enum state next;
	enum smpp_status status; /* what a row that answers answers */
	const char *why;         /* what a row that ends tells */
};

/* A request of ours that waits for its answer. */
struct sent {
	uint32_t sequence;
	msec at;
	uint64_t cookie;
};
/* A message of the peer that waits for our answer. */
struct taken {
	uint32_t sequence;
	uint32_t command;
};

struct smpp_bind {
	enum smpp_role role;
	enum smpp_way way;
	struct str system_id, password, system_type;
	unsigned window;
	msec response_ms;
	void (*tell)(void *ctx, const struct smpp_event *event);
	void *ctx;

	enum state state;
	uint32_t last_sequence;
	msec opened_at, heard_at;
	/* Of bind, enquire_link and unbind at most one is under way. */
	bool is_asking;
	struct sent asked;
	struct sent sent[SMPP_WINDOW_MAX]; /* messages, oldest first */
	unsigned sent_count;
	struct sent late[SMPP_WINDOW_MAX]; /* the last ones whose answers did not come in time */
	unsigned late_count;
	struct taken taken[SMPP_WINDOW_MAX];
	unsigned taken_count;
	unsigned answered; /* since smpp_bind_written */
	unsigned receive_window;
	struct buf waiting; /* messages above the window, whole PDUs */
	struct buf in;      /* the begun PDU, never more than SMPP_PDU_MAX */
	size_t skipping;    /* bytes still to come of a PDU that was too long */
	struct buf out;     /* until taken */
};

static bool always(const struct smpp_bind *b, const struct smpp_pdu *pdu);
static bool is_asked(const struct smpp_bind *b, const struct smpp_pdu *pdu);
static bool is_bind_asked(const struct smpp_bind *b, const struct smpp_pdu *pdu);
static bool is_granted(const struct smpp_bind *b, const struct smpp_pdu *pdu);
static bool is_sent(const struct smpp_bind *b, const struct smpp_pdu *pdu);
static bool is_late(const struct smpp_bind *b, const struct smpp_pdu *pdu);
static bool can_take(const struct smpp_bind *b, const struct smpp_pdu *pdu);
static bool only_sends(const struct smpp_bind *b, const struct smpp_pdu *pdu);
static bool other_system(const struct smpp_bind *b, const struct smpp_pdu *pdu);
static bool other_password(const struct smpp_bind *b, const struct smpp_pdu *pdu);
static bool other_type(const struct smpp_bind *b, const struct smpp_pdu *pdu);
static void ask_bind(struct smpp_bind *b, msec now);
static void ask_alive(struct smpp_bind *b, const struct happened *h);
static void ask_unbind(struct smpp_bind *b, const struct happened *h);
static void respond(struct smpp_bind *b, const struct happened *h);
static void turn_away(struct smpp_bind *b, const struct happened *h);
static void turn_away_flawed(struct smpp_bind *b, const struct happened *h);
static void respond_end(struct smpp_bind *b, const struct happened *h);
static void nack_end(struct smpp_bind *b, const struct happened *h);
static void accept_bind(struct smpp_bind *b, const struct happened *h);
static void be_bound(struct smpp_bind *b, const struct happened *h);
static void be_refused(struct smpp_bind *b, const struct happened *h);
static void be_content(struct smpp_bind *b, const struct happened *h);
static void take_message(struct smpp_bind *b, const struct happened *h);
static void take_answer(struct smpp_bind *b, const struct happened *h);
static void take_late(struct smpp_bind *b, const struct happened *h);
static void give_up_answer(struct smpp_bind *b, const struct happened *h);
static void end(struct smpp_bind *b, const struct happened *h);

/* The first row that fits is followed: next state first, then the act. None: nothing happens. */
#define ROW(states, input, when, act, next, status, why)                                           \
	{states, IN_##input, when, act, next, ESME_##status, why},
/* clang-format off */
static const struct row rows[] = {
	ROW(OPEN,    BIND_RESP,    is_granted,     be_bound,     BOUND,   ROK, NULL)
	ROW(OPEN,    BIND_RESP,    is_bind_asked,  be_refused,   CLOSED,  ROK, "refused")
	ROW(OPEN,    NACK,         is_asked,       be_refused,   CLOSED,  ROK, "refused")
	ROW(OPEN,    BIND,         other_system,   respond,      STAY,    RINVSYSID, NULL)
	ROW(OPEN,    BIND,         other_password, respond,      STAY,    RINVPASWD, NULL)
	ROW(OPEN,    BIND,         other_type,     respond,      STAY,    RINVSYSTYP, NULL)
	ROW(OPEN,    BIND,         always,         accept_bind,  BOUND,   ROK, NULL)
	ROW(OPEN,    BIND_ONE_WAY, always,         respond,      STAY,    RBINDFAIL, NULL)
	ROW(SESSION, BIND,         always,         respond,      STAY,    RALYBND, NULL)
	ROW(SESSION, BIND_ONE_WAY, always,         respond,      STAY,    RALYBND, NULL)

	ROW(OPEN,    MESSAGE,      always,         turn_away,    STAY,    RINVBNDSTS, "not bound yet")
	ROW(BOUND,   MESSAGE,      only_sends,     turn_away,    STAY,    RINVBNDSTS, "this bind is for sending")
	ROW(BOUND,   MESSAGE,      can_take,       take_message, STAY,    ROK, NULL)
	ROW(BOUND,   MESSAGE,      always,         turn_away,    STAY,    RTHROTTLED, "too many wait for an answer")
	ROW(UNBOUND, MESSAGE,      always,         turn_away,    STAY,    RTHROTTLED, "the bind is being given up")
	ROW(SESSION, MESSAGE_RESP, is_sent,        take_answer,  STAY,    ROK, NULL)
	ROW(SESSION, MESSAGE_RESP, is_late,        take_late,    STAY,    ROK, NULL)
	ROW(SESSION, NACK,         is_sent,        take_answer,  STAY,    ROK, NULL)
	ROW(BOUND,   LATE,         always,         give_up_answer, STAY,  ROK, NULL)

	ROW(LIVE,    ENQUIRE,      always,         respond,      STAY,    ROK, NULL)
	ROW(BOUND,   SILENCE,      always,         ask_alive,    STAY,    ROK, NULL)
	ROW(BOUND,   ENQUIRE_RESP, is_asked,       be_content,   STAY,    ROK, NULL)
	ROW(BOUND,   NACK,         is_asked,       be_content,   STAY,    ROK, NULL)

	ROW(OPEN,    UNBIND,       always,         respond,      STAY,    RINVBNDSTS, NULL)
	ROW(SESSION, UNBIND,       always,         respond_end,  CLOSED,  ROK, "the peer unbound")
	ROW(OPEN,    LEAVE,        always,         end,          CLOSED,  ROK, "never bound")
	ROW(BOUND,   LEAVE,        always,         ask_unbind,   UNBOUND, ROK, NULL)
	ROW(UNBOUND, UNBIND_RESP,  is_asked,       end,          CLOSED,  ROK, "unbound")
	ROW(UNBOUND, NACK,         is_asked,       end,          CLOSED,  ROK, "unbound")

	ROW(LIVE,    UNSUPPORTED,  always,         turn_away,    STAY,    RINVCMDID, "no such command is served")
	ROW(LIVE,    MALFORMED,    always,         turn_away_flawed, STAY, ROK, NULL)
	ROW(LIVE,    GARBAGE,      always,         nack_end,     CLOSED,  RINVCMDLEN, "garbage")
	ROW(OPEN,    OVERDUE,      always,         end,          CLOSED,  ROK, "bound too late")
	ROW(SESSION, OVERDUE,      always,         end,          CLOSED,  ROK, "the peer says nothing")
};
/* clang-format on */
#define ROWS (sizeof rows / sizeof *rows)

static void dispatch(struct smpp_bind *b, struct happened h)
{
	for (h.row = rows; h.row < rows + ROWS; h.row++) {
		bool fits = h.row->states & b->state && h.row->input == h.input;
		if (!fits || !h.row->when(b, h.pdu))
			continue;
		if (h.row->next != STAY)
			b->state = h.row->next;
		h.row->act(b, &h);
		return;
	}
}

/* Which input a PDU is to this role. What has no row here is IN_UNSUPPORTED or IN_STRAY. */
static const struct {
	uint32_t command;
	enum input to_esme, to_smsc;
} meanings[] = {
	{SMPP_GENERIC_NACK, IN_NACK, IN_NACK},
	{SMPP_BIND_TRANSCEIVER, IN_UNSUPPORTED, IN_BIND},
	{SMPP_BIND_RECEIVER, IN_UNSUPPORTED, IN_BIND_ONE_WAY},
	{SMPP_BIND_TRANSMITTER, IN_UNSUPPORTED, IN_BIND_ONE_WAY},
	{SMPP_BIND_TRANSCEIVER_RESP, IN_BIND_RESP, IN_STRAY},
	{SMPP_BIND_RECEIVER_RESP, IN_BIND_RESP, IN_STRAY},
	{SMPP_BIND_TRANSMITTER_RESP, IN_BIND_RESP, IN_STRAY},
	{SMPP_SUBMIT_SM, IN_UNSUPPORTED, IN_MESSAGE},
	{SMPP_SUBMIT_SM_RESP, IN_MESSAGE_RESP, IN_STRAY},
	{SMPP_DELIVER_SM, IN_MESSAGE, IN_UNSUPPORTED},
	{SMPP_DATA_SM, IN_MESSAGE, IN_UNSUPPORTED},
	{SMPP_ALERT_NOTIFICATION, IN_STRAY, IN_UNSUPPORTED},
	{SMPP_OUTBIND, IN_STRAY, IN_UNSUPPORTED},
	{SMPP_DELIVER_SM_RESP, IN_STRAY, IN_MESSAGE_RESP},
	{SMPP_ENQUIRE_LINK, IN_ENQUIRE, IN_ENQUIRE},
	{SMPP_ENQUIRE_LINK_RESP, IN_ENQUIRE_RESP, IN_ENQUIRE_RESP},
	{SMPP_UNBIND, IN_UNBIND, IN_UNBIND},
	{SMPP_UNBIND_RESP, IN_UNBIND_RESP, IN_UNBIND_RESP},
};
#define MEANINGS (sizeof meanings / sizeof *meanings)

static bool has_no_response(uint32_t command)
{
	return command == SMPP_ALERT_NOTIFICATION || command == SMPP_OUTBIND;
}

/* A response with a wrong body counts as one without body: its header says what we need. */
static enum input meaning_of(
	const struct smpp_bind *b, const struct smpp_pdu *pdu, enum smpp_status flaw)
{
	bool is_response = pdu->command & SMPP_RESPONSE_BIT || has_no_response(pdu->command);
	if (flaw != ESME_ROK && !is_response)
		return flaw == ESME_RINVCMDID ? IN_UNSUPPORTED : IN_MALFORMED;
	for (size_t i = 0; i < MEANINGS; i++)
		if (meanings[i].command == pdu->command)
			return b->role == SMPP_ESME ? meanings[i].to_esme : meanings[i].to_smsc;
	return is_response ? IN_STRAY : IN_UNSUPPORTED;
}

/* --- life ------------------------------------------------------------------------------------- */

struct smpp_bind *smpp_bind_new(const struct smpp_bind_settings *settings, msec now,
	void (*tell)(void *ctx, const struct smpp_event *event), void *ctx)
{
	CHECK(settings->window >= 1 && settings->window <= SMPP_WINDOW_MAX);
	struct smpp_bind *b = mem_new(sizeof *b);
	b->role = settings->role;
	b->way = settings->way;
	b->system_id = str_copy(settings->system_id);
	b->password = str_copy(settings->password);
	b->system_type = str_copy(settings->system_type);
	b->window = settings->window;
	b->response_ms = settings->response_ms ? settings->response_ms : SMPP_RESPONSE_MS;
	b->receive_window =
		settings->receive_window ? settings->receive_window : SMPP_RECEIVE_WINDOW;
	CHECK(b->receive_window <= SMPP_WINDOW_MAX);
	b->tell = tell;
	b->ctx = ctx;
	b->state = OPEN;
	b->opened_at = b->heard_at = now;
	if (b->role == SMPP_ESME)
		ask_bind(b, now);
	return b;
}

void smpp_bind_free(struct smpp_bind **bind)
{
	struct smpp_bind *b = *bind;
	if (!b)
		return;
	str_free(&b->system_id);
	str_free(&b->password);
	str_free(&b->system_type);
	buf_free(&b->in);
	buf_free(&b->waiting);
	buf_free(&b->out);
	free(b);
	*bind = NULL;
}

/* --- bytes in and out ------------------------------------------------------------------------- */

/* A message above the window, or behind one that waits. */
static bool must_wait(const struct smpp_bind *b, const struct happened *h)
{
	bool is_message = b->role == SMPP_ESME && b->state == BOUND && h->input == IN_MESSAGE;
	return is_message && !only_sends(b, h->pdu) &&
	       (b->waiting.len > 0 || !can_take(b, h->pdu)) &&
	       b->waiting.len + h->pdu->bytes.len <= SMPP_WAITING_MAX + SMPP_PDU_MAX;
}

/* One PDU from the front of *bytes goes to the table. WIRE_MORE: there is none. */
static enum wire read_pdu(struct smpp_bind *b, struct str *bytes, msec now)
{
	struct smpp_pdu pdu;
	struct happened h = {.now = now};
	enum wire wire = smpp_pdu_unpack(bytes, &pdu, &h.flaw);
	if (wire == WIRE_MORE)
		return wire;
	if (wire == WIRE_DONE) {
		b->skipping = pdu.length - pdu.bytes.len;
		h.pdu = &pdu;
	}
	h.input = wire == WIRE_BAD ? IN_GARBAGE : meaning_of(b, &pdu, h.flaw);
	if (must_wait(b, &h))
		buf_put(&b->waiting, pdu.bytes);
	else
		dispatch(b, h);
	return wire;
}

static void take_waiting(struct smpp_bind *b, msec now)
{
	struct str bytes = buf_str(&b->waiting);
	struct smpp_pdu pdu;
	struct happened h = {.input = IN_MESSAGE, .pdu = &pdu, .now = now};
	while (bytes.len && b->state != CLOSED && (b->state != BOUND || can_take(b, NULL))) {
		CHECK(smpp_pdu_unpack(&bytes, &pdu, &h.flaw) == WIRE_DONE);
		dispatch(b, h);
	}
	buf_drop(&b->waiting, b->waiting.len - bytes.len);
}

/* How many bytes the begun PDU needs until there is more to know: its length, then the rest; of one
 * that is too long, its header. */
static size_t wanted(const struct smpp_bind *b)
{
	if (b->in.len < 4)
		return 4 - b->in.len;
	size_t length = 0;
	for (int i = 0; i < 4; i++)
		length = length << 8 | (unsigned char)b->in.at[i];
	if (length > SMPP_PDU_MAX)
		length = SMPP_HEADER_BYTES;
	return length > b->in.len ? length - b->in.len : 0;
}

/* Completes the PDU that an earlier call began, as far as the bytes go. */
static void read_begun(struct smpp_bind *b, struct str *bytes, msec now)
{
	size_t want = wanted(b);
	struct str piece = {bytes->at, bytes->len < want ? bytes->len : want};
	buf_put(&b->in, piece);
	*bytes = str_skip(*bytes, piece.len);
	struct str begun = buf_str(&b->in);
	if (read_pdu(b, &begun, now) == WIRE_DONE)
		b->in.len = 0;
}

static void skip(struct smpp_bind *b, struct str *bytes)
{
	size_t n = bytes->len < b->skipping ? bytes->len : b->skipping;
	*bytes = str_skip(*bytes, n);
	b->skipping -= n;
}

void smpp_bind_recv(struct smpp_bind *bind, struct str bytes, msec now)
{
	if (bytes.len)
		bind->heard_at = now;
	while (bytes.len && bind->state != CLOSED) {
		if (bind->skipping > 0) {
			skip(bind, &bytes);
		} else if (bind->in.len > 0) {
			read_begun(bind, &bytes, now);
		} else if (read_pdu(bind, &bytes, now) == WIRE_MORE) {
			buf_put(&bind->in, bytes);
			return;
		}
	}
}

void smpp_bind_take(struct smpp_bind *bind, struct buf *out)
{
	buf_put(out, buf_str(&bind->out));
	bind->out.len = 0;
}

/* --- the owner's calls ------------------------------------------------------------------------ */

static uint32_t next_sequence(struct smpp_bind *b)
{
	/* SMPP 3.4, 3.2: 1 to 0x7FFFFFFF */
	b->last_sequence = b->last_sequence % 0x7FFFFFFF + 1;
	return b->last_sequence;
}

bool smpp_bind_send(struct smpp_bind *bind, struct smpp_pdu *pdu, uint64_t cookie, msec now)
{
	CHECK(pdu->command == (bind->role == SMPP_ESME ? SMPP_SUBMIT_SM : SMPP_DELIVER_SM));
	if (smpp_bind_free_window(bind) == 0)
		return false;
	pdu->sequence = next_sequence(bind);
	bind->sent[bind->sent_count++] = (struct sent) {pdu->sequence, now, cookie};
	smpp_pdu_pack(&bind->out, pdu);
	return true;
}

void smpp_bind_answer(
	struct smpp_bind *bind, uint32_t sequence, enum smpp_status status, struct str message_id)
{
	unsigned i = 0;
	while (i < bind->taken_count && bind->taken[i].sequence != sequence)
		i++;
	if (i == bind->taken_count || bind->state == CLOSED)
		return;
	const struct smpp_pdu resp = {
		.command = bind->taken[i].command | SMPP_RESPONSE_BIT,
		.status = status,
		.sequence = sequence,
		.sm_resp = {.message_id = message_id},
	};
	smpp_pdu_pack(&bind->out, &resp);
	bind->taken_count--;
	bind->answered += bind->role == SMPP_ESME;
	memmove(bind->taken + i, bind->taken + i + 1,
		(bind->taken_count - i) * sizeof *bind->taken);
}

void smpp_bind_written(struct smpp_bind *bind, msec now)
{
	bind->answered = 0;
	take_waiting(bind, now);
}

bool smpp_bind_is_waiting(const struct smpp_bind *bind)
{
	return bind->waiting.len > 0;
}

bool smpp_bind_is_full(const struct smpp_bind *bind)
{
	return bind->waiting.len >= SMPP_WAITING_MAX;
}

/* What waits is turned away: there is no answer to it any more. */
void smpp_bind_unbind(struct smpp_bind *bind, msec now)
{
	dispatch(bind, (struct happened) {.input = IN_LEAVE, .now = now});
	take_waiting(bind, now);
}

void smpp_bind_unanswered(
	const struct smpp_bind *bind, void (*each)(void *ctx, uint64_t cookie), void *ctx)
{
	for (unsigned i = 0; i < bind->sent_count; i++)
		each(ctx, bind->sent[i].cookie);
}

unsigned smpp_bind_free_window(const struct smpp_bind *bind)
{
	return bind->state == BOUND ? bind->window - bind->sent_count : 0;
}

bool smpp_bind_is_bound(const struct smpp_bind *bind)
{
	return bind->state == BOUND;
}

/* --- time ------------------------------------------------------------------------------------- */

struct due {
	msec at;
	enum input input;
};

static void bring_nearer(struct due *due, msec at, enum input input)
{
	if (at < due->at)
		*due = (struct due) {at, input};
}

/* Is something awaited that says whether the peer lives? Whatever it says does, where we only asked. */
static bool is_in_doubt(const struct smpp_bind *b)
{
	return b->is_asking && (b->state != BOUND || b->heard_at <= b->asked.at);
}

static msec later(msec a, msec b)
{
	return a > b ? a : b;
}

/* Not while there is time for an answer: then the peer may be at work, one after the other. */
static msec given_up_at(const struct smpp_bind *b)
{
	msec at = b->asked.at + SMPP_ALIVE_MS;
	bool is_at_work = b->state == BOUND && b->sent_count > 0;
	return is_at_work ? later(at, b->sent[0].at + b->response_ms) : at;
}

static struct due next_due(const struct smpp_bind *b)
{
	struct due due = {SMPP_NEVER, IN_OVERDUE};
	if (b->state == CLOSED)
		return due;
	if (b->state == OPEN)
		bring_nearer(&due, b->opened_at + SMPP_BIND_TIMEOUT_MS, IN_OVERDUE);
	else if (is_in_doubt(b))
		bring_nearer(&due, given_up_at(b), IN_OVERDUE);
	else if (b->state == BOUND)
		bring_nearer(&due, b->heard_at + SMPP_ENQUIRE_MS, IN_SILENCE);
	if (b->state != BOUND || b->sent_count == 0)
		return due;
	/* Nothing since it was sent: who knows whether the peer lives. */
	if (b->heard_at > b->sent[0].at)
		bring_nearer(&due, b->sent[0].at + b->response_ms, IN_LATE);
	else if (!is_in_doubt(b))
		bring_nearer(&due, b->sent[0].at + b->response_ms, IN_SILENCE);
	return due;
}

msec smpp_bind_tick(struct smpp_bind *bind, msec now)
{
	struct due due = next_due(bind);
	while (due.at <= now) {
		dispatch(bind, (struct happened) {.input = due.input, .now = now});
		due = next_due(bind);
	}
	return due.at;
}

/* --- questions -------------------------------------------------------------------------------- */

static bool always(const struct smpp_bind *b, const struct smpp_pdu *pdu)
{
	return true;
}

static bool is_asked(const struct smpp_bind *b, const struct smpp_pdu *pdu)
{
	return b->is_asking && b->asked.sequence == pdu->sequence;
}

static const uint32_t bind_commands[] = {[SMPP_BOTH_WAYS] = SMPP_BIND_TRANSCEIVER,
	[SMPP_OUT] = SMPP_BIND_TRANSMITTER,
	[SMPP_IN] = SMPP_BIND_RECEIVER};

static bool is_bind_asked(const struct smpp_bind *b, const struct smpp_pdu *pdu)
{
	return is_asked(b, pdu) && pdu->command == (bind_commands[b->way] | SMPP_RESPONSE_BIT);
}

static bool is_granted(const struct smpp_bind *b, const struct smpp_pdu *pdu)
{
	return is_bind_asked(b, pdu) && pdu->status == ESME_ROK;
}

/* Where the sequence stands among the unanswered; sent_count if nowhere. */
static unsigned place_of(const struct smpp_bind *b, uint32_t sequence)
{
	unsigned i = 0;
	while (i < b->sent_count && b->sent[i].sequence != sequence)
		i++;
	return i;
}

static bool is_sent(const struct smpp_bind *b, const struct smpp_pdu *pdu)
{
	return place_of(b, pdu->sequence) < b->sent_count;
}

static unsigned late_place_of(const struct smpp_bind *b, uint32_t sequence)
{
	unsigned i = 0;
	while (i < b->late_count && b->late[i].sequence != sequence)
		i++;
	return i;
}

static bool is_late(const struct smpp_bind *b, const struct smpp_pdu *pdu)
{
	return late_place_of(b, pdu->sequence) < b->late_count;
}

static bool can_take(const struct smpp_bind *b, const struct smpp_pdu *pdu)
{
	if (b->role == SMPP_SMSC)
		return b->taken_count < SMPP_WINDOW_MAX;
	return b->taken_count + b->answered < b->receive_window;
}

static bool only_sends(const struct smpp_bind *b, const struct smpp_pdu *pdu)
{
	return b->way == SMPP_OUT;
}

static bool differs(struct str demanded, struct str given)
{
	return demanded.len > 0 && !str_eq(demanded, given);
}

static bool other_system(const struct smpp_bind *b, const struct smpp_pdu *pdu)
{
	return differs(b->system_id, pdu->bind.system_id);
}

static bool other_password(const struct smpp_bind *b, const struct smpp_pdu *pdu)
{
	return differs(b->password, pdu->bind.password);
}

static bool other_type(const struct smpp_bind *b, const struct smpp_pdu *pdu)
{
	return differs(b->system_type, pdu->bind.system_type);
}

/* --- acts ------------------------------------------------------------------------------------- */

static void ask(struct smpp_bind *b, struct smpp_pdu *pdu, msec now)
{
	pdu->sequence = next_sequence(b);
	b->is_asking = true;
	b->asked = (struct sent) {.sequence = pdu->sequence, .at = now};
	smpp_pdu_pack(&b->out, pdu);
}

static void ask_bind(struct smpp_bind *b, msec now)
{
	struct smpp_pdu pdu = {
		.command = bind_commands[b->way],
		.bind = {.system_id = b->system_id,
			.password = b->password,
			.system_type = b->system_type,
			.interface_version = SMPP_VERSION},
	};
	ask(b, &pdu, now);
}

static void ask_alive(struct smpp_bind *b, const struct happened *h)
{
	struct smpp_pdu pdu = {.command = SMPP_ENQUIRE_LINK};
	ask(b, &pdu, h->now);
}

static void ask_unbind(struct smpp_bind *b, const struct happened *h)
{
	struct smpp_pdu pdu = {.command = SMPP_UNBIND};
	ask(b, &pdu, h->now);
}

/* With the response of the command, or with a generic_nack if there is no such command. */
static void put_status(struct smpp_bind *b, const struct smpp_pdu *request, enum smpp_status status)
{
	uint32_t command = request->command | SMPP_RESPONSE_BIT;
	const struct smpp_pdu resp = {
		.command = smpp_command_name(command) ? command : SMPP_GENERIC_NACK,
		.status = status,
		.sequence = request->sequence,
	};
	smpp_pdu_pack(&b->out, &resp);
}

static void respond(struct smpp_bind *b, const struct happened *h)
{
	put_status(b, h->pdu, h->row->status);
}

static void bind_tell(struct smpp_bind *b, struct smpp_event event)
{
	b->tell(b->ctx, &event);
}

static void bind_refuse(struct smpp_bind *b, const struct smpp_pdu *request,
	enum smpp_status status, const char *why)
{
	put_status(b, request, status);
	bind_tell(
		b, (struct smpp_event) {
			   .what = SMPP_TURNED_AWAY, .pdu = request, .status = status, .why = why});
}

static void turn_away(struct smpp_bind *b, const struct happened *h)
{
	bind_refuse(b, h->pdu, h->row->status, h->row->why);
}

static const char *words_of(const struct happened *h)
{
	if (h->pdu->length > SMPP_PDU_MAX)
		return "it is too long";
	switch (h->flaw) {
	case ESME_RINVCMDLEN:
		return "it ends too early";
	case ESME_RINVSRCADR:
		return "its source address is too long";
	case ESME_RINVDSTADR:
		return "its destination address is too long";
	default:
		return "one of its fields is too long";
	}
}

static void turn_away_flawed(struct smpp_bind *b, const struct happened *h)
{
	bind_refuse(b, h->pdu, h->flaw, words_of(h));
}

static void end(struct smpp_bind *b, const struct happened *h)
{
	bool is_orderly = h->input == IN_UNBIND || h->input == IN_UNBIND_RESP;
	bind_tell(b, (struct smpp_event) {.what = SMPP_ENDED,
			     .pdu = h->pdu,
			     .is_orderly = is_orderly,
			     .why = h->row->why});
}

static void respond_end(struct smpp_bind *b, const struct happened *h)
{
	respond(b, h);
	end(b, h);
}

/* 4.3: a length that cannot be is answered with a generic_nack, its sequence unknown. */
static void nack_end(struct smpp_bind *b, const struct happened *h)
{
	const struct smpp_pdu nack = {.command = SMPP_GENERIC_NACK, .status = h->row->status};
	smpp_pdu_pack(&b->out, &nack);
	end(b, h);
}

static void accept_bind(struct smpp_bind *b, const struct happened *h)
{
	const struct smpp_pdu resp = {
		.command = SMPP_BIND_TRANSCEIVER_RESP,
		.sequence = h->pdu->sequence,
		.bind_resp = {.system_id = b->system_id},
		.tlv = {.has_sc_interface_version = true, .sc_interface_version = SMPP_VERSION},
	};
	smpp_pdu_pack(&b->out, &resp);
	bind_tell(b, (struct smpp_event) {.what = SMPP_BOUND, .pdu = h->pdu});
}

static void be_bound(struct smpp_bind *b, const struct happened *h)
{
	b->is_asking = false;
	bind_tell(b, (struct smpp_event) {.what = SMPP_BOUND, .pdu = h->pdu});
}

static void be_refused(struct smpp_bind *b, const struct happened *h)
{
	bind_tell(b, (struct smpp_event) {.what = SMPP_REFUSED, .pdu = h->pdu});
	end(b, h);
}

static void be_content(struct smpp_bind *b, const struct happened *h)
{
	b->is_asking = false;
}

static void take_message(struct smpp_bind *b, const struct happened *h)
{
	b->taken[b->taken_count++] = (struct taken) {h->pdu->sequence, h->pdu->command};
	bind_tell(b, (struct smpp_event) {.what = SMPP_RECEIVED, .pdu = h->pdu});
}

static void drop(struct sent *all, unsigned *count, unsigned i)
{
	--*count;
	memmove(all + i, all + i + 1, (*count - i) * sizeof *all);
}

static void tell_open(struct smpp_bind *b)
{
	if (smpp_bind_free_window(b) > 0)
		bind_tell(b, (struct smpp_event) {.what = SMPP_WINDOW_OPEN});
}

static void take_answer(struct smpp_bind *b, const struct happened *h)
{
	unsigned i = place_of(b, h->pdu->sequence);
	uint64_t cookie = b->sent[i].cookie;
	struct smpp_pdu answer = *h->pdu;
	if (answer.command == SMPP_GENERIC_NACK && answer.status == ESME_ROK)
		answer.status = ESME_RUNKNOWNERR; /* a nack is no success, whatever it says */
	drop(b->sent, &b->sent_count, i);
	for (; i < b->sent_count; i++)
		b->sent[i].at = h->now;
	bind_tell(b, (struct smpp_event) {.what = SMPP_ANSWERED, .pdu = &answer, .cookie = cookie});
	tell_open(b);
}

static void take_late(struct smpp_bind *b, const struct happened *h)
{
	unsigned i = late_place_of(b, h->pdu->sequence);
	uint64_t cookie = b->late[i].cookie;
	drop(b->late, &b->late_count, i);
	bind_tell(b,
		(struct smpp_event) {.what = SMPP_ANSWERED_LATE, .pdu = h->pdu, .cookie = cookie});
}

static void give_up_answer(struct smpp_bind *b, const struct happened *h)
{
	struct sent late = b->sent[0];
	drop(b->sent, &b->sent_count, 0);
	if (b->late_count == SMPP_WINDOW_MAX)
		drop(b->late, &b->late_count, 0);
	b->late[b->late_count++] = late;
	bind_tell(b, (struct smpp_event) {.what = SMPP_UNANSWERED, .cookie = late.cookie});
	tell_open(b);
}

/* smpp_bind.h - one SMPP 3.4 session (a bind) without I/O: bytes and time in; PDU bytes,
 * messages and the next deadline out. Both ends: ESME (we) and SMSC (the simulator). One table of
 * (state, input, action, next) is its only dispatcher.
 *
 * States follow SMPP 3.4, 2.2: OPEN, BOUND (_TRX, _TX or _RX), UNBOUND, CLOSED. */
#ifndef WIRE_SMPP_BIND_H
#define WIRE_SMPP_BIND_H

#include "base/msec.h"
#include "wire/smpp_pdu.h"

#define SMPP_WINDOW_MAX 100 /* unanswered submit_sm at the most (setting window) */
/* Unanswered messages taken from an SMSC (setting receive_window); beyond, they wait here in their order, for
 * some SMSCs never repeat what is refused. (An SMSC takes SMPP_WINDOW_MAX submit_sm and throttles what is above.) */
#define SMPP_RECEIVE_WINDOW 10
/* With so many bytes of them waiting nothing more is to be read of the peer; what one more read brings
 * still fits, so nothing is ever throttled. */
#define SMPP_WAITING_MAX     (64 * 1024)
#define SMPP_ENQUIRE_MS      30000 /* silence after which we ask whether the peer lives */
#define SMPP_ALIVE_MS        10000 /* nothing at all since we asked, or no answer to unbind: it ends */
#define SMPP_BIND_TIMEOUT_MS 10000
/* After this the answer to a message counts as lost, if the peer lives. It is long, since an SMSC
 * under load answers, and to send the text again makes two of it; Kannel's wait-ack is as long. */
#define SMPP_RESPONSE_MS 60000

enum smpp_role { SMPP_ESME, SMPP_SMSC };
/* As what an ESME binds: for both ways, for its own messages, for the SMSC's. An SMSC takes transceivers alone. */
enum smpp_way { SMPP_BOTH_WAYS, SMPP_OUT, SMPP_IN };

struct smpp_bind_settings {
	enum smpp_role role;
	struct str system_id, password, system_type; /* ESME: sent; SMSC: demanded (empty: any) */
	unsigned window;                             /* 1..SMPP_WINDOW_MAX */
	msec response_ms;                            /* 0: SMPP_RESPONSE_MS */
	unsigned receive_window; /* of an ESME, up to SMPP_WINDOW_MAX; 0: SMPP_RECEIVE_WINDOW */
	enum smpp_way way;       /* of an ESME */
};

/* What happened, told in order to the one callback. Borrowed for the call. The callback may call
 * smpp_bind_send, _answer, _unbind and the questions, but not _recv, _tick or _free. */
enum smpp_happening {
	SMPP_BOUND,         /* the bind succeeded */
	SMPP_REFUSED,       /* ESME: bind_resp or generic_nack with pdu->status; ENDED follows */
	SMPP_RECEIVED,      /* deliver_sm (ESME), submit_sm (SMSC): smpp_bind_answer it */
	SMPP_ANSWERED,      /* response to what was sent under `cookie`; or a generic_nack,
	                        * then never with status 0. pdu->sm_resp is empty without body */
	SMPP_UNANSWERED,    /* no answer came to `cookie` in time, though the peer lives */
	SMPP_ANSWERED_LATE, /* as SMPP_ANSWERED, to what was SMPP_UNANSWERED; never a nack */
	SMPP_WINDOW_OPEN,   /* a place in the send window became free */
	SMPP_TURNED_AWAY,   /* a request of the peer that was not served: pdu says which (its header
	                        * alone counts), `status` what it was answered, `why` for whom
	                        * looks after the link */
	SMPP_ENDED,         /* unbind, silence or garbage, `why` says which: write what
	                        * smpp_bind_take still gives, then close. Told once, and last */
};
struct smpp_event {
	enum smpp_happening what;
	const struct smpp_pdu *pdu;
	uint64_t cookie;
	enum smpp_status status; /* of TURNED_AWAY */
	bool is_orderly;         /* of ENDED: one of both unbound */
	const char *why;         /* of TURNED_AWAY and ENDED */
};

struct smpp_bind;
/* An ESME asks at once to be bound. The settings are copied; their strings fit
 * (SMPP_SYSTEM_ID_MAX, SMPP_PASSWORD_MAX, SMPP_SYSTEM_TYPE_MAX). */
struct smpp_bind *smpp_bind_new(const struct smpp_bind_settings *settings, msec now,
	void (*tell)(void *ctx, const struct smpp_event *event), void *ctx);
void smpp_bind_free(struct smpp_bind **bind);

/* Bytes that came from the peer, any cut. After SMPP_ENDED nothing more is read. At most one PDU is
 * kept between calls, of one above SMPP_PDU_MAX (answered ESME_RINVCMDLEN, then skipped) nothing but
 * its header; what a call adds to the output is in proportion to its bytes. */
void smpp_bind_recv(struct smpp_bind *bind, struct str bytes, msec now);
/* Bytes to be written to the peer, moved to the end of *out. Call after each other call. */
void smpp_bind_take(struct smpp_bind *bind, struct buf *out);
/* Sends a submit_sm (ESME) or deliver_sm (SMSC); sequence is set here. False: not bound or the
 * window is full; nothing was sent. cookie comes back with SMPP_ANSWERED or SMPP_UNANSWERED; then the
 * place in the window is free again. The time for its answer runs from now, or from the last answer to
 * one that was sent before it: a peer that takes one after the other is slow, not silent. */
bool smpp_bind_send(struct smpp_bind *bind, struct smpp_pdu *pdu, uint64_t cookie, msec now);
/* Answers a received request by its sequence (the response's body id may be empty). A sequence that
 * does not wait for an answer is left alone; so is everything after SMPP_ENDED. */
void smpp_bind_answer(
	struct smpp_bind *bind, uint32_t sequence, enum smpp_status status, struct str message_id);
/* An ESME's answers that were given until now have left. Until then each takes its place in the receive window,
 * as the message did; now those that waited are told. */
void smpp_bind_written(struct smpp_bind *bind, msec now);
bool smpp_bind_is_waiting(const struct smpp_bind *bind); /* do any? */
bool smpp_bind_is_full(const struct smpp_bind *bind);    /* SMPP_WAITING_MAX: read nothing more */
void smpp_bind_unbind(struct smpp_bind *bind, msec now); /* orderly end; SMPP_ENDED follows */
#define SMPP_NEVER INT64_MAX
/* Time passes: enquire_link, time-outs. Returns the next point in time at which to call again
 * (SMPP_NEVER after SMPP_ENDED); smpp_bind_send and _unbind may bring it nearer. */
msec smpp_bind_tick(struct smpp_bind *bind, msec now);
/* Calls each(ctx, cookie) for every request sent and not answered, oldest first. */
void smpp_bind_unanswered(
	const struct smpp_bind *bind, void (*each)(void *ctx, uint64_t cookie), void *ctx);
unsigned smpp_bind_free_window(const struct smpp_bind *bind);
bool smpp_bind_is_bound(const struct smpp_bind *bind);

#endif

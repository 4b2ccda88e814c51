/* sms_bench.h - for tests: a centre on the real core, a disk that is told when to write, a
 * simulated network, and a carrier at the other end of the line that does as it is told. */
#ifndef SMS_SMS_BENCH_H
#define SMS_SMS_BENCH_H

#include "net/net_sim.h"
#include "sms/sms.h"
#include "wire/smpp_bind.h"

#define BENCH_START  1700000000000
#define BENCH_NUMBER "+420800000100"
#define BENCH_PHONE  "+420700000001"

/* More than the parts that a link holds. */
#define BENCH_DELIVERIES_MAX 12000

/* What a carrier got; its submits and the answers to its deliveries, in order. */
struct submit {
	struct buf phone, number, data;
	uint8_t esm_class, coding, registered, to_ton, to_npi, from_ton;
	uint32_t sequence;
	msec at;
};
struct carrier {
	struct net *net;
	struct net_listener *listener;
	unsigned port;
	struct net_conn *conn; /* the newest */
	struct smpp_bind *bind;
	unsigned connections;
	msec connected_at[64];
	bool is_bound, was_unbound;
	bool is_mute;         /* answers no submit_sm */
	uint32_t status;      /* of its answers */
	const char *garbage;  /* said instead of SMPP to whoever connects */
	const char *password; /* demanded */
	struct submit submits[2000];
	unsigned submit_count;
	/* of deliver_sm_resp, by cookie = which deliver_sm, from 0 */
	uint32_t statuses[BENCH_DELIVERIES_MAX];
	bool answered[BENCH_DELIVERIES_MAX];
	unsigned delivered; /* deliver_sm sent */
	unsigned ids;       /* drawn */
};

struct bench {
	struct port port; /* first */
	struct net *net;
	struct core *core;
	struct sms *sms;
	struct buf journal; /* of every event */
	uint64_t durable;
	struct gate_line held;
	bool is_manual;   /* commits happen only with bench_commit and bench_refuse */
	bool is_refusing; /* the store takes no commands */
	unsigned takes;   /* not 0: it takes so many more, then is_refusing */
	struct net_timer commit;
	struct carrier carrier;
	unsigned stopped;
};

/* A centre with one link "m1" to the carrier, window and receive window as told, one queue and the
 * agent ana; started and bound. */
struct bench *bench_new(unsigned window, unsigned receive_window);
void bench_free(struct bench *b);
void bench_add_link(
	struct bench *b, const char *name, unsigned port, const char *password, unsigned window);
enum err bench_apply(struct bench *b, const struct command *command, uint64_t *lsn);
void bench_run(struct bench *b, msec ms);
void bench_commit(struct bench *b);
void bench_commit_until(struct bench *b, uint64_t lsn);
void bench_refuse(struct bench *b); /* what is not durable never happened; the core is rebuilt */
void bench_crash(struct bench *b);  /* the same, and the process is another one */
/* An orderly stop and a start of the next process. */
void bench_restart(struct bench *b);
struct link *bench_link(struct bench *b);
/* The texts of the one session with the phone, a line each: "contact: hi". */
void bench_transcript(struct bench *b, const char *phone, struct buf *out);
unsigned bench_sessions(struct bench *b);
/* ana accepts the phone's session if needed and sends it. */
void bench_send(struct bench *b, const char *phone, const char *text);
/* Delivery state of the n-th text queued, from 1, or of its first part if it is closed. */
const char *bench_delivery(struct bench *b, uint64_t serial);

/* The carrier's deeds. */
void carrier_open(struct carrier *carrier, struct net *net, unsigned port);
void carrier_close(struct carrier *carrier);
void carrier_forget(struct carrier *carrier);  /* what it got */
void carrier_unbind(struct carrier *carrier);  /* in good order */
void carrier_hang_up(struct carrier *carrier); /* the connection is cut, without unbind */
struct smpp_pdu carrier_text(const char *phone, const char *text);             /* a deliver_sm */
unsigned carrier_deliver(struct carrier *carrier, const struct smpp_pdu *pdu); /* its cookie */
unsigned carrier_write(struct carrier *carrier, const char *phone, const char *text);
/* enquire_links, and their answers are not read; the bytes written. */
size_t carrier_flood(struct carrier *carrier);
void carrier_answer(struct carrier *carrier, unsigned submit, uint32_t status, const char *id);
void carrier_receipt(struct carrier *carrier, const char *id, const char *stat);

#endif

/* model.h - what one contact centre remembers.
 *
 * Everybody may read the structs below; core_evolve alone writes them. */
#ifndef CORE_MODEL_MODEL_H
#define CORE_MODEL_MODEL_H

#include <uthash.h>

#include "base/err.h"
#include "base/ids.h"
#include "base/table.h"
#include "core/model/event.h"
#include "core/model/settings.h"

/* Limits of text: doc/decisions 1. Counted in characters (code points). */
#define TEXT_CHARS_MAX     4096
#define CHOICES_MAX        1000 /* of one kind: each agent's page reads them all as it begins */
#define NICKNAME_CHARS_MAX 64
#define SKILL_LEVEL_MAX    100 /* what the public API prints: a percentage */
/* userData of one session: doc/decisions 1. Names and values together, as bytes. */
#define USER_DATA_KEYS_MAX  100
#define USER_DATA_BYTES_MAX (32 * 1024)
/* Entries of one session: a conversation of a day has some hundreds; beyond this the oldest way to
 * fill a server's memory would be one endless conversation, so a further text opens a new session. */
#define SESSION_MESSAGES_MAX 10000
/* Parts held of not yet complete long messages of one link; beyond, the oldest text makes room. */
#define SEGMENTS_HELD_MAX 10000
/* ... and of one phone on it, so that it cannot push out the others': the longest message has 255. */
#define SEGMENTS_OF_PHONE_MAX 256
/* A phone's HELP is answered once in that time: else two machines that answer each other never end. */
#define HELP_AGAIN_MS (10ll * 60 * 1000)
/* A confirmation of STOP or START leaves in that time or never (CTIA Messaging Principles 5.1.3: within minutes). */
#define CONFIRM_WITHIN_MS (5ll * 60 * 1000)
/* Texts not yet answered by the SMSC, of one centre; beyond, ERR_BUSY: a dead link must not fill memory. */
#define OUTBOUND_UNSENT_MAX 100000
/* Texts whose receipts are awaited as well; beyond, the oldest one's are awaited no longer. */
#define OUTBOUND_OPEN_MAX 1000000
/* Of a standing order, in s: doc/decisions 5. A year is as good as never, and a time all the same. */
#define ORDER_EXPIRES_MAX_S (366 * 24 * 3600)
/* centre.receive_window: each link keeps a slot for as many, and looks through them for each text. */
#define RECEIVE_WINDOW_MAX 1000

/* Of session_feed; as notices of the system bear it. */
#define NO_PARTY_ID  "0000000000000000"
#define TOKEN_ID_LEN 16 /* lower-case hexadecimal */
/* Addresses of one user: some at home, some at work, those of a phone on its way. */
#define USER_ADDRESSES_MAX 16
/* Of one user; beyond, the oldest one is forgotten before its time. What is old makes room for what comes, so as many
 * are remembered as the busiest day had. A program that writes for a whole centre stays below it for a day, and all of
 * its requests take some 3 MiB. */
#define REQUESTS_MAX 10000

enum role {
	ROLE_AGENT = 1,
	ROLE_SUPERVISOR = 2,
	ROLE_ADMIN = 4,
	ROLE_AUDITOR = 8,
	ROLE_INTEGRATOR = 16, /* reads what the centre's feed tells, and nothing else */
};
#define ROLES_END (ROLE_INTEGRATOR << 1)

/* Who is looking. An audience is a set of these. */
enum audience_class {
	CLASS_CUSTOMER = 1,
	CLASS_AGENT = 2,
	CLASS_SUPERVISOR = 4,
	CLASS_FEED =
		8, /* the programs that read the centre's feed: in no session, and of each told the same */
};

struct core;
struct reading;

/* What is due: an invitation's answer, the return of a user's clients, a word in a session, the end of a
 * refusal, the receipts of a text, the time of a standing order, what a rule waits for. */
enum deadline_kind {
	DEADLINE_ANSWER,
	DEADLINE_LOST,
	DEADLINE_IDLE,
	DEADLINE_REFUSAL,
	DEADLINE_CLOSES,
	DEADLINE_ORDER,
	DEADLINE_FLAG,
	DEADLINE_KINDS
};

/* A deadline, in its object (deadline_object): in core->timers, ordered by (at, lsn). */
struct deadline {
	msec at;        /* 0: not set */
	uint64_t lsn;   /* of the event that set it */
	uint32_t place; /* in the heap */
	enum deadline_kind kind;
};

struct user {
	struct body_user b;
	struct body_agent agent; /* state AGENT_LOGGED_OUT until first started */
	uint64_t seen_lsn; /* last event that this user may know of: what a read must wait for */
	struct party *parties;         /* live ones (party->user_next), oldest first */
	uint64_t load;                 /* of these, those that take capacity */
	struct watch *watches;         /* live ones (watch->user_next), oldest first */
	struct registration *orders;   /* active, held as supervisor (order_next), by serial */
	struct registration *watchers; /* active, on this agent (watcher_next), by serial */
	struct deadline lost;
	struct user *ready_prev, *ready_next; /* core->ready, by user id */
	bool is_ready_listed;
	struct user *feed_prev, *feed_next; /* core->feed, by serial */
	bool is_feed_listed;
	UT_hash_handle by_id, by_name;
	struct user *prev, *next;       /* core->users, by serial */
	struct assignment *assignments; /* by kind and thing */
	struct body_address *addresses; /* by slot, up to the last used; free if `user` is empty */
	size_t address_count;
	struct request *requests; /* by key */
};

/* What a user is assigned to now. */
struct assignment {
	struct body_assignment b;
	struct user *user;
	struct assignment *prev, *next; /* user->assignments, by kind and thing */
};

struct token {
	struct body_token b;
	struct user *user;
	struct token *prev, *next; /* core->tokens, by id */
	UT_hash_handle hh;         /* core->tokens_by_digest */
};

struct choice {
	struct body_choice b;
	struct choice *prev, *next; /* core->choices, by kind and name */
};

struct request {
	struct body_request b;
	uint64_t lsn;      /* of the event: an answer to a repeat waits for it */
	UT_hash_handle hh; /* user->requests by key, in the order in which they were made */
};

struct link {
	struct body_link b;
	uint64_t settings[SETTING_KINDS];
	/* As long as no row says so: the window, for a journal from before there were such rows. */
	struct body_sending sending;
	uint64_t sending_lsn;    /* the link may be written to once that is durable */
	struct outbound *unsent; /* texts with unanswered parts (unsent_next), by serial */
	size_t unsent_count;
	struct sms_part *receipts; /* hash of those for which receipts may come, by receipt_id */
	struct segment_held *segments, *segments_by_key;
	struct segments_of_phone *segments_by_phone;
	size_t segment_count;
	struct inbound_slot *inbound; /* ring, by slot; matched or empty ones too */
	uint64_t
		inbound_slots; /* centre.receive_window; RECEIVE_WINDOW_MAX where a copy may come for good */
	uint64_t inbound_count;
	uint64_t seen_lsn; /* last event that the carrier may know of: what it is told must wait for
			    * it, and for nothing of supervisors */
	struct link *prev, *next; /* by name; removed ones too */
};

struct queue {
	struct body_queue b;
	size_t assigned;           /* users; 0: it is everybody's */
	struct queue *prev, *next; /* by name; removed ones too */
};

/* A number of E.164 with its plus, but for the longest; what is longer costs more. */
#define CONTACT_PHONE_INSIDE 15
/* Read by contact_phone, contact_body, contact_into: most have nothing but a phone (contact.h). */
struct contact {
	struct contact_rare *rare; /* NULL: it has nothing else */
	struct session *
		open; /* not ended, customer's side open, by serial (contact_next); one per number, and
			* two where contacts were merged: a text goes to the older one */
	struct outbound *unsent; /* texts with unanswered parts (phone_next), by serial */
	struct contact *alike;   /* the next in the ring of those with this phone_tail */
	struct contact *next;    /* one of another ring in the same bucket; of one of each ring */
	uint8_t phone_len;       /* 0: it is in `rare` */
	char phone[CONTACT_PHONE_INSIDE];
};

/* By phone_tail: one of each ring. */
struct contacts {
	struct contact **buckets; /* a power of two */
	size_t bucket_count, ring_count;
};

/* An entry, as the journal has it: packed it takes a third of what it does unpacked, and is read rarely (message.h). What
 * is asked of each entry that is passed over lies beside it: its place in every class's counting. */
struct message {
	struct session *session;
	struct outbound *outbound; /* NULL if it was never to be delivered, or delivery is closed */
	enum delivery delivery;    /* of its parts together */
	uint32_t seq, agent_index, supervisor_index, feed_index; /* the body's own */
	uint32_t packed_len;
	uint8_t audience; /* the body's own */
	char packed[];
};

/* One participation, as whoever reads the session or is told of it sees it: somebody who is there (struct
 * party) or a supervisor who only watches (struct watch, watch.h). Both begin with one. A user may have
 * several in a session one after the other, and an invitation beside a silent one. */
#define VIEWER_FIELDS                                                                              \
	struct body_party b;                                                                       \
	struct session *session;                                                                   \
	struct user *user; /* NULL for the contact */
struct viewer {
	VIEWER_FIELDS
};

/* Who is there: the contact, agents, supervisors whom agents see. */
struct party {
	union {
		struct viewer viewer;
		struct {
			VIEWER_FIELDS
		};
	};
	struct deadline answer;
	struct party *next;      /* session->parties, in order of creation */
	struct party *user_next; /* user->parties while live */
};

/* Who only watches, a supervisor's standing order, a raised hand, what raises one by itself: no rule of agents knows what
 * is in them. */
struct watch;
struct registration;
struct hand;
struct hand_rule;
struct flag;

struct refusal {
	struct body_refusal b;
	struct deadline until;
	struct refusal *prev, *next;
};

struct datum {
	struct body_datum b; /* held */
	struct datum *prev, *next;
};

/* What most sessions have nothing of. */
struct session_rare {
	struct watch *watches;
	struct viewer *feed; /* session_feed; NULL until it is asked for */
	struct refusal *refusals;
	struct datum *data;       /* attached ones, by place */
	struct hand *hands;       /* raised or not, in order of creation */
	struct flag *flags;       /* one of a rule at most, in order of creation */
	struct reading *readings; /* who reads it piece by piece (reading.h) */
};

struct session {
	struct body_session b;
	struct contact *contact;
	struct queue *queue;
	struct party *parties;
	struct session_rare *rare; /* session_rare, session_make_rare; NULL: it has nothing of it */
	struct message **messages; /* messages[i] has seq i + 1 */
	uint32_t message_count, message_cap;
	struct deadline idle;
	uint64_t last_lsn;                     /* of its last event */
	struct session *prev, *next;           /* core->sessions or core->ended */
	struct session *wait_prev, *wait_next; /* core->waiting */
	struct session *contact_next;          /* contact->open */
	bool is_waiting, is_open, is_ended;    /* in which lists */
	struct table_link by_id;
};

struct sms_part {
	struct body_part b;
	struct body_lost lost; /* outbound 0: there is none */
	struct outbound *outbound;
	struct sms_part *prev, *next; /* outbound->parts, by part */
	UT_hash_handle hh;      /* its link's `receipts`: the first of those with one receipt_id */
	struct str receipt_id;  /* owned: receipt_index.c; empty: in no list */
	struct sms_part *alike; /* the next with that receipt_id */
};

struct sms_aside {
	struct body_aside b;
	uint64_t lsn;                  /* it may leave once that is durable */
	struct sms_aside *prev, *next; /* outbound->asides, by part */
};

struct outbound {
	struct body_outbound b; /* its `text` is empty where it has an entry */
	struct str
		text; /* owned; the entry's, which may be forgotten before it; empty once closed */
	struct link *link;
	struct message *message; /* its entry; NULL once forgotten or without one */
	struct sms_part *parts;
	struct sms_aside *asides;
	unsigned answered, part_count; /* part_count 0: none was answered yet */
	uint64_t lsn;                  /* of SMS_QUEUED: may leave once that is durable */
	uint64_t last_lsn;             /* of its last event */
	bool is_unsent, is_over;       /* in which lists; is_unsent: link's and contact's */
	struct deadline closes;
	struct outbound *unsent_prev, *unsent_next;
	struct contact *contact;
	struct outbound *phone_prev, *phone_next; /* contact->unsent */
	struct outbound *prev, *next;             /* core->outbound or core->over */
	UT_hash_handle hh;
};

struct segment_held {
	struct body_segment b;
	struct segment_held *prev, *next; /* link->segments, in order of arrival */
	struct segments_of_phone *of_phone;
	struct segment_held *phone_prev, *phone_next; /* of_phone->first */
	UT_hash_handle hh; /* link->segments_by_key: a text may have 255 of 10,000 */
	struct str key;    /* owned */
};

/* So that a link full of others' parts costs the next one nothing. There is none without a part. */
struct segments_of_phone {
	struct str phone;           /* owned */
	struct segment_held *first; /* in order of arrival */
	size_t count;
	UT_hash_handle hh; /* link->segments_by_phone */
};

struct inbound_slot {
	struct body_inbound b; /* count 0: empty */
};

struct core {
	struct body_centre centre; /* name empty: not created yet */
	uint64_t settings[SETTING_KINDS];
	uint64_t lsn; /* of the last event */
	uint64_t
		provided_lsn; /* of the last one of what administrators declare, which anybody may be told of */
	msec last_at; /* its time: time never runs backwards */
	uint64_t sessions_drawn, users_drawn, outbound_drawn;
	size_t asides; /* of all texts; mostly there is none */
	size_t outbound_open, outbound_unsent;
	struct user *users, *users_by_id, *users_by_name;
	struct user *ready; /* Ready agents, by user id */
	struct user *feed;  /* who reads the centre's feed: programs, by serial */
	size_t feed_count;
	size_t group_supervisors; /* assignments of that kind; 0: each supervisor supervises all */
	struct token *tokens, *tokens_by_digest; /* that are not revoked */
	struct link *links;
	struct queue *queues;
	struct choice *choices; /* that are not removed */
	size_t choice_count[choice_kind_count];
	struct contacts contacts;
	struct session *sessions; /* not ended, by serial */
	struct session *ended;    /* in the order of their end, until forgotten */
	struct table sessions_by_id;
	struct session *waiting; /* state QUEUED (wait_next), by serial: first come, first served */
	struct registration *registrations;
	struct registration *standing; /* active, on no single agent (standing_next), by serial */
	struct hand *hands;            /* raised ones (raised_next), by serial */
	struct hand_rule *rules;       /* by name; removed ones too */
	struct outbound *outbound;     /* by serial */
	struct outbound
		*over; /* closed, and no entry in memory tells their state: to be forgotten */
	struct outbound *outbound_by_serial;
	struct deadline **timers; /* heap */
	uint32_t timer_count, timer_cap;
};

/* outbound.form: numbers of the link's settings `alphabet` and `data-coding`, and of sms.plain-quotes. */
#define OUTBOUND_FORM(alphabet, coding, plain)                                                     \
	((uint64_t)(alphabet) | (uint64_t)(coding) << 8 | (uint64_t)(plain) << 16)
#define OUTBOUND_FORM_ALPHABET(form) ((unsigned)((form)&0xFF))
#define OUTBOUND_FORM_CODING(form)   ((uint8_t)((form) >> 8 & 0xFF))
#define OUTBOUND_FORM_IS_PLAIN(form) ((form) >> 16 & 1)

struct core *core_new(void);
void core_free(struct core **core);

/* Writes one fact into the core: during a command, from the journal, or from a table row at start
 * (then lsn is the row's, and core->lsn becomes the highest seen). */
void core_evolve(struct core *core, struct event *event);
/* Does the event go with what is remembered: is there all that it names, are its numbers in their
 * ranges? What a command made does. Whoever reads events from elsewhere asks before core_evolve, for
 * which it is a promise: a journal or a table may be damaged. */
bool core_fits(const struct core *core, const struct event *event) MUST_CHECK;
/* Drops ended sessions and closed texts whose last event is at or below `projected`, but no session that is being
 * read (reading.h), nor one that ended less than CORE_ENDED_KEPT_MS before `now`. Pointers into them die. */
void core_forget(struct core *core, uint64_t projected, msec now);
/* So long an ended session is here. Who reads it gets it from here as long, and from the tables later (api/past.c): what
 * decides between them must be its end alone, since others who watched it may be why it is still here. */
#define CORE_ENDED_KEPT_MS 10000
#define CORE_FORGET_ALL    INT64_MAX /* as `now` */
/* Canonical text of all that is remembered and not ended: equal cores give equal text. */
void core_dump(const struct core *core, struct buf *out);

/* Look-ups; NULL if there is none. */
struct user *core_user(const struct core *core, struct str id_or_name);
struct user *core_user_by_name(const struct core *core, struct str name);
/* Is it a program? One that had another role as well, in a journal of before, is a person. */
bool user_is_integrator(const struct user *user);
/* May a user have these roles together? A program has its own alone. */
bool core_roles_fit(uint64_t roles);
/* Is there such a user? Not one that was removed, which the look-ups find for the sake of what was; NULL: no. */
bool user_is_there(const struct user *user);
struct user *core_user_there(
	const struct core *core, struct str id_or_name); /* NULL: there is none */
/* Each of a list of users, links, queues or rules that was not removed. */
#define EACH_THERE(list, each)                                                                     \
	DL_FOREACH(list, each)                                                                     \
		if (!(each)->b.removed)
struct session *core_session(const struct core *core, struct str id);
struct queue *core_queue(const struct core *core, struct str name);
/* Also one that was removed: sessions of before are of it. */
struct queue *core_queue_ever(const struct core *core, struct str name);
struct queue *core_queue_by_number(const struct core *core, struct str number);
/* However its number is written: +420…, 420… or 00420…. */
struct queue *core_queue_of_phone(const struct core *core, struct str number);
/* Also one that was removed: texts of before are of it. */
struct link *core_link(const struct core *core, struct str name);
bool core_has_link(const struct core *core, struct str name); /* one that was not */
/* One link, or two of one carrier. */
bool core_is_one_carrier(const struct link *a, const struct link *b);
/* The newest event that the carrier may know of, by whichever of its links: a copy may come over another. */
uint64_t core_carrier_seen(const struct core *core, const struct link *link);
/* Last event that the user may know of: what a read or a refusal must wait for. */
uint64_t core_user_seen(const struct core *core, const struct user *user);
/* Which of the links of its carrier holds what came of long texts: parts may come over any of them. */
struct link *core_link_of_segments(const struct core *core, const struct link *link);
/* Under that spelling alone, merged or not. */
struct contact *contact_as_written(const struct core *core, struct str phone);
struct contact *core_contact(
	const struct core *core, struct str phone); /* also as merged into it */
/* Borrowed until it is erased, what the body says besides until it changes. */
struct str contact_phone(const struct contact *contact);
struct body_contact contact_body(const struct contact *contact);
/* It is that one, which is nobody else's spelling; NULL: one of its own. */
struct contact *contact_into(const struct contact *contact);
struct outbound *core_outbound(const struct core *core, uint64_t serial);
struct str core_outbound_text(const struct outbound *outbound); /* what leaves; empty once closed */
/* How a text is written that is to leave by that link. */
uint64_t core_outbound_form(const struct core *core, const struct link *link);
/* The first of those that are held of the phone, the others by phone_next; NULL if none are. */
struct segment_held *core_segments_of(const struct link *link, struct str phone);
/* The oldest held part of another text that has to make room for this one: of the phone if that holds its
 * share, else of the link. NULL: there is room. Not empty: HOLD_SEGMENT is ERR_BUSY. */
const struct segment_held *core_segment_in_the_way(
	const struct link *link, const struct body_segment *part);
/* Has the SMSC said its last to this part of the text, or is it given up? Such a part is never sent. */
bool core_part_is_answered(const struct outbound *outbound, unsigned part);
/* NULL: it has its own turn, and always had. */
const struct sms_aside *core_aside(const struct outbound *outbound, unsigned part);
/* The oldest unmatched inbound message of the link with this fingerprint, no older than the
 * redelivery window; NULL if none. */
const struct inbound_slot *core_inbound(
	const struct core *core, const struct link *link, struct str fingerprint, msec now);
/* NULL: there is none, or it was removed. */
struct choice *core_choice(const struct core *core, enum choice_kind kind, struct str name);
/* NULL: there is none, or it is revoked. */
struct token *core_token(const struct core *core, struct str id);
struct token *core_token_by_digest(
	const struct core *core, const unsigned char digest[DIGEST_BYTES]);
/* Noted under that digest of a key, however long ago. */
struct request *request_find(const struct user *user, struct str key);
/* NULL: the user is not assigned so. */
struct assignment *core_assignment(
	const struct user *user, enum assignment_kind kind, struct str thing);

#endif

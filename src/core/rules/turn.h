/* turn.h - inside of rules/: one command on its way from questions to events. */
#ifndef CORE_RULES_TURN_H
#define CORE_RULES_TURN_H

#include "core/command.h"
#include "core/core.h"
#include "core/model/deadline.h"
#include "core/model/session.h"
#include "core/rules/visibility.h"

struct turn {
	struct core *core;
	msec now;
	struct cause *cause; /* of all its events; in the outcome's arena */
	struct outcome *outcome;
	bool is_following; /* watch_follow */
	struct str made;   /* the id of what the command made, if its answer names it */
};

/* Records a fact: evolves the core with it and appends it to the outcome. Gives the core's object
 * that the body became. The body is copied. */
void *turn_emit(struct turn *turn, enum event_kind kind, const void *body);
/* An array of the outcome's arena, for walking lists that change meanwhile. */
void *turn_array(struct turn *turn, size_t count, size_t size);

/* command.def's columns of functions. */
#define always command_always
enum err command_always(const struct core *core, const struct command *command);
#define COMMAND(number, name, asker, with, may, can, make)                                         \
	enum err may(const struct core *core, const struct command *command);                      \
	enum err can(const struct core *core, const struct command *command);                      \
	void make(struct turn *turn, const struct command *command);
#include "core/command.def"

/* What fires when a deadline of that kind is due: core.c. */
void answer_due(struct turn *turn, void *party);
void lost_due(struct turn *turn, void *user);
void idle_due(struct turn *turn, void *session);
void refusal_due(struct turn *turn, void *refusal);
void closes_due(struct turn *turn, void *outbound);
void order_due(struct turn *turn, void *registration);
void flag_due(struct turn *turn, void *flag);

/* transcript.c: an entry, which all whom its visibility lets see it number. author: NULL: the system. */
struct entry_words {
	enum message_type type;
	enum visibility visibility;
	struct str text;   /* empty where the type says all */
	uint64_t outbound; /* serial of the text as which it leaves; 0: it stays here */
};
void transcript_add(struct turn *turn, struct session *session, const struct viewer *author,
	const struct entry_words *words);
void transcript_add_leaving(struct turn *turn, const struct viewer *viewer);
void transcript_add_switch(
	struct turn *turn, const struct viewer *before, const struct viewer *after);
void transcript_add_notice(
	struct turn *turn, struct session *session, struct str text, uint64_t outbound);

/* viewer.c: changes of one participation, whether its user is there or only watches */
struct invitation {
	struct session *session;
	struct user *user; /* NULL: the contact enters, and is there at once */
	enum party_kind kind;
	enum party_origin origin;
	enum visibility visibility;
	enum supervision supervision; /* a supervisor's */
	struct str nickname;
	struct str
		asked_by; /* a consultation's, or through a queue: the user (id) who asks for it */
	struct str through; /* the name of that queue; empty: none */
	uint64_t search;    /* with it: the lsn of the search's first invitation */
	struct str watched; /* a supervisor's: the agent (user id) whose Accept delivers it */
	msec deadline;      /* 0: no answer time-out */
};
struct viewer *viewer_invite(struct turn *turn, const struct invitation *invitation);
/* Is there without having been asked. */
struct viewer *viewer_enter(struct turn *turn, const struct invitation *invitation);
/* nickname: empty for the invitation's, or the user's name where that has none either. */
void viewer_join(struct turn *turn, const struct viewer *viewer, struct str nickname);
void viewer_end(struct turn *turn, const struct viewer *viewer,
	enum event_kind end); /* state by the kind */
/* Completed, and that is written for those who saw it in the session. */
void viewer_finish(struct turn *turn, const struct viewer *viewer);
/* The supervisor goes on in that mode: this participation ends and another begins. */
void viewer_switch(struct turn *turn, const struct viewer *viewer, enum supervision mode);
/* ... or as agent. */
void viewer_take_over(struct turn *turn, const struct viewer *viewer);
/* The consultant goes on as an agent whom everybody sees, likewise. */
void viewer_show(struct turn *turn, const struct viewer *viewer);

/* viewer.c: from when and from which number on the user reads as this one's class: see body.def, party.
 * What was written after an earlier participation ended is read as the new one. */
void viewer_begin_stint(const struct viewer *viewer, struct body_party *body);

/* party.c: who speaks for the caller in the session, and may it do that listed command now? NULL: a deadline took the
 * session away between the look-up and the command, or the caller only watches. */
struct party *party_acting(const struct command *command);
enum err party_can(const struct core *core, const struct command *command);

/* party.c: changes of one party */
void party_end(struct turn *turn, const struct party *party, enum event_kind end);
void party_finish(struct turn *turn, const struct party *party);
void party_go(struct turn *turn, const struct party *party); /* the same, and the session goes on */
void party_accept(struct turn *turn, struct party *party, struct str nickname);
void party_reject(struct turn *turn, struct party *party);
/* Whoever asked puts the session into that queue, and has had it. */
void party_requeue(struct turn *turn, const struct command *command, struct queue *queue);
/* An invitation comes to nothing. */
void party_give_up(struct turn *turn, struct party *party, enum event_kind end);
/* The last agent's leaving closes the customer's side: LeftChat, and Complete is left to do. */
void party_leave(struct turn *turn, struct party *party);

/* session.c: beginnings, and ends that concern everybody. The contact is there from the beginning. */
struct session *session_begin(struct turn *turn, struct contact *contact, struct queue *queue,
	enum session_origin origin);
void session_end(struct turn *turn, struct session *session); /* completed for all */
void session_requeue(struct turn *turn, struct session *session, struct queue *queue);
void session_revoke_invited(struct turn *turn, struct session *session); /* invitations of agents */
/* The agents who give it to that user when that one asks for it are Completed, and it goes on. */
void session_take_from(struct turn *turn, struct session *session, const struct party *asking,
	const struct user *to);
/* That user is gone, and others stay: what the user asked of a consultant and is not answered is withdrawn; and where
 * nobody is left whom the customer sees, the first consultant is seen by everybody. */
void session_go_on(struct turn *turn, struct session *session, const struct user *gone);
/* It was handed over and nobody took it: where no agent has it, it waits again in the queue where it waited last. */
void session_come_back(struct turn *turn, struct session *session);
void session_close_customer_side(struct turn *turn, struct session *session);

/* entry.c: writes it, and it leaves by SMS; `outbound` is set here */
void entry_send(struct turn *turn, struct session *session, const struct viewer *author,
	const struct entry_words *words);

/* entry.c: may the caller say that in going, and saying it. Nothing to say is always said. Who only watches never may. */
enum err entry_can_part(const struct core *core, const struct command *command);
void entry_part(struct turn *turn, const struct command *command);

/* routing.c */
uint64_t routing_load(const struct user *user); /* sessions that take capacity */
void routing_run(struct turn *turn);
/* Is somebody waiting whom a free agent, who never refused, could be offered? Never after a command. */
bool routing_is_due(const struct core *core);
void routing_refuse(struct turn *turn, struct session *session, const struct user *user);

/* routing.c: the Ready agent of the queue below capacity who would be first, of those for whom may(ctx, user) is true;
 * NULL: there is none. */
struct user *routing_first(const struct core *core, const struct queue *queue,
	bool (*may)(const void *ctx, const struct user *user), const void *ctx);

/* colleague.c: an invitation through a queue came to nothing: the next agent of the queue is asked, if there is one. */
void colleague_ask_next(struct turn *turn, const struct party *party);

/* registration.c */
void registration_deliver(struct turn *turn, struct session *session, struct user *agent);
/* Is the session one of those that the order takes of all? */
bool order_draws(const struct body_registration *order, struct str session);
void registration_end_all(struct turn *turn, struct user *supervisor);
/* May the user supervise that agent (user id) still, by role and groups? */
bool registration_is_covered(
	const struct core *core, const struct user *supervisor, struct str agent);
void registration_end_uncovered(struct turn *turn, struct user *supervisor);

/* hand.c: a participation is over, and with an agent's what it raised there */
void hands_end(struct turn *turn, const struct viewer *gone);
/* The rule's hand on the session becomes the agent's, who handles it; none is raised. As far as somebody has done something
 * about it already, that is so still. */
struct flag;
void hand_raise_by_rule(struct turn *turn, const struct flag *flag, const struct user *agent);

/* flag.c: rules look at an entry, at what became of a text; and what they found is raised where an agent is there */
void flags_see_entry(struct turn *turn, const struct message *message);
void flags_see_delivery(struct turn *turn, const struct outbound *text);
void flags_raise(struct turn *turn, struct session *session);

/* routing.c: that agent is asked first when the contact comes again */
void routing_save_agent(struct turn *turn, const struct contact *contact, const struct user *user);

/* agent.c */
#define REASON_CONNECTION_LOST "ConnectionLost"
void agent_touch(struct turn *turn, struct user *user); /* `since` = now */
void agent_no_answer(struct turn *turn, struct user *user);
void agent_has_roles(struct turn *turn, struct user *user); /* others than before, perhaps */
/* May not be there any more: the contact center session ends, and whatever the centre's rule, the sessions go on without. */
void agent_put_out(struct turn *turn, struct user *user);

/* assignment.c */
void assignment_take_back(struct turn *turn, const struct assignment *one);

/* outbound.c */
uint64_t outbound_next_serial(const struct core *core);
struct outbound_order {
	struct session *session; /* and seq: its entry; NULL: it has none */
	uint64_t seq;
	struct contact *contact;
	struct str number;
	struct link *link;
	struct str text;
	msec within; /* it leaves in that time or never; 0: as long as receipts are awaited */
};
void outbound_queue(struct turn *turn, const struct outbound_order *order);
/* Its receipts are awaited no longer. */
void outbound_close(struct turn *turn, const struct outbound *out);
/* What of the contact's texts was not written yet stays here; number: of those from that one alone, empty: of all. */
void outbound_withhold(struct turn *turn, const struct contact *contact, struct str number);

#endif

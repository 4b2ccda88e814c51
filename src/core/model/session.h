/* session.h - questions about a session and those who are there. Whoever only watches is not. */
#ifndef CORE_MODEL_SESSION_H
#define CORE_MODEL_SESSION_H

#include "core/model/viewer.h"

const struct session_rare *session_rare(const struct session *session); /* never NULL */
struct session_rare *session_make_rare(struct session *session);        /* to change it */

bool party_is_live(const struct party *party);   /* Invited, Chatting or LeftChat */
bool party_is_joined(const struct party *party); /* Chatting or LeftChat: reads the session */
/* What counts, each asked by its own name; a supervisor does in none of them, in whatever mode. */
bool party_is_agent(const struct party *party); /* is there as an agent, or invited to be */
bool party_is_at_work(
	const struct party *party); /* an agent Chatting: not alone, a session active */
bool party_takes_capacity(const struct party *party); /* an agent Invited or Chatting */
/* The user's live participation in this session, an invitation as agent first; NULL: the user is not
 * there. */
struct party *session_party(const struct session *session, const struct user *user);
struct party *session_contact(const struct session *session);
/* The last one that became live, of those that are; NULL: none is. */
struct party *user_newest_party(const struct user *user);
/* What is attached to it under that name; NULL: nothing is. */
struct datum *session_datum(const struct session *session, struct str name);
/* As whom every program reads it: kind PARTY_SYSTEM, nobody's and in no list. There for as long as the session is. */
struct viewer *session_feed(struct session *session);
/* The number of the last participation that was drawn for that audience; 0: none was. */
uint64_t session_last_draw(const struct session *session, uint64_t audience);
size_t session_agents(const struct session *session); /* at work */
size_t session_hosts(const struct session *session);  /* ... and in the sight of the customer */
/* In that state (Invited, Chatting) as consultant, asked by that user (NULL: by whomever); NULL: nobody is. */
struct party *session_consultant(
	const struct session *session, enum party_state state, const struct user *asking);
/* Is there somebody to whom it was handed over, who has not answered yet? */
bool session_is_handed_over(const struct session *session);
/* Has the customer begun another one on that number since? Then this one, once its side is closed, stays so. */
bool session_has_newer_open(const struct session *session);
/* Is the user there as an agent who has accepted it? Sessions that somebody else may look up are these. */
bool session_is_handled_by(const struct session *session, const struct user *user);
/* The participation of the user with that id if at work there, else NULL. */
struct party *session_at_work(const struct session *session, struct str user);
/* Of a session that has ended: the last participation of the user with that id as an agent who accepted it, else NULL. */
const struct party *session_past_agent(const struct session *session, struct str user);
/* Who hears what is said to agents alone: those at work, and supervisors whom agents see. */
size_t session_staff(const struct session *session);
/* Has it as many entries as a session may have? Counted as agents count, whoever watches. */
bool session_is_full(const struct session *session);
/* Did it end so shortly ago that the core surely knows it? Later that depends on what others do. NULL: no. */
bool session_is_remembered(const struct session *session, msec now);

#endif

/* session.h - questions about a session and those who are there. Whoever only watches is not. */
#ifndef CORE_MODEL_SESSION_H
#define CORE_MODEL_SESSION_H

#include "core/model/viewer.h"

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
size_t session_agents(const struct session *session); /* at work */
/* Is the user there as an agent who has accepted it? Sessions that somebody else may look up are these. */
bool session_is_handled_by(const struct session *session, const struct user *user);
/* Who hears what is said to agents alone: those at work, and supervisors whom agents see. */
size_t session_staff(const struct session *session);
/* Has it as many entries as a session may have? Counted as agents count, whoever watches. */
bool session_is_full(const struct session *session);

#endif

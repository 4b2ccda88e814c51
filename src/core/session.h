/* session.h - questions about a session and the parties in it. */
#ifndef CORE_SESSION_H
#define CORE_SESSION_H

#include "core/core.h"

bool party_is_live(const struct party *party);   /* Invited, Chatting or LeftChat */
bool party_is_joined(const struct party *party); /* Chatting or LeftChat: reads the session */
/* The participation that speaks for the user in this session: an invitation as agent first, else
 * the live one; NULL: the session is not this user's. */
struct party *session_party(const struct session *session, const struct user *user);
/* Same, only among those that read (Chatting, LeftChat). */
struct party *session_reader(const struct session *session, const struct user *user);
struct party *session_contact(const struct session *session);
size_t session_agents(const struct session *session); /* agents Chatting */
/* Has it as many entries as a session may have? Counted as agents count, whoever watches. */
bool session_is_full(const struct session *session);

#endif

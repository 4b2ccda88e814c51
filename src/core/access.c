/* access.c - one row per (kind, state) of a party: what it may do. */
#include "core/access.h"
#include "core/contact.h"
#include "core/session.h"

#define BIT(capability) (1u << (capability))

struct access_row {
	enum party_kind kind;
	enum party_state state;
	unsigned capabilities;
};

static const struct access_row rows[] = {
	{PARTY_AGENT, PARTY_INVITED, BIT(CAN_ACCEPT) | BIT(CAN_REJECT)},
	{PARTY_AGENT, PARTY_CHATTING,
		BIT(CAN_LEAVE) | BIT(CAN_INVITE) | BIT(CAN_COMPLETE) | BIT(CAN_SEND_MESSAGE)},
	{PARTY_AGENT, PARTY_LEFT_CHAT, BIT(CAN_COMPLETE)},
	{PARTY_SUPERVISOR, PARTY_INVITED, BIT(CAN_ACCEPT) | BIT(CAN_REJECT)},
	{PARTY_SUPERVISOR, PARTY_CHATTING, BIT(CAN_LEAVE)},
};

static unsigned row_of(const struct viewer *viewer)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (rows[i].kind == viewer->b.kind && rows[i].state == viewer->b.state)
			return rows[i].capabilities;
	return 0;
}

/* What does not depend on the party alone. */
static unsigned withheld(const struct viewer *viewer)
{
	const struct session *session = viewer->session;
	bool no_texts = !contact_is_answerable(session->contact) ||
			contact_refuses(session->contact) || session_is_full(session);
	return no_texts ? BIT(CAN_SEND_MESSAGE) : 0;
}

unsigned access_capabilities(const struct core *core, const struct viewer *viewer)
{
	(void)core;
	return row_of(viewer) & ~withheld(viewer);
}

const char *access_name(enum capability capability)
{
	static const char *const names[] = {
#define X(name, word) word,
		CAPABILITIES(X)
#undef X
	};
	CHECK(capability < CAPABILITY_COUNT);
	return names[capability];
}

/* ledger_deed_rules.h - for each operation: what its answers promise, and by what to know its trace in the journal. */
#ifndef CRASH_LEDGER_DEED_RULES_H
#define CRASH_LEDGER_DEED_RULES_H

#include "ledger_rules.h"

/* Whose request may have made the event as well. */
enum doer {
	SELF = 1, /* in that session, if it is in one */
	SELF_ON_THE_AGENT,
	IN_THE_SESSION,
	THE_AGENT,
	ANYBODY,
};
#define CAUSES_MAX 3

struct deed_rule {
	enum command_kind command;
	/* Of the event that is the deed's trace: there if it was answered with success, not there if
	 * it was refused. */
	enum body_kind body;
	bool (*is_trace)(
		const struct inquiry *in, const struct fact *deed, const struct event *event);
	bool may_be_so_already; /* then success leaves no trace */
	bool at_any_time;       /* the trace names the request itself */
	/* What else success promises; NULL: nothing. */
	bool (*is_kept)(const struct inquiry *in, const struct fact *done);
	/* May that trace have come without anybody's request? NULL: never. */
	bool (*is_unasked)(const struct inquiry *in, const struct event *event);
	struct cause {         /* of such a trace */
		enum doer who; /* 0: none */
		enum command_kind command;
	} causes[CAUSES_MAX];
};

const struct deed_rule *ledger_deed_rule(enum command_kind command); /* NULL: none */

#endif

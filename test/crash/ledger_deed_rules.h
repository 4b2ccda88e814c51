/* ledger_deed_rules.h - what the table of deeds (test/sim/deeds.def) cannot say of an answer: by the event that a deed
 * leaves, so that a further operation needs nothing here. */
#ifndef CRASH_LEDGER_DEED_RULES_H
#define CRASH_LEDGER_DEED_RULES_H

#include "claim.h"
#include "ledger_rules.h"

/* Of the event that was left, or would have been if it had not been so already. */
struct trace_rule {
	/* What success promises beside it; NULL: nothing. */
	bool (*is_kept)(const struct inquiry *in, const struct fact *done);
	/* May it have come without anybody's request? NULL: never. */
	bool (*is_unasked)(const struct inquiry *in, const struct event *event);
};
struct trace_rule ledger_trace_rule(enum event_kind event);

/* It left nothing: was it so already? Of an agent's states alone. */
bool ledger_was_so(const struct inquiry *in, const struct fact *done, enum event_kind event);

#endif

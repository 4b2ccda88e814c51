/* cause.h - of which command an event is part, and who asked for it. Each row of the journal says so. */
#ifndef CORE_MODEL_CAUSE_H
#define CORE_MODEL_CAUSE_H

#include "base/str.h"

/* CAUSE_SEND_MESSAGE, ...: the numbers of command.def, and what is no command. Written to the journal. */
enum cause_kind {
	CAUSE_UNKNOWN = 0, /* of a row from before causes were written */
#define COMMAND(number, name, asker, with, may, can, make) CAUSE_##name = number,
#include "core/command.def"
	CAUSE_DEADLINE = 200,  /* something was due */
	CAUSE_WAKE = 201,      /* the server started */
	CAUSE_NUMBER_END = 300 /* commands have numbers above these too */
};

struct cause {
	uint64_t command;   /* lsn of its first event: those with this number are its events */
	unsigned kind;      /* enum cause_kind; from a journal perhaps another number */
	struct str asker;   /* user id, or a word of words.def, asker; empty: unknown. Borrowed */
	uint64_t reference; /* the asking user's own number of the request (referenceId); 0: none */
};

/* "SEND_MESSAGE", "DEADLINE", ...; NULL: unknown to this program. */
const char *cause_name(unsigned kind);

#endif

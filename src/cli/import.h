/* import.h - what imports of all kinds have in common: a file's records, who is asked, what came of each line. */
#ifndef CLI_IMPORT_H
#define CLI_IMPORT_H

#include <jansson.h>

#include "cli/admin_line.h"
#include "cli/cli_folder.h"
#include "cli/progress.h"
#include "cli/records.h"

struct import {
	const struct cli_folder *folder;
	const char *file;
	unsigned country; /* calling code of numbers without one; 0: not known */
	bool is_dry;
	bool resets_passwords; /* of users that are there too */
	bool skips_bad;        /* what is wrong is left out, the rest is done */
	struct records *records;
	struct admin_channel *channel;
	struct progress progress;
	size_t wrong; /* lines */
};

/* Says what is wrong with a line of the file; of many only that there are more. */
void import_wrong(struct import *import, const struct record *record, const char *what);
/* What a cell of yes or no says: 1, 0; -1: neither. */
int import_truth(struct str word);
/* May what is right be done? Else it was said why nothing is. */
bool import_may_go_on(const struct import *import);
/* Begins a request, "dry" if so. */
void import_begin(struct buf *request, const char *operation, bool is_dry);
/* Asks for what has begun, and frees it. The answer, json_decref it; NULL: nobody answered, which was said. */
json_t *import_ask(struct import *import, struct buf *request);
/* What an answer refuses; NULL: it is "ok". */
const char *import_refusal(const json_t *answer);

/* The kinds; each gives the exit code. */
extern const struct records_column import_user_columns[], import_optout_columns[];
int import_users(struct import *import);
int import_optouts(struct import *import);
bool import_optout_stands_alone(struct str cell);

#endif

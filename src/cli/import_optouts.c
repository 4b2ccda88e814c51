/* import_optouts.c - phones that refuse texts: as many in a request as it takes. */
#include <stdio.h>
#include <stdlib.h>
#include <uthash.h>

#include "base/arena.h"
#include "cli/cli.h"
#include "cli/import.h"
#include "core/model/phone.h"
#include "server/admin.h"
#include "wire/json.h"

enum column { PHONE, OPTED_OUT, REFUSES };
const struct records_column import_optout_columns[] = {
	[PHONE] = {"phone"}, [OPTED_OUT] = {"optedOut"}, [REFUSES] = {"refuses"}, {0}};

struct phone {
	UT_hash_handle hh;
	char number[PHONE_ROOM];
	size_t len;
};

struct list {
	struct phone *phones; /* each once, in the order of the file */
	size_t others;        /* lines that say that somebody refuses nothing */
	size_t added, already;
};

bool import_optout_stands_alone(struct str cell)
{
	return phone_is_written(cell);
}

/* Only a clear no is one: a list without such a column is of those who refuse. */
static bool refuses_nothing(const struct record *record)
{
	return !record->cells[REFUSES].len && import_truth(record->cells[OPTED_OUT]) == 0;
}

static void take_phone(struct import *import, const struct record *record, struct list *list)
{
	char room[PHONE_ROOM];
	struct str text = record->cells[PHONE], number = STR_NONE;
	struct phone *phone;
	if (phone_is_written(text))
		number = phone_spelling(room, text, false, import->country);
	if (!number.len) {
		import_wrong(import, record, "it is no phone's number");
	} else if (*number.at != '+') {
		import_wrong(import, record,
			"the number has no country's code: write it with + in front, or give "
			"--country");
	} else {
		HASH_FIND(hh, list->phones, number.at, number.len, phone);
		if (phone)
			return;
		phone = mem_new(sizeof *phone);
		memcpy(phone->number, number.at, number.len);
		phone->len = number.len;
		HASH_ADD_KEYPTR(hh, list->phones, phone->number, phone->len, phone);
	}
}

static void take_records(struct import *import, struct list *list)
{
	for (size_t i = 0; i < records_count(import->records); i++) {
		const struct record *record = records_at(import->records, i);
		struct str opted_out = record->cells[OPTED_OUT];
		if (record->wrong)
			import_wrong(import, record, record->wrong);
		else if (opted_out.len && import_truth(opted_out) < 0)
			import_wrong(import, record, "optedOut is yes or no");
		else if (refuses_nothing(record))
			list->others++;
		else
			take_phone(import, record, list);
	}
}

/* Asks for the next ones; *next goes behind them. False: it was said what went wrong. */
static bool ask_for_some(struct import *import, struct list *list, struct phone **next)
{
	struct buf request = {0};
	size_t count = 0;
	import_begin(&request, "optout-add", import->is_dry);
	json_key(&request, "phones");
	buf_put_byte(&request, '[');
	for (; *next && count < ADMIN_PHONES_MAX; *next = (*next)->hh.next, count++) {
		json_comma(&request);
		json_put_string(&request, str_from((*next)->number, (*next)->len));
	}
	buf_put_byte(&request, ']');
	json_t *answer = import_ask(import, &request);
	const char *refusal = answer ? import_refusal(answer) : NULL;
	if (refusal) {
		progress_end(&import->progress);
		fprintf(stderr, "sotto import: %s\n", refusal);
	}
	list->added += (size_t)json_integer_value(json_object_get(answer, "added"));
	list->already += (size_t)json_integer_value(json_object_get(answer, "already"));
	bool is_done = answer && !refusal;
	json_decref(answer);
	progress_step(&import->progress, count);
	return is_done;
}

static void print_done(const struct import *import, const struct list *list, bool is_whole)
{
	printf("%s%zu phones get no more texts; %zu got none before",
		import->is_dry ? "would be: " : "", list->added, list->already);
	if (list->others)
		printf("; %zu lines say that somebody refuses nothing", list->others);
	if (import->wrong)
		printf("; %zu lines are wrong", import->wrong);
	puts(is_whole ? "" : "; then it ended, and the same file again does the rest");
}

static int ask_for_all(struct import *import, struct list *list)
{
	struct phone *next = list->phones;
	bool is_done = true;
	progress_begin(&import->progress, "phones", HASH_COUNT(list->phones));
	while (is_done && next)
		is_done = ask_for_some(import, list, &next);
	progress_end(&import->progress);
	print_done(import, list, is_done);
	return is_done && !(import->is_dry && import->wrong) ? CLI_FINE : CLI_FAILED;
}

int import_optouts(struct import *import)
{
	struct list list = {0};
	struct phone *phone, *next;
	take_records(import, &list);
	int exit_code = import_may_go_on(import) ? ask_for_all(import, &list) : CLI_FAILED;
	HASH_ITER(hh, list.phones, phone, next) {
		HASH_DEL(list.phones, phone);
		free(phone);
	}
	return exit_code;
}

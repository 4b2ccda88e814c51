/* store_sample.c - what the store's tests share. */
#include "store/store_sample.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- a loop ------------------------------------------------------------------------------------- */

static void post(void *ctx, void (*fn)(void *arg), void *arg)
{
	struct sample_loop *loop = ctx;
	pthread_mutex_lock(&loop->mutex);
	CHECK(loop->posted_count < sizeof loop->posted / sizeof loop->posted[0]);
	loop->posted[loop->posted_count++] = (struct sample_call) {fn, arg, 0};
	pthread_cond_signal(&loop->more);
	pthread_mutex_unlock(&loop->mutex);
}

static void after(void *ctx, msec delay_ms, void (*fn)(void *arg), void *arg)
{
	struct sample_loop *loop = ctx;
	CHECK(loop->timer_count < sizeof loop->timers / sizeof loop->timers[0]);
	loop->timers[loop->timer_count++] = (struct sample_call) {fn, arg, loop->now + delay_ms};
}

void sample_loop_init(struct sample_loop *loop)
{
	*loop = (struct sample_loop) {.loop = {.ctx = loop, .post = post, .after = after}};
	pthread_mutex_init(&loop->mutex, NULL);
	pthread_cond_init(&loop->more, NULL);
}

static struct sample_call remove_at(struct sample_call *calls, size_t *count, size_t at)
{
	struct sample_call call = calls[at];
	memmove(calls + at, calls + at + 1, (--*count - at) * sizeof *calls);
	return call;
}

void sample_turn(struct sample_loop *loop)
{
	pthread_mutex_lock(&loop->mutex);
	while (loop->posted_count == 0)
		pthread_cond_wait(&loop->more, &loop->mutex);
	struct sample_call call = remove_at(loop->posted, &loop->posted_count, 0);
	pthread_mutex_unlock(&loop->mutex);
	call.fn(call.arg);
}

bool sample_is_idle(struct sample_loop *loop)
{
	pthread_mutex_lock(&loop->mutex);
	bool is_idle = loop->posted_count == 0;
	pthread_mutex_unlock(&loop->mutex);
	return is_idle;
}

void sample_advance(struct sample_loop *loop, msec ms)
{
	msec end = loop->now + ms;
	for (;;) {
		size_t first = 0;
		for (size_t i = 1; i < loop->timer_count; i++)
			if (loop->timers[i].at < loop->timers[first].at)
				first = i;
		if (loop->timer_count == 0 || loop->timers[first].at > end)
			break;
		struct sample_call call = remove_at(loop->timers, &loop->timer_count, first);
		loop->now = call.at;
		call.fn(call.arg);
	}
	loop->now = end;
}

/* --- events ------------------------------------------------------------------------------------- */

static void set_field(struct sample *sample, const struct field *field, unsigned nth,
	unsigned version, void *body)
{
	unsigned v = field->is_key ? 0 : version;
	if (field->type == FIELD_PICK)
		body_set_number(field, body, (nth + v) % field->words->count);
	else if (field->type == FIELD_BYTES)
		*body_str(field, body) = v == 2 ? STR_NONE : str_from("\0\xFF\x80'\"", 5);
	else if (field->type == FIELD_TEXT)
		*body_str(field, body) =
			v == 2 ? STR_NONE
			       : arena_printf(&sample->arena, v ? "%s%u é€\n'%u" : "%s%u",
					 field->name, nth, v);
	else if (field->is_key)
		body_set_number(field, body, nth);
	else /* also the largest number and a negative time */
		body_set_number(field, body, v == 1 ? UINT64_MAX - nth : nth * 1000 + v);
}

static struct str image_of_nothing(struct sample *sample)
{
	struct buf packed = {0};
	body_pack(BODY_segment, &packed, &(struct body_segment) {.part = 1});
	struct str image = arena_copy(&sample->arena, buf_str(&packed));
	buf_free(&packed);
	return image;
}

static void make_open(struct sample *sample, enum body_kind kind, union any_body *body)
{
	struct str session = STR("id1");
	switch (kind) {
	case BODY_session:
		body->session.state = SESSION_ACTIVE;
		break;
	case BODY_party:
		body->party.session = session;
		break;
	case BODY_message:
		body->message.session = session;
		break;
	case BODY_datum:
		body->datum.session = session;
		body->datum.held = 1;
		break;
	case BODY_hand:
		body->hand.session = session;
		break;
	case BODY_flag:
		body->flag.session = session;
		break;
	case BODY_refusal:
		body->refusal.session = session;
		break;
	case BODY_registration:
		body->registration.active = 1;
		body->registration.on = ORDER_ON_AGENT;
		body->registration.thing = body->registration.seed = STR_NONE;
		body->registration.percent = 0;
		break;
	case BODY_outbound:
		body->outbound.open = 1;
		break;
	case BODY_assignment:
		body->assignment.held = 1;
		break;
	case BODY_choice:
		body->choice.removed = 0;
		break;
	case BODY_token:
		body->token.revoked = 0;
		break;
	case BODY_segment:
		body->segment.held = 1;
		break;
	case BODY_erasure: /* of a row that is not there */
		body->erasure.row |= 1ull << 40;
		body->erasure.kind = EV_SEGMENT_JOINED;
		body->erasure.image = image_of_nothing(sample);
		break;
	default:
		break;
	}
}

void sample_body(struct sample *sample, enum body_kind kind, unsigned nth, unsigned version,
	union any_body *body)
{
	const struct body_type *type = body_type(kind);
	*body = (union any_body) {0};
	for (size_t i = 0; i < type->field_count; i++)
		set_field(sample, &type->fields[i], nth, version, body);
	make_open(sample, kind, body);
}

static unsigned any_event_of(enum body_kind kind)
{
	for (unsigned number = 1; number < EVENT_NUMBER_END; number++)
		if (event_is_known(number) && event_body(number) == kind)
			return number;
	fail_msg("no event has the body %s", body_type(kind)->name);
	return 0;
}

void sample_add(struct sample *sample, enum body_kind kind, const void *body)
{
	struct buf packed = {0};
	CHECK(sample->count < sizeof sample->events / sizeof sample->events[0]);
	body_pack(kind, &packed, body);
	sample->lsn++;
	sample->events[sample->count++] = (struct store_event) {
		.lsn = sample->lsn,
		.at = 1000000 + (msec)sample->lsn,
		.kind = any_event_of(kind),
		.body = arena_copy(&sample->arena, buf_str(&packed)),
		.cause = {sample->lsn, CAUSE_SEND_MESSAGE,
			arena_printf(&sample->arena, "user%u", (unsigned)sample->lsn),
			UINT64_MAX - sample->lsn},
	};
	buf_free(&packed);
}

void sample_add_nth(struct sample *sample, enum body_kind kind, unsigned nth, unsigned version)
{
	union any_body body;
	sample_body(sample, kind, nth, version, &body);
	sample_add(sample, kind, &body);
}

void sample_add_centre(struct sample *sample)
{
	sample_add_nth(sample, BODY_centre, 1, 0);
}

struct batch *sample_batch(const struct store_event *events, size_t count)
{
	struct batch *batch = NULL;
	for (size_t i = 0; i < count; i++)
		batch_put(&batch, &events[i]);
	return batch;
}

void sample_reset(struct sample *sample)
{
	sample->count = 0;
	arena_reset(&sample->arena);
}

void sample_free(struct sample *sample)
{
	arena_free(&sample->arena);
}

/* --- folders ------------------------------------------------------------------------------------ */

char *sample_folder(void)
{
	char *folder = strdup("/tmp/sotto-store-XXXXXX");
	assert_non_null(mkdtemp(folder));
	return folder;
}

void sample_folder_remove(char **folder)
{
	DIR *dir = opendir(*folder);
	for (struct dirent *entry = dir ? readdir(dir) : NULL; entry; entry = readdir(dir))
		unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
	rmdir(*folder);
	free(*folder);
	*folder = NULL;
}

void sample_sql(const char *folder, const char *name, const char *sql)
{
	struct buf path = {0};
	sqlite3 *lite;
	buf_printf(&path, "%s/%s", folder, name);
	buf_put_byte(&path, '\0');
	assert_int_equal(sqlite3_open(path.at, &lite), SQLITE_OK);
	sqlite3_busy_timeout(lite, 5000);
	sqlite3_exec(lite, "PRAGMA synchronous=OFF", NULL, NULL, NULL); /* tests need not wait */
	if (sqlite3_exec(lite, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(lite));
	sqlite3_close(lite);
	buf_free(&path);
}

/* --- a store, used ------------------------------------------------------------------------------ */

static void note(void *ctx, enum store_result result)
{
	*(int *)ctx = (int)result;
}

enum store_result sample_append(
	struct sample_loop *loop, struct store *store, struct sample *sample)
{
	int result = -1;
	struct batch *batch = sample_batch(sample->events, sample->count);
	sample_reset(sample);
	store->ops->append(store, batch, note, &result);
	assert_int_equal(result, -1);
	while (result < 0)
		sample_turn(loop);
	return (enum store_result)result;
}

struct store *sample_open(
	struct sample_loop *loop, const char *folder, const struct store_tuning *tuning)
{
	struct store *store = NULL;
	struct buf why = {0};
	if (store_sqlite_open_tuned(str_of(folder), &loop->loop, tuning, &store, &why) != OK)
		fail_msg("%.*s", STR_ARGS(buf_str(&why)));
	buf_free(&why);
	return store;
}

void sample_refused(struct sample_loop *loop, const char *folder, const char *why_part)
{
	struct buf why = {0};
	struct store *store = NULL;
	assert_int_not_equal(
		store_sqlite_open_tuned(str_of(folder), &loop->loop, &STORE_TUNING, &store, &why),
		OK);
	assert_null(store);
	assert_contains(&why, why_part);
	buf_free(&why);
}

struct sample_owner sample_owner_begin(struct sample_loop *loop, const char *folder)
{
	int ready[2], end[2];
	char byte = 0;
	assert_int_equal(pipe(ready) | pipe(end), 0);
	pid_t pid = fork();
	if (pid == 0) {
		close(end[1]);
		sample_open(loop, folder, &STORE_TUNING);
		_exit(write(ready[1], &byte, 1) != 1 || read(end[0], &byte, 1) != 0);
	}
	close(ready[1]);
	close(end[0]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return (struct sample_owner) {pid, end[1]};
}

void sample_owner_end(const struct sample_owner *owner)
{
	close(owner->end);
	waitpid(owner->pid, NULL, 0);
}

struct store_tuning sample_tuning_lazy(void)
{
	struct store_tuning tuning = STORE_TUNING;
	tuning.projector.gather_ms = tuning.projector.lag_ms = 3600 * 1000;
	return tuning;
}

void sample_put_line(struct buf *lines, uint64_t lsn, enum body_kind kind, const void *body)
{
	buf_printf(lines, "%llu ", (unsigned long long)lsn);
	body_dump(kind, lines, body);
	buf_put_byte(lines, '\n');
}

static void record(void *ctx, struct event *event)
{
	sample_put_line(ctx, event->lsn, event_body(event->kind), event->body);
}

static int line_cmp(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

unsigned sample_contacts(struct store *store)
{
	struct buf got = {0};
	unsigned count = 0;
	sample_load(store, &got, false);
	struct str rest = buf_str(&got);
	while (rest.len) {
		struct str line = str_cut(&rest, '\n');
		str_cut(&line, ' ');
		count += str_starts(line, STR("contact "));
	}
	buf_free(&got);
	return count;
}

void sample_sort(struct buf *lines)
{
	struct str rest = buf_str(lines);
	size_t count = 0;
	for (size_t i = 0; i < rest.len; i++)
		count += rest.at[i] == '\n';
	struct str *sorted = mem_new(count * sizeof *sorted);
	for (size_t i = 0; i < count; i++)
		sorted[i] = str_cut(&rest, '\n');
	qsort(sorted, count, sizeof *sorted, line_cmp);
	struct buf out = {0};
	for (size_t i = 0; i < count; i++) {
		buf_put(&out, sorted[i]);
		buf_put_byte(&out, '\n');
	}
	free(sorted);
	buf_free(lines);
	*lines = out;
}

void sample_load(struct store *store, struct buf *lines, bool sorted)
{
	lines->len = 0;
	assert_int_equal(store_sqlite_each(store, record, lines), OK);
	if (sorted)
		sample_sort(lines);
}

void assert_text(const struct buf *text, const char *expected)
{
	char *z = strndup(text->len ? text->at : "", text->len);
	assert_string_equal(z, expected);
	free(z);
}

void assert_contains(const struct buf *text, const char *part)
{
	char *z = strndup(text->len ? text->at : "", text->len);
	if (!strstr(z, part))
		fail_msg("\"%s\" is not in \"%s\"", part, z);
	free(z);
}

/* core_fixture.h - for tests of rules: a small centre with agents ana and ben, sam who supervises as well, sue who only
 * does; what is asked of it in one line. At its end the journal is told again and must come to the same core. */
#ifndef CORE_CORE_FIXTURE_H
#define CORE_CORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/command.h"
#include "core/core.h"

struct centre {
	struct core *core;
	struct outcome outcome;
	struct buf journal; /* every event, as the store would keep it */
	size_t journal_events;
	msec now;
	struct user *ana, *ben, *sam, *sue;
};

int setup(void **state);
int teardown(void **state);
extern const struct body_centre small_centre;
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

void keep(struct centre *c);
/* The journal, event by event; what is given is borrowed for the call. */
void each_event(const struct centre *c, void (*each)(void *ctx, struct event *event), void *ctx);
/* What the store does with what is erased: puts the images into the journal. */
void rewrite(struct centre *c, const struct body_erasure *rows, size_t count);
/* The core that replaying the journal gives. */
struct core *replay(const struct centre *c);
void assert_replay_is_equal(struct centre *c);
enum err run(struct centre *c, struct command command);
void must(struct centre *c, struct command command);
void wait_ms(struct centre *c, msec ms);
void start(struct centre *c, struct user *user);
void ready(struct centre *c, struct user *user);
void writes_keyword(struct centre *c, const char *phone, const char *text, enum keyword keyword);
void writes(struct centre *c, const char *phone, const char *text);
/* The user's newest live session. */
struct session *session_of(const struct user *user);
enum err act(struct centre *c, enum command_kind kind, struct user *user);
enum err monitor(struct centre *c, struct user *supervisor, struct user *agent,
	enum monitor_mode mode, const char *nickname);
enum party_state state_in(const struct session *session, const struct user *user);
struct session *ana_chats_watched_by_sam(struct centre *c, enum monitor_mode mode);
enum err asks_of(struct centre *c, enum command_kind kind, struct user *asker, struct user *target);
struct outbound *ana_sends(struct centre *c);
/* Of what the last command recorded; NULL: there is no such event. */
const void *recorded(const struct centre *c, enum event_kind kind);

#endif

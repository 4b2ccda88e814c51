/* stage_verbs.c - the lines of a script. */
#include "stage_private.h"
#include "store/store_mem.h"

#define LINE_MS 10 /* in which what a line leads to has come about: some round trips */
/* A commit takes that long at most: beyond, the server's patience with its disk is another trial's. */
#define SLOW_MOST_MS 12000

static uint64_t number_of(struct str word, uint64_t most)
{
	uint64_t n;
	if (!str_u64(str_trim(word), &n))
		return 0;
	return n < most ? n : most;
}

static void do_wait(struct stage *stage, struct str rest)
{
	msec ms = (msec)number_of(rest, (uint64_t)(STAGE_WAIT_MOST_MS - stage->waited));
	stage->waited += ms;
	stage_run(stage, ms);
}

static void do_kill(struct stage *stage, struct str rest)
{
	stage_restart(stage);
}

static void do_away(struct stage *stage, struct str rest)
{
	api_client_free(&stage->ana);
	stage_die(stage);
	stage_run(stage, 60000 * (msec)number_of(rest, STAGE_AWAY_MOST_MIN));
	stage_serve(stage);
	ana_comes(stage);
}

static void do_slow(struct stage *stage, struct str rest)
{
	stage->slow_ms = (msec)number_of(rest, SLOW_MOST_MS);
}

static void do_full(struct stage *stage, struct str rest)
{
	store_mem_fail(stage->store, STORE_REFUSED, false);
	reached("the disk is full");
}

static void do_heal(struct stage *stage, struct str rest)
{
	store_mem_fail(stage->store, STORE_DURABLE, false);
}

static void do_lose(struct stage *stage, struct str rest)
{
	store_mem_fail(stage->store, STORE_UNKNOWN, false);
}

static void do_lost(struct stage *stage, struct str rest)
{
	store_mem_fail(stage->store, STORE_UNKNOWN, true);
}

static void do_pdu(struct stage *stage, struct str rest)
{
	smsc_pdu(&stage->smsc, rest);
}

static void do_bytes(struct stage *stage, struct str rest)
{
	smsc_bytes(&stage->smsc, rest);
}

static void do_again(struct stage *stage, struct str rest)
{
	smsc_again(&stage->smsc);
}

static void do_hang_up(struct stage *stage, struct str rest)
{
	smsc_hang_up(&stage->smsc);
}

static void do_bind(struct stage *stage, struct str rest)
{
	smsc_bind(&stage->smsc, rest);
}

static void do_submit(struct stage *stage, struct str rest)
{
	smsc_submit(&stage->smsc, rest);
}

static void do_as(struct stage *stage, struct str rest)
{
	web_as(&stage->web, rest);
}

static void do_on(struct stage *stage, struct str rest)
{
	web_on(&stage->web, rest);
}

static void do_drop(struct stage *stage, struct str rest)
{
	web_drop(&stage->web);
}

void stage_ask(struct stage *stage, const char *method, struct str path, struct str body)
{
	struct buf whole_path = {0}, whole_body = {0};
	stage_expand(stage, path, &whole_path);
	stage_expand(stage, body, &whole_body);
	web_ask(&stage->web, method, buf_str(&whole_path), buf_str(&whole_body));
	buf_free(&whole_path);
	buf_free(&whole_body);
}

static void do_get(struct stage *stage, struct str rest)
{
	stage_ask(stage, "GET", rest, STR_NONE);
}

static void do_post(struct stage *stage, struct str rest)
{
	struct str path = str_cut(&rest, ' ');
	stage_ask(stage, "POST", path, rest);
}

static void do_put(struct stage *stage, struct str rest)
{
	struct str path = str_cut(&rest, ' ');
	stage_ask(stage, "PUT", path, rest);
}

static void do_delete(struct stage *stage, struct str rest)
{
	stage_ask(stage, "DELETE", rest, STR_NONE);
}

static void do_bayeux(struct stage *stage, struct str rest)
{
	stage_ask(stage, "POST", STR("/api/v2/notifications"), rest);
}

static void do_socket(struct stage *stage, struct str rest)
{
	struct buf text = {0};
	stage_expand(stage, rest, &text);
	web_say(&stage->web, buf_str(&text));
	buf_free(&text);
}

void stage_say(struct stage *stage, struct door *door, struct str line, const char *end)
{
	struct buf out = {0};
	stage_expand(stage, line, &out);
	buf_puts(&out, end);
	door_say(door, buf_str(&out));
	buf_free(&out);
}

static void do_http(struct stage *stage, struct str rest)
{
	stage_say(stage, &stage->http, rest, "\r\n");
}

static void do_stall(struct stage *stage, struct str rest)
{
	door_read(&stage->http, false);
}

static void do_read(struct stage *stage, struct str rest)
{
	door_read(&stage->http, true);
}

static void do_admin(struct stage *stage, struct str rest)
{
	stage_say(stage, &stage->admin, rest, "\n");
}

static const struct {
	const char *name;
	void (*act)(struct stage *stage, struct str rest);
} verbs[] = {
	{"wait", do_wait},
	{"kill", do_kill},
	{"away", do_away},
	{"slow", do_slow},
	{"full", do_full},
	{"heal", do_heal},
	{"lose", do_lose},
	{"lost", do_lost},
	{"pdu", do_pdu},
	{"bytes", do_bytes},
	{"again", do_again},
	{"hangup", do_hang_up},
	{"bind", do_bind},
	{"submit", do_submit},
	{"ana", ana_does},
	{"as", do_as},
	{"on", do_on},
	{"drop", do_drop},
	{"get", do_get},
	{"post", do_post},
	{"put", do_put},
	{"delete", do_delete},
	{"bayeux", do_bayeux},
	{"socket", do_socket},
	{"http", do_http},
	{"stall", do_stall},
	{"read", do_read},
	{"admin", do_admin},
};

static void play_line(struct stage *stage, struct str line)
{
	struct str rest = line, name = str_cut(&rest, ' ');
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (str_is(name, verbs[i].name)) {
			verbs[i].act(stage, rest);
			return;
		}
	stage->target->bare(stage, line);
}

void stage_play_lines(struct stage *stage, struct str script)
{
	for (int i = 0; script.len && i < STAGE_LINES_MOST; i++) {
		struct str line = str_cut(&script, '\n');
		if (str_starts(line, STR("# ")))
			continue;
		play_line(stage, line);
		stage_run(stage, LINE_MS);
		if (stage->is_lost)
			stage_restart(stage);
	}
}

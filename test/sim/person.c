/* person.c - choosing a deed, asking for it, and keeping what was told. */
#include "person.h"
#include "asked.h"
#include "base/arena.h"
#include "base/check.h"
#include "wire/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <utlist.h>

#define STREAM_OF_STEPS                                                                            \
	1000000 /* the server draws a login's stream from (name, 1), (name, 2), ... */
#define STREAM_OF_CANARY 999999
#define STREAM_OF_WAYS   999998
#define IN_MY_HAND       70 /* of 100: who has a session attends to it */

/* Of so many worlds in one all texts are heavy: three of them in a session are more than a slice. */
#define HEAVY_WORLDS 4

/* Of 1,000 steps: what is no deed of the API. */
#define CRASHES 15
#define LEAVES  8 /* crashes, and is away for a while: time-outs */
#define TABS    10

static void step(void *ctx);

/* --- what is known ------------------------------------------------------------------------------ */

static struct known_session *session_known(struct person *person, struct str id)
{
	struct known_session *session;
	DL_FOREACH(person->sessions, session)
		if (str_is(id, session->id))
			return session;
	session = mem_new(sizeof *session);
	memcpy(session->id, id.at, id.len);
	DL_APPEND(person->sessions, session);
	return session;
}

static bool is_over(const struct known_session *session)
{
	return strcmp(session->state, "Completed") == 0 || strcmp(session->state, "Revoked") == 0;
}

static struct known_session *next_open(struct known_session *session)
{
	while (session && is_over(session))
		session = session->next;
	return session;
}

/* Those that are not over. */
#define EACH_OPEN(person, session)                                                                 \
	for ((session) = next_open((person)->sessions); (session);                                 \
		(session) = next_open((session)->next))

/* What the person was shown that may be done in it; a resource that says nothing of them leaves it so. */
static void see_capabilities(struct known_session *session, const json_t *resource)
{
	const json_t *listed = json_object_get(resource, "capabilities"), *word;
	size_t i;
	if (is_over(session) || listed)
		session->capabilities = 0;
	json_array_foreach(listed, i, word)
		for (unsigned j = 0; j < CAPABILITY_COUNT; j++)
			if (json_is_string(word) &&
				strcmp(json_string_value(word), access_name(j)) == 0)
				session->capabilities |= 1u << j;
}

static void see_session(struct person *person, const json_t *resource)
{
	struct str id, state;
	if (!json_read_text(resource, "id", &id) || !json_read_text(resource, "state", &state) ||
		id.len != SESSION_ID_LEN || state.len >= sizeof person->sessions->state)
		return;
	struct known_session *session = session_known(person, id);
	bool was_over = is_over(session);
	memcpy(session->state, state.at, state.len);
	session->state[state.len] = '\0';
	see_capabilities(session, resource);
	person->has_missed |= was_over && is_over(session) && !person->settings.is_supervisor;
}

static void see_list(struct person *person, const json_t *sessions)
{
	size_t i;
	json_t *resource;
	json_array_foreach(sessions, i, resource)
		see_session(person, resource);
}

static void see_hand(struct person *person, const json_t *hand)
{
	struct str id, session;
	const json_t *raised = json_object_get(hand, "raised");
	if (!json_is_true(raised) || !json_read_text(hand, "id", &id) ||
		!json_read_text(hand, "smssessionPath", &session) || id.len != HAND_ID_LEN)
		return;
	struct known_hand *known = &person->hands[person->hands_heard++ % HANDS_KNOWN_MAX];
	str_cut(&session, '/');
	str_cut(&session, '/');
	CHECK(session.len == SESSION_ID_LEN);
	memcpy(known->id, id.at, id.len);
	memcpy(known->session, session.at, session.len);
}

static void see_hands(struct person *person, const json_t *hands)
{
	size_t i;
	json_t *hand;
	json_array_foreach(hands, i, hand)
		see_hand(person, hand);
}

static void session_forget(struct person *person, struct known_session *session)
{
	DL_DELETE(person->sessions, session);
	free(session);
}

static void forget_sessions(struct person *person)
{
	while (person->sessions)
		session_forget(person, person->sessions);
}

/* A client that the server did not know before: whatever happened meanwhile was told to nobody. */
static void on_up(void *ctx)
{
	struct person *person = ctx;
	struct known_session *session, *next;
	DL_FOREACH_SAFE(person->sessions, session, next)
		if (is_over(session))
			session_forget(person, session);
}

/* What else is told may be long, and a person does nothing about it. */
static void on_notification(void *ctx, struct json_value told)
{
	struct person *person = ctx;
	const struct person_watch *watch = &person->settings.watch;
	struct str rest = json_value_members(told);
	struct json_member member;
	json_t *resource = NULL, *list = NULL;
	while (json_value_next_member(&rest, &member)) {
		if (json_value_is(member.name, STR("smssession")))
			resource = json_read(member.value.bytes);
		else if (json_value_is(member.name, STR("hands")))
			list = json_read(member.value.bytes);
	}
	json_t *data = watch->told ? json_read(told.bytes) : NULL;
	if (resource)
		see_session(person, resource);
	see_hands(person, list);
	if (watch->told)
		watch->told(watch->ctx, person, data);
	json_decref(resource);
	json_decref(list);
	json_decref(data);
}

/* --- asking ------------------------------------------------------------------------------------- */

static json_t *read_member(struct str body, struct str name)
{
	struct json_value all, member = {STR_NONE};
	if (json_value_read(body, &all))
		member = json_value_member(all, name);
	return json_value_is_there(member) ? json_read(member.bytes) : NULL;
}

static void answered(void *ctx, int status, struct str body)
{
	struct asked *asked = ctx;
	const struct person_watch *watch = &asked->person->settings.watch;
	bool is_read = status == 200 && !asked->deed->name;
	json_t *sessions = is_read ? read_member(body, STR("smssessions")) : NULL;
	json_t *answer = watch->reads ? json_read(body) : NULL;
	see_list(asked->person, sessions);
	if (watch->answered)
		watch->answered(watch->ctx, asked, status, answer);
	json_decref(sessions);
	json_decref(answer);
	asked_free(asked);
}

/* What is asked in every third step has a key of its own. */
static void put_key(struct person *person)
{
	char key[64];
	if (person->steps % 3)
		return;
	snprintf(key, sizeof key, "%s %u", person->settings.name, person->steps);
	api_client_key(person->client, str_of(key));
}

/* Takes the asked. */
static void ask(struct person *person, struct asked *asked, struct str nickname)
{
	const struct person_watch *watch = &person->settings.watch;
	struct buf path = {0}, body = {0};
	asked_put_path(&path, asked);
	if (watch->asked)
		watch->asked(watch->ctx, asked);
	if (asked->deed->name) {
		asked_put_body(&body, asked, nickname);
		put_key(person);
		api_client_post(person->client, buf_str(&path), buf_str(&body), answered, asked);
	} else {
		api_client_get(person->client, buf_str(&path), answered, asked);
	}
	buf_free(&path);
	buf_free(&body);
}

static struct asked *asked_new(struct person *person, const struct deed *deed)
{
	struct asked *asked = mem_new(sizeof *asked);
	asked->person = person;
	asked->deed = deed;
	return asked;
}

void person_does(struct person *person, const struct deed *deed, struct str session,
	struct str user, struct str text)
{
	struct asked *asked = asked_new(person, deed);
	CHECK(person->client);
	asked->session = str_copy(session);
	asked->user = str_copy(user);
	asked->text = str_copy(text);
	ask(person, asked, STR_NONE);
}

/* --- coming and going --------------------------------------------------------------------------- */

static void tell_moved(const struct person *person, const char *what)
{
	const struct person_watch *watch = &person->settings.watch;
	if (watch->moved)
		watch->moved(watch->ctx, person, what);
}

/* By a socket or by polls, and whether the client acks what came: each of the four as often. */
static unsigned draw_way(const struct person *person)
{
	unsigned char way;
	struct net_stream stream =
		net_stream_of(person->net, str_of(person->settings.name), STREAM_OF_WAYS);
	net_random(person->net, &stream, &way, sizeof way);
	return way % 4;
}

static void come(struct person *person)
{
	unsigned way = draw_way(person);
	struct api_client_settings settings = {
		.host = str_of(person->settings.host),
		.port = PERSON_PORT,
		.user = str_of(person->settings.name),
		.password = STR("x"),
		.by_socket = way & 1,
		.acks = way & 2,
		.on_up = on_up,
		.on_notification = on_notification,
		.ctx = person,
	};
	tell_moved(person, "comes");
	person->client = api_client_new(person->net, &settings);
	person_does(person, deed_find("/me", "StartContactCenterSession"), STR_NONE, STR_NONE,
		STR_NONE);
	person_does(person, deed_find("/me/smssessions", NULL), STR_NONE, STR_NONE, STR_NONE);
}

void person_goes(struct person *person)
{
	tell_moved(person, "is gone");
	api_client_free(&person->client);
	http_client_free(&person->tab);
	forget_sessions(person);
}

static void ignore(void *ctx, int status, struct str body)
{
}

/* A second client of the same user that nobody ever asks for anything again: the server forgets it. */
static void open_tab(struct person *person)
{
	struct str user = str_of(person->settings.name);
	tell_moved(person, "opens a second client and lets it be");
	http_client_free(&person->tab);
	person->tab = http_client_new(
		person->net, user, str_of(person->settings.host), PERSON_PORT, user, STR("x"));
	http_client_send(person->tab, "POST", STR("/api/v2/notifications"),
		STR("[{\"channel\":\"/meta/handshake\",\"version\":\"1.0\","
		    "\"supportedConnectionTypes\":[\"long-polling\"]}]"),
		ignore, NULL);
}

/* --- choosing ----------------------------------------------------------------------------------- */

struct possibility {
	struct person *person;
	struct net_stream stream;
};

static unsigned choose(struct possibility *choice, unsigned below)
{
	uint64_t bits;
	net_random(choice->person->net, &choice->stream, &bits, sizeof bits);
	return (unsigned)(bits % below);
}

static const struct known_session *choose_session(struct possibility *choice)
{
	const struct known_session *session;
	unsigned count = 0, pick = choose(choice, 1 << 30);
	EACH_OPEN(choice->person, session)
	count++;
	if (count == 0 || choose(choice, 100) >= IN_MY_HAND)
		return NULL;
	pick %= count;
	EACH_OPEN(choice->person, session)
	if (pick-- == 0)
		return session;
	return NULL;
}

static enum deed_moment moment_of(const struct known_session *session)
{
	if (!session)
		return WITHOUT_A_SESSION;
	return strcmp(session->state, "Invited") == 0 ? WITH_AN_INVITATION : IN_A_SESSION;
}

/* Somebody who writes as well, somebody who now and then refuses texts, and nobody whom one knows. */
static const char *choose_phone(struct possibility *choice)
{
	static const char *const phones[] = {"+420600000001", "00420600000009", "+420600000077"};
	return phones[choose(choice, sizeof phones / sizeof phones[0])];
}

static const char *choose_user(struct possibility *choice, const struct deed *deed)
{
	if (deed->with == A_PHONE)
		return choose_phone(choice);
	const struct person_settings *settings = &choice->person->settings;
	const char *const *names = deed->name ? settings->colleagues : settings->everybody;
	unsigned count = 0;
	while (names[count])
		count++;
	return names[choose(choice, count)];
}

/* As long as a text may be, of what JSON writes in six bytes. */
static void fill(struct buf *text)
{
	while (text->len < TEXT_CHARS_MAX)
		buf_put_byte(text, '\x01');
}

static bool is_silent(const struct person *person)
{
	return person->settings.is_supervisor && !person->settings.may_be_seen;
}

/* Every one is told from every other, so that a ledger can find it again. */
static struct str choose_words(struct possibility *choice, const struct deed *deed)
{
	struct person *person = choice->person;
	struct buf text = {0};
	bool is_url = deed->with == A_URL;
	buf_printf(&text, is_url ? "https://example.org/%s/%u" : "%s %u:",
		is_silent(person) ? person->canary : person->settings.name, person->steps);
	bool is_comment = deed->with == A_HAND; /* which is short */
	unsigned words = choose(choice, 8) || is_comment ? 3 : 40;
	for (unsigned i = 0; i < words; i++)
		buf_puts(&text, is_url ? "/one/moment" : " one moment");
	if (person->is_in_heavy_world && !is_url && !is_comment && deed->with != A_PAIR)
		fill(&text);
	struct str copy = str_copy(buf_str(&text));
	buf_free(&text);
	return copy;
}

/* Supervisors mostly bear a canary word; sometimes what agents bear, who may call themselves like a supervisor: so that
 * the same is there twice. */
static struct str choose_nickname(struct possibility *choice, const struct deed *deed)
{
	static const char *const common[] = {"Your agent", "sam"};
	const struct person *person = choice->person;
	bool has_one = choose(choice, 2);
	bool takes_one = deed->with == A_NICKNAME || deed->with == A_MODE || deed->with == A_THING;
	if (!takes_one || !has_one)
		return STR_NONE;
	bool is_common = choose(choice, 3) == 0;
	if (is_silent(person) && !is_common)
		return str_of(person->canary);
	return str_of(common[choose(choice, sizeof common / sizeof common[0])]);
}

/* Whoever must stay silent does that instead. */
static const struct deed *in_silence(const struct person *person, const struct deed *deed)
{
	if (!is_silent(person) || !deed_shows_oneself(deed))
		return deed;
	bool is_order = deed_target(deed) == TARGET_USER;
	return deed_of_command(deed_is_standing(deed) ? CMD_ORDER_MONITOR
			       : is_order             ? CMD_MONITOR
						      : CMD_SWITCH_TO_MONITOR);
}

static bool is_forbidden(const struct person *person, const struct deed *deed)
{
	bool takes_hand = deed->name && deed->command == CMD_TAKE_HAND;
	return (person->settings.never_ready && deed_takes_work(deed)) ||
	       (person->settings.may_be_seen && takes_hand);
}

/* In a moment, of somebody like this person. What is shown is done at least now and then. */
static unsigned weight_of(const struct deed *deed, int who, enum deed_moment moment)
{
	unsigned weight = deed->weights[who][moment];
	return weight ? weight : 1;
}

/* One of those that the person was shown; NULL: none. */
static const struct deed *choose_listed(
	struct possibility *choice, int who, const struct known_session *session)
{
	enum deed_moment moment = moment_of(session);
	unsigned sum = 0, pick = choose(choice, 1 << 30);
	const struct deed *listed[CAPABILITY_COUNT] = {NULL};
	for (unsigned i = 0; session && i < CAPABILITY_COUNT; i++) {
		if (!(session->capabilities >> i & 1))
			continue;
		listed[i] = deed_of_command(access_command(i));
		sum += weight_of(listed[i], who, moment);
	}
	if (sum == 0)
		return NULL;
	pick %= sum;
	unsigned i = 0;
	for (; !listed[i] || pick >= weight_of(listed[i], who, moment); i++)
		pick -= listed[i] ? weight_of(listed[i], who, moment) : 0;
	return listed[i];
}

/* Half of what is done in a session may be done there; the rest is by weight, refused or not. */
static const struct deed *choose_deed(
	struct possibility *choice, int who, const struct known_session *session)
{
	enum deed_moment moment = moment_of(session);
	const struct deed *by_weight =
		deed_pick(who, moment, choose(choice, deed_weight(who, moment)));
	const struct deed *listed = choose_listed(choice, who, session);
	return listed && choose(choice, 2) ? listed : by_weight;
}

/* Mostly a queue: of the centre's skills and groups nobody may have any. */
static const char *choose_thing(struct possibility *choice)
{
	static const char *const things[] = {
		"queues/service", "queues/service", "queues/sales", "skills/Czech", "groups/north"};
	return things[choose(choice, sizeof things / sizeof things[0])];
}

/* None, or a mode; whoever must stay silent has but one. */
static unsigned choose_sight(struct possibility *choice)
{
	unsigned sight = choose(choice, 1 + supervision_count);
	return is_silent(choice->person) ? 1 + SUPERVISION_MONITOR : sight;
}

/* One that the person has heard of, raised still or not; NULL: none. */
static const struct known_hand *choose_hand(struct possibility *choice)
{
	const struct person *person = choice->person;
	unsigned heard = person->hands_heard, pick = choose(choice, HANDS_KNOWN_MAX);
	unsigned known = heard < HANDS_KNOWN_MAX ? heard : HANDS_KNOWN_MAX;
	return known ? &person->hands[pick % known] : NULL;
}

static void name_hand(struct possibility *choice, struct asked *asked)
{
	const struct known_hand *hand = choose_hand(choice);
	str_free(&asked->session);
	str_free(&asked->user);
	asked->session = str_copy(hand ? str_of(hand->session) : STR_NONE);
	asked->user = str_copy(hand ? str_of(hand->id) : STR("none"));
}

/* Also one that is over for this person, and perhaps for nobody else. */
static struct str choose_any_session(struct possibility *choice)
{
	const struct known_session *session;
	unsigned count = 0, pick = choose(choice, 1 << 30);
	DL_FOREACH(choice->person->sessions, session)
		count++;
	if (count == 0)
		return STR_NONE;
	pick %= count;
	DL_FOREACH(choice->person->sessions, session)
		if (pick-- == 0)
			return str_of(session->id);
	return STR_NONE;
}

static void do_a_deed(struct possibility *choice)
{
	struct person *person = choice->person;
	int who = person->settings.is_supervisor ? DEED_SUPERVISOR : DEED_AGENT;
	const struct known_session *session = choose_session(choice);
	const struct deed *deed = in_silence(person, choose_deed(choice, who, session));
	if (is_forbidden(person, deed))
		return;
	struct asked *asked = asked_new(person, deed);
	asked->session = session ? str_copy(str_of(session->id)) : STR_NONE;
	asked->user = str_copy(
		str_of(deed_is_standing(deed) ? choose_thing(choice) : choose_user(choice, deed)));
	asked->share = deed->with == A_THING ? choose(choice, 3) : 0;
	asked->text = deed_has_words(deed) ? choose_words(choice, deed) : STR_NONE;
	asked->is_next = choose(choice, 2);
	asked->sight = choose_sight(choice);
	if (deed_target(deed) == TARGET_USERS_SESSION) {
		str_free(&asked->session);
		asked->session = str_copy(choose_any_session(choice));
	}
	if (deed_target(deed) == TARGET_HAND)
		name_hand(choice, asked);
	asked->to_queue = choose(choice, 3) == 0;
	asked->saves = deed_may_save(deed) && choose(choice, 2);
	asked->is_system = choose(choice, 2);
	if (deed_may_part(deed) && choose(choice, 3) == 0)
		asked->parting = choose_words(choice, deed);
	ask(person, asked, choose_nickname(choice, deed));
}

static bool is_skipped(const struct person *person)
{
	if (person->settings.is_away)
		return true;
	return person->settings.skipped && person->steps < STEPS_MAX &&
	       person->settings.skipped[person->steps];
}

/* How long until the next step. */
static msec do_something(struct possibility *choice)
{
	struct person *person = choice->person;
	const struct person_settings *settings = &person->settings;
	msec pause = settings->pause_least_ms + choose(choice, (unsigned)settings->pause_most_ms);
	msec away = choose(choice, (unsigned)settings->away_most_ms);
	unsigned what = choose(choice, 1000);
	if (is_skipped(person))
		return pause;
	if (!person->client) {
		come(person);
	} else if (what < CRASHES + LEAVES) {
		person_goes(person);
		return what < CRASHES ? pause : away;
	} else if (what < CRASHES + LEAVES + TABS) {
		open_tab(person);
	} else {
		do_a_deed(choice);
	}
	return pause;
}

static void step(void *ctx)
{
	struct person *person = ctx;
	struct possibility choice = {
		person, net_stream_of(person->net, str_of(person->settings.name),
				STREAM_OF_STEPS + person->steps)};
	msec pause = do_something(&choice);
	person->steps++;
	net_timer_start(person->net, &person->step, pause);
}

/* --- life --------------------------------------------------------------------------------------- */

static void draw_canary(struct person *person)
{
	uint64_t bits;
	struct net_stream stream =
		net_stream_of(person->net, str_of(person->settings.name), STREAM_OF_CANARY);
	net_random(person->net, &stream, &bits, sizeof bits);
	snprintf(person->canary, sizeof person->canary, "%s-%016llx", person->settings.name,
		(unsigned long long)bits);
}

/* The same for everybody in it. */
static bool is_heavy(struct net *net)
{
	uint64_t bits;
	struct net_stream stream = net_stream_of(net, STR("heavy texts"), 1);
	net_random(net, &stream, &bits, sizeof bits);
	return bits % HEAVY_WORLDS == 0;
}

void person_open(struct person *person, struct net *net, const struct person_settings *settings)
{
	*person = (struct person) {.net = net, .settings = *settings};
	if (!settings->host)
		person->settings.host = PERSON_HOST;
	if (!settings->pause_least_ms)
		person->settings.pause_least_ms = PERSON_PAUSE_MS;
	if (!settings->away_most_ms)
		person->settings.away_most_ms = PERSON_AWAY_MS;
	person->step = (struct net_timer) {.fire = step, .ctx = person};
	person->is_in_heavy_world = is_heavy(net);
	draw_canary(person);
	step(person);
}

/* What stands for {id}: everything that it could. */
static void read_all_of(struct person *person, const struct deed *deed)
{
	const struct known_session *session;
	const char *const *name = person->settings.everybody;
	switch (deed_target(deed)) {
	case TARGET_NONE:
		person_does(person, deed, STR_NONE, STR_NONE, STR_NONE);
		return;
	case TARGET_SESSION:
		EACH_OPEN(person, session)
		person_does(person, deed, str_of(session->id), STR_NONE, STR_NONE);
		return;
	case TARGET_USERS_SESSION: /* nothing is read there */
		return;
	case TARGET_HAND:
		person_does(person, deed, STR_NONE, STR("none"), STR_NONE);
		return;
	case TARGET_USER:
		for (; *name; name++)
			person_does(person, deed, STR_NONE, str_of(*name), STR_NONE);
	}
}

void person_reads_all(struct person *person)
{
	const struct deed *deed;
	net_timer_stop(person->net, &person->step);
	if (!person->client)
		come(person);
	for (size_t i = 0; (deed = deed_at(i)); i++)
		if (!deed->name)
			read_all_of(person, deed);
}

void person_close(struct person *person)
{
	net_timer_stop(person->net, &person->step);
	if (person->client)
		person_goes(person);
}

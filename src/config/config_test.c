/* config_test.c - a good file is understood; a bad one is refused with its line and the reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "config/config.h"
#include "base/names.h"
#include "http/http_forwarded.h"

static struct config *good(const char *text)
{
	struct config *config = NULL;
	struct buf why = {0};
	if (config_parse(STR("f"), str_of(text), &config, &why))
		fail_msg("%.*s", STR_ARGS(buf_str(&why)));
	buf_free(&why);
	return config;
}

static void an_empty_file_gives_the_defaults(void **state)
{
	const char *const texts[] = {"", "# nothing\n", "---\n{}\n"};
	for (size_t i = 0; i < 3; i++) {
		struct config *c = good(texts[i]);
		assert_string_equal(c->listen_host, "127.0.0.1");
		assert_int_equal(c->listen_port, 8080);
		assert_string_equal(c->external_url, "");
		assert_string_equal(c->csrf, "origin");
		assert_false(c->always200);
		assert_int_equal(c->connections_max, 18000);
		assert_int_equal(c->grid_ms, 4);
		assert_int_equal(c->trusted_proxies_count, 0);
		assert_int_equal(c->centre.capacity, 4);
		assert_int_equal(c->centre.answer_timeout, 60000);
		assert_int_equal(c->centre.idle_close, 24 * 3600 * 1000);
		assert_int_equal(c->centre.state_after_login, AGENT_NOT_READY);
		assert_int_equal(c->centre.on_logout, LOGOUT_REQUEUE);
		assert_int_equal(c->centre.multimedia, 1);
		assert_int_equal(c->centre.receive_window, 10);
		for (enum setting_kind kind = 0; kind < SETTING_KINDS; kind++)
			assert_int_equal(c->settings[kind], setting_rows[kind].fallback);
		assert_int_equal(c->users_count, 0);
		config_free(&c);
		assert_null(c);
	}
	struct config *c = config_defaults();
	assert_string_equal(c->data_dir, "/var/lib/sotto");
	config_free(&c);
}

static void a_whole_file_is_understood(void **state)
{
	struct config *c = good(
		"listen: '[::1]:0'\n"
		"external-url: https://sms.example.org/x/api/v2\n"
		"data-dir: /tmp/d\n"
		"log: {level: debug}\n"
		"api: {always200: yes}\n"
		"security:\n"
		"  csrf: off\n"
		"  cors-origins: [https://desk.example.org, 'http://[::1]:8081']\n"
		"login: {hash-operations: 1, hash-memory-kib: 8}\n"
		"gate: {grid: 100}\n"
		"http: {connections-max: 100, trusted-proxies: [127.0.0.1, 10.0.0.0/8, '::1']}\n"
		"bootstrap:\n"
		"  centre: Čen trum\n"
		"  agents: {capacity: 1000, state-after-login: Ready, on-logout: keep, lost-after: "
		"1}\n"
		"  routing: {answer-timeout: 5, reject-wait: 0}\n"
		"  supervision: {auto-accept: yes, private: yes,\n"
		"    disclosure: {monitor: icon, coach: report, barge: report, take-over: "
		"report},\n"
		"    rules: [{name: law, words: [lawyer, legal action], texts: agent}, {name: any, "
		"words: [x]},\n"
		"      {name: slow, reply-after: 86400}, {name: lost, undelivered: yes}]}\n"
		"  sms: {stop-words: [NEIN, go away], languages: [no], help-reply: help yourself, "
		"repeat-max: 10,\n"
		"    plain-quotes: yes, join-wait: 60, reset-window: 0}\n"
		"  optout: {scope: number}\n"
		"  features: {api-multimedia: no}\n"
		"  users:\n"
		"    - {name: ana, password: a}\n"
		"    - name: sam\n"
		"      password-hash: $argon2id$v=19$m=8,t=1,p=1$AAAA$BBBB\n"
		"      roles: [agent, supervisor]\n"
		"      sms: no\n"
		"      change-password: yes\n"
		"      queues: [q]\n"
		"      groups: [north, south]\n"
		"      supervises: [north]\n"
		"      skills: [Czech=100, Billing]\n"
		"  links:\n"
		"    - {name: m1, host: localhost, port: 2775, system-id: sotto, window: 100, "
		"response-timeout: 3600, carrier: big, alphabet: latin1, data-coding: 3, country: "
		"cz, receipt-ids: "
		"hex-to-decimal, receipts: texts, bind: transmitter+receiver}\n"
		"    - {name: m2, host: localhost, port: 2775}\n"
		"  queues:\n"
		"    - {name: q, number: '+4205000', link: m1}\n");
	assert_string_equal(c->listen_host, "::1");
	assert_int_equal(c->listen_port, 0);
	assert_string_equal(c->external_url, "https://sms.example.org/x/api/v2");
	assert_string_equal(c->log_level, "debug");
	assert_true(c->always200);
	static const struct config_assignment assigned[] = {{"sam", "q", ASSIGNED_QUEUE, 0},
		{"sam", "north", ASSIGNED_MEMBER, 0}, {"sam", "south", ASSIGNED_MEMBER, 0},
		{"sam", "north", ASSIGNED_SUPERVISOR, 0}, {"sam", "Czech", ASSIGNED_SKILL, 100},
		{"sam", "Billing", ASSIGNED_SKILL, 0}};
	assert_int_equal(c->assignments_count, 6);
	for (size_t i = 0; i < 6; i++) {
		assert_string_equal(c->assignments[i].user, assigned[i].user);
		assert_string_equal(c->assignments[i].thing, assigned[i].thing);
		assert_int_equal(c->assignments[i].kind, assigned[i].kind);
		assert_int_equal(c->assignments[i].level, assigned[i].level);
	}
	assert_string_equal(c->csrf, "off");
	assert_int_equal(c->origins_count, 2);
	assert_string_equal(c->origins[0], "https://desk.example.org");
	assert_string_equal(c->origins[1], "http://[::1]:8081");
	assert_int_equal(c->hash_memory_kib, 8);
	assert_int_equal(c->grid_ms, 100);
	assert_int_equal(c->trusted_proxies_count, 3);
	assert_int_equal(c->trusted_proxies[0].bits, 128);
	assert_int_equal(c->trusted_proxies[1].bits, 104);
	assert_int_equal(c->trusted_proxies[2].ip.at[15], 1);
	assert_true(str_is(c->centre.name, "Čen trum"));
	assert_int_equal(c->centre.capacity, 1000);
	assert_int_equal(c->centre.state_after_login, AGENT_READY);
	assert_int_equal(c->centre.on_logout, LOGOUT_KEEP);
	assert_int_equal(c->centre.lost_after, 1000);
	assert_int_equal(c->centre.reject_wait, 0);
	assert_true(str_is(c->centre.stop_words, "NEIN\ngo away\nSTOPPE\nAVMELD\nSLUTT\n"));
	assert_true(str_is(c->centre.help_reply, "help yourself"));
	assert_int_equal(c->centre.multimedia, 0);
	assert_int_equal(c->settings[SETTING_REPEAT_MAX], 10);
	assert_int_equal(c->settings[SETTING_PLAIN_QUOTES], 1);
	assert_int_equal(c->settings[SETTING_OPTOUT_SCOPE], OPTOUT_OF_NUMBER);
	assert_int_equal(c->settings[SETTING_JOIN_WAIT], 60000);
	assert_int_equal(c->settings[SETTING_RESET_WINDOW], 0);
	assert_string_equal(c->links[0].carrier, "big");
	assert_string_equal(c->links[1].carrier, "");
	assert_int_equal(c->links[0].settings[SETTING_ALPHABET], 1);
	assert_int_equal(c->links[0].settings[SETTING_DATA_CODING], 3);
	assert_int_equal(c->links[0].settings[SETTING_COUNTRY], 420);
	assert_int_equal(c->links[0].settings[SETTING_RECEIPT_IDS], 1);
	assert_int_equal(c->links[0].settings[SETTING_RECEIPTS], RECEIPTS_FOR_TEXTS);
	assert_int_equal(c->settings[SETTING_AUTO_ACCEPT], 1);
	assert_int_equal(c->settings[SETTING_PRIVATE], 1);
	assert_int_equal(c->settings[SETTING_DISCLOSE_MONITOR], 1);
	assert_int_equal(c->settings[SETTING_DISCLOSE_COACH], 1);
	assert_int_equal(c->settings[SETTING_DISCLOSE_BARGE_IN], 1);
	assert_int_equal(c->settings[SETTING_DISCLOSE_TAKE_OVER], 1);
	assert_int_equal(c->users_count, 2);
	assert_string_equal(c->users[0].roles[0], "agent");
	assert_string_equal(c->users[0].channels[0], "smssession");
	assert_null(c->users[0].password_hash);
	assert_int_equal(c->users[1].roles_count, 2);
	assert_int_equal(c->users[1].channels_count, 0);
	assert_null(c->users[1].password);
	assert_int_equal(c->links[0].port, 2775);
	assert_int_equal(c->links[0].window, 100);
	assert_int_equal(c->links[0].settings[SETTING_RESPONSE_TIMEOUT], 3600000);
	assert_int_equal(c->links[1].window, 10);
	assert_int_equal(c->links[1].settings[SETTING_RESPONSE_TIMEOUT], 60000);
	assert_string_equal(c->queues[0].number, "+4205000");
	assert_int_equal(c->rules_count, 4);
	assert_true(str_is(c->rules[0].name, "law") && c->rules[0].kind == RULE_WORDS);
	assert_true(str_is(c->rules[0].words, "lawyer\nlegal action\n"));
	assert_int_equal(c->rules[0].texts, RULE_OF_AGENT);
	assert_int_equal(c->rules[1].texts, RULE_OF_BOTH);
	assert_true(c->rules[2].kind == RULE_REPLY && c->rules[2].after == 86400000);
	assert_int_equal(c->rules[3].kind, RULE_UNDELIVERED);
	config_free(&c);
}

#define BOOT  "bootstrap:\n"
#define USERS BOOT "  users:\n"
#define RULES BOOT "  supervision:\n    rules:\n"
#define LINKS BOOT "  links:\n    - {name: m1, host: h, port: 1}\n"

static const struct {
	const char *text, *why;
} bad[] = {
	{"listen: 127.0.0.1:1\nlistn: x\n", "f:2: Unexpected key: listn"},
	{"http:\n  connections-max: 5\n  prt: 3\n", "f:3: Unexpected key: prt"},
	{"http:\n  connections-max: 5\n\n\napi:\n  connections-max: 5\n",
		"f:6: Unexpected key: connections-max"},
	{"\nlisten: 127.0.0.1\n", "f:2: listen: '127.0.0.1' is not HOST:PORT"},
	{"listen: h:65536\n", "f:1: listen, port: 65536 is not between 0 and 65535"},
	{"# c\nlisten: h:x\n", "f:2: listen, port: 'x' is not a whole number"},
	{"external-url: ftp://x/api/v2\n",
		"f:1: external-url: 'ftp://x/api/v2' is not http[s]://HOST[:PORT][/PATH]/api/v2"},
	{"external-url: http://x/api\n",
		"f:1: external-url: 'http://x/api' is not http[s]://HOST[:PORT][/PATH]/api/v2"},
	{"gate:\n  grid: 101\n", "f:2: gate.grid: 101 is not between 0 and 100"},
	{"log:\n  level: loud\n", "f:2: log.level: 'loud' is not error, warn, info or debug"},
	{"bootstrap:\n  users:\n    - {name: ana, password: a, queues: [sales]}\n",
		"f:3: user 'ana': queues: there is no queue 'sales'"},
	{"bootstrap:\n  users:\n    - {name: ana, password: a, skills: [Czech=101]}\n",
		"f:3: user 'ana': skills: 'Czech=101' is not NAME or NAME=LEVEL, 0 to 100"},
	{"bootstrap:\n  users:\n    - {name: ana, password: a, change-password: soon}\n",
		"f:3: user 'ana': change-password: 'soon' is not yes or no"},
	{"api:\n  always200: maybe\n", "f:2: api.always200: 'maybe' is not yes or no"},
	{"api:\n  external-url: http://x/api/v1\n", "f:2: api.external-url: 'http://x/api/v1' is "
						    "not http[s]://HOST[:PORT][/PATH]/api/v2"},
	{"external-url: http://x/api/v2\napi: {external-url: http://x/api/v2}\n",
		"f:2: external-url: api.external-url is there as well"},
	{"security:\n  csrf: both\n", "f:2: security.csrf: 'both' is not origin, token or off"},
	{"http:\n  connections-max: -1\n", "f:2: http.connections-max: '-1' is not a whole number"},
	{"http:\n  connections-max: 0\n",
		"f:2: http.connections-max: 0 is not between 1 and 18000"},
	{"http:\n  connections-max: 18001\n",
		"f:2: http.connections-max: 18001 is not between 1 and 18000"},
	{"http:\n  trusted-proxies:\n    - 10.0.0.1\n    - proxy.example.org\n",
		"f:4: http.trusted-proxies: 'proxy.example.org' is no address and no block of them "
		"(as 10.0.0.0/8 or fd00::/8)"},
	{"http:\n  trusted-proxies: [10.0.0.0/33]\n",
		"f:2: http.trusted-proxies: '10.0.0.0/33' is no address and no block of them "
		"(as 10.0.0.0/8 or fd00::/8)"},
	{"http:\n  trusted-proxies: 10.0.0.1\n",
		"f:2: a list is expected here (without entries, leave its key out as well)"},
	{"http:\napi:\n  always200: yes\n",
		"f:1: keys are expected below this one (without any, leave it out as well)"},
	{"http: [1]\n", "f:1: keys are expected here, not a list"},
	{"listen: [1]\n",
		"f:1: one value is expected here, not a list (a value that begins with [ stands in "
		"quotes)"},
	{USERS "    name: x\n", "f:3: a list is expected here, not keys"},
	{"api: {}\nlisten: h:1\nlisten: h:2\n", "f:3: Mapping field already seen: listen"},
	{"listen: h:1\n\tapi: {}\n",
		"f:2: libyaml: found a tab character that violates indentation"},
	{"data-dir: a\x01\n", "f:1: libyaml: control characters are not allowed"},
	{"data-dir: /a\n---\ndata-dir: /b\n", "f:2: Ignoring documents after first in stream"},
	{BOOT "  agents:\n    capacity: 0\n",
		"f:3: bootstrap.agents.capacity: 0 is not between 1 and 1000"},
	{BOOT "  agents:\n    capacity: 1001\n",
		"f:3: bootstrap.agents.capacity: 1001 is not between 1 and 1000"},
	{BOOT "  agents:\n    on-logout: drop\n",
		"f:3: bootstrap.agents.on-logout: 'drop' is not requeue or keep"},
	{BOOT "  agents:\n    state-after-login: LoggedOut\n",
		"f:3: bootstrap.agents.state-after-login: 'LoggedOut' is not NotReady or Ready"},
	{BOOT "  smpp:\n    receive-window: 9\n",
		"f:3: bootstrap.smpp.receive-window: 9 is not between 10 and 1000"},
	{BOOT "  sms:\n    stop-words:\n      - NO\n      - ''\n",
		"f:5: bootstrap.sms.stop-words: '' is no word and no phrase"},
	{BOOT "  sms:\n    languages:\n      - xx\n",
		"f:4: bootstrap.sms.languages: no words of 'xx' are known"},
	{BOOT "  sms:\n    repeat-max: 11\n",
		"f:3: bootstrap.sms.repeat-max: 11 is not between 0 and 10"},
	{RULES "      - words: [x]\n", "f:4: rule 1 has no name"},
	{RULES "      - {name: ' a', words: [x]}\n",
		"f:4: rule ' a': the name begins or ends with a space"},
	{RULES "      - name: a\n", "f:4: rule 'a': it needs one of words, reply-after and "
				    "undelivered: yes"},
	{RULES "      - {name: a, words: [x], reply-after: 1}\n",
		"f:4: rule 'a': it needs one of words, reply-after and undelivered: yes"},
	{RULES "      - {name: a, undelivered: no}\n",
		"f:4: rule 'a': it needs one of words, reply-after and undelivered: yes"},
	{RULES "      - {name: a, undelivered: maybe}\n",
		"f:4: rule 'a': undelivered: 'maybe' is not yes or no"},
	{RULES "      - {name: a, words: [x], texts: mine}\n",
		"f:4: rule 'a': texts: 'mine' is not customer, agent or both"},
	{RULES "      - {name: a, reply-after: 9, texts: agent}\n",
		"f:4: rule 'a': texts: it has no words"},
	{RULES "      - {name: a, words: ['...']}\n",
		"f:4: rule 'a': '...' is no word and no phrase of up to 64 characters"},
	{RULES "      - name: a\n        reply-after: 0\n",
		"f:5: rule 'a': reply-after: 0 is not between 1 and 86400"},
	{RULES "      - name: a\n        reply-after: 86401\n",
		"f:5: rule 'a': reply-after: 86401 is not between 1 and 86400"},
	{RULES "      - {name: a, reply-after: 1}\n      - {name: a, undelivered: yes}\n",
		"f:5: rule 'a' is there already"},
	{BOOT "  centre: ' x'\n", "f:2: bootstrap.centre: ' x' begins or ends with a space"},
	{BOOT "  centre: \"\\u3164\"\n",
		"f:2: bootstrap.centre: '\u3164' has no character that can be seen"},
	{USERS "    - name: ana\n      password: x\n    - name: ben\n      roles: [agent]\n",
		"f:5: user 'ben' has neither password nor password-hash"},
	{USERS "    - name: ana\n      password: x\n    - password: y\n",
		"f:5: user 2 has no name"},
	{USERS "    - name: ana\n      password: x\n      password-hash: y\n",
		"f:5: user 'ana' has both password and password-hash"},
	{USERS "    - name: ana\n      password-hash: y\n",
		"f:4: user 'ana': password-hash is no argon2id string ($argon2id$v=19$m=...)"},
	{USERS "    - name: ana\n      password: ''\n", "f:4: user 'ana': the password is empty"},
	{USERS "    - name: ana\n      password: x\n      roles:\n        - agent\n        - "
	       "boss\n",
		"f:7: user 'ana': 'boss' is no role (agent, supervisor, admin, auditor, "
		"integrator)"},
	{USERS "    - {name: crm, password: x, roles: [integrator, agent]}\n",
		"f:3: user 'crm': the role integrator goes with no other role"},
	{USERS "    - name: ana\n      password: x\n      sms: mabye\n",
		"f:5: user 'ana': sms: 'mabye' is not yes or no"},
	{USERS "    - {name: ana, password: x}\n    - {name: ben, password: x}\n"
	       "    - {name: ana, password: x}\n    - {name: ben, password: x}\n",
		"f:5: user 'ana' is there already"},
	{USERS "    - {name: 'a:b', password: x}\n", "f:3: user 'a:b': the name has one of : / ? "
						     "#, which cannot stand in a login or a path"},
	{USERS "    - {name: 0123456789abcdef0123456789abcdef, password: x}\n",
		"f:3: user '0123456789abcdef0123456789abcdef': the name looks like a user id (32 "
		"hexadecimal digits)"},
	{BOOT "  links:\n    - name: m1\n      host: h\n", "f:3: link 'm1' has no port"},
	{BOOT "  links:\n    - name: m1\n      host: h\n      port: 0\n",
		"f:5: link 'm1': port: 0 is not between 1 and 65535"},
	{BOOT "  links:\n    - name: m1\n      host: h\n      port: 1\n      password: "
	      "'12345678901234567890123456789012345678901234567890123456789012345'\n",
		"f:6: link 'm1': password is longer than 64 characters"},
	{BOOT "  links:\n    - name: m1\n      host: h\n      port: 1\n      window: 101\n",
		"f:6: link 'm1': window: 101 is not between 1 and 100"},
	{BOOT "  links:\n    - name: m1\n      host: h\n      port: 1\n      response-timeout: "
	      "0\n",
		"f:6: link 'm1': response-timeout: 0 is not between 1 and 3600"},
	{BOOT "  links:\n    - name: m1\n      host: h\n      port: 1\n      response-timeout: "
	      "3601\n",
		"f:6: link 'm1': response-timeout: 3601 is not between 1 and 3600"},
	{BOOT "  links:\n    - name: m1\n      host: h\n      port: 1\n      alphabet: utf8\n",
		"f:6: link 'm1': alphabet: utf8 is not gsm7, latin1 or ascii"},
	{BOOT "  links:\n    - name: m1\n      host: h\n      port: 1\n      data-coding: 256\n",
		"f:6: link 'm1': data-coding: 256 is not between 0 and 255"},
	{BOOT "  links:\n    - name: m1\n      host: h\n      port: 1\n      country: XX\n",
		"f:6: link 'm1': country: XX is not a country: two letters or its calling code"},
	{BOOT "  links:\n    - name: m1\n      host: h\n      port: 1\n      carrier: ' x'\n",
		"f:6: link 'm1': the carrier begins or ends with a space"},
	{BOOT "  links:\n    - name: m1\n      host: h\n      port: 1\n      bind: both\n",
		"f:6: link 'm1': bind: both is not transceiver or transmitter+receiver"},
	{LINKS "    - {name: m1, host: h, port: 1}\n", "f:4: link 'm1' is there already"},
	{LINKS "  queues:\n    - name: q\n      number: '1'\n      link: m2\n",
		"f:7: queue 'q': there is no link 'm2'"},
	{LINKS "  queues:\n    - name: q\n      number: '1'\n      link: m1\n    - name: q\n"
	       "      number: '2'\n      link: m1\n",
		"f:8: queue 'q' is there already"},
	{LINKS "  queues:\n    - {name: q, number: '1', link: m1}\n    - {name: r, number: '1', "
	       "link: m1}\n",
		"f:6: queue 'r': another queue has the number '1'"},
	{LINKS "  queues:\n    - {name: q, number: '+420800000100', link: m1}\n"
	       "    - {name: r, number: '00420800000100', link: m1}\n",
		"f:6: queue 'r': another queue has the number '00420800000100'"},
	{LINKS "  queues:\n    - {name: q, number: '1-2', link: m1}\n",
		"f:5: queue 'q': the number '1-2' is no number (digits, perhaps + in front) and no "
		"name "
		"(with letters)"},
};

static void a_bad_file_is_refused_with_its_line_and_the_reason(void **state)
{
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct config *config = NULL;
		struct buf why = {0};
		assert_int_not_equal(
			config_parse(STR("f"), str_of(bad[i].text), &config, &why), OK);
		assert_null(config);
		buf_put_byte(&why, '\0');
		assert_string_equal(why.at, bad[i].why);
		buf_free(&why);
	}
}

/* So many rules, words of the first, letters of its first word. */
static bool takes_rules(unsigned rules, unsigned words, unsigned letters)
{
	struct buf text = {0}, why = {0};
	struct config *config = NULL;
	buf_puts(&text, RULES);
	for (unsigned i = 0; i < rules; i++) {
		buf_printf(&text, "      - {name: r%u, words: [", i);
		for (unsigned k = 0; k < letters; k++)
			buf_put_byte(&text, 'x');
		for (unsigned k = 1; i == 0 && k < words; k++)
			buf_puts(&text, ", y");
		buf_puts(&text, "]}\n");
	}
	bool is_taken = config_parse(STR("f"), buf_str(&text), &config, &why) == OK;
	config_free(&config);
	buf_free(&text);
	buf_free(&why);
	return is_taken;
}

static void rules_are_bounded(void **state)
{
	assert_true(takes_rules(63, 1, 1) && takes_rules(64, 1, 1));
	assert_false(takes_rules(65, 1, 1));
	assert_true(takes_rules(1, 255, 1) && takes_rules(1, 256, 1));
	assert_false(takes_rules(1, 257, 1));
	assert_true(takes_rules(1, 1, 63) && takes_rules(1, 1, 64));
	assert_false(takes_rules(1, 1, 65));
}

static void the_line_is_right_in_a_long_file_too(void **state)
{
	for (unsigned line = 60; line < 330; line += 63) {
		struct buf text = {0}, why = {0};
		struct config *config = NULL;
		buf_puts(&text, USERS);
		for (unsigned i = 3; i <= 400; i++)
			buf_printf(&text, "    - {name: u%u, password: %s}\n", i,
				i == line ? "''" : "x");
		assert_int_not_equal(config_parse(STR("f"), buf_str(&text), &config, &why), OK);
		buf_put_byte(&why, '\0');
		char expected[64];
		snprintf(expected, sizeof expected, "f:%u: user 'u%u': the password is empty", line,
			line);
		assert_string_equal(why.at, expected);
		buf_free(&text);
		buf_free(&why);
	}
}

static void as_many_proxies_are_taken_as_are_allowed(void **state)
{
	for (unsigned n = HTTP_PROXIES_MAX - 1; n <= HTTP_PROXIES_MAX + 1; n++) {
		struct buf text = {0}, why = {0};
		struct config *config = NULL;
		buf_puts(&text, "http:\n  trusted-proxies:\n");
		for (unsigned i = 0; i < n; i++)
			buf_printf(&text, "    - 10.0.0.%u\n", i);
		enum err e = config_parse(STR("f"), buf_str(&text), &config, &why);
		assert_int_equal(e == OK, n <= HTTP_PROXIES_MAX);
		if (e != OK)
			assert_true(
				str_is(buf_str(&why), "f:67: http.trusted-proxies: more than 64"));
		config_free(&config);
		buf_free(&text);
		buf_free(&why);
	}
}

static void a_file_that_is_not_there_is_refused(void **state)
{
	struct config *config = NULL;
	struct buf why = {0};
	assert_int_equal(config_read(STR("/nowhere/f.yaml"), &config, &why), ERR_NOT_FOUND);
	assert_true(str_is(buf_str(&why), "/nowhere/f.yaml: No such file or directory"));
	buf_free(&why);
}

static void a_file_is_read_and_named(void **state)
{
	char name[] = "/tmp/sotto-config-XXXXXX";
	int fd = mkstemp(name);
	assert_int_not_equal(fd, -1);
	assert_int_equal(write(fd, "x: 1\n", 5), 5);
	close(fd);
	struct config *config = NULL;
	struct buf why = {0}, expected = {0};
	assert_int_not_equal(config_read(str_of(name), &config, &why), OK);
	buf_printf(&expected, "%s:1: Unexpected key: x", name);
	assert_true(str_eq(buf_str(&why), buf_str(&expected)));
	buf_free(&why);
	buf_free(&expected);
	unlink(name);
}

static void names_are_checked_at_their_limits(void **state)
{
	char name[66];
	memset(name, 'x', sizeof name);
	assert_null(names_wrong_user(str_from(name, 63)));
	assert_null(names_wrong_user(str_from(name, 64)));
	assert_non_null(names_wrong_user(str_from(name, 65)));
	assert_non_null(names_wrong_user(STR("")));
	assert_null(names_wrong_person(STR("")));
	assert_null(names_wrong_number(STR("12345678901234567890")));
	assert_non_null(names_wrong_number(STR("123456789012345678901")));
	assert_non_null(names_wrong_number(STR("+")));
	assert_non_null(names_wrong_number(STR("1+2")));
	assert_null(names_wrong_number(STR("SHOP")));
}

static void an_origin_is_as_browsers_send_it(void **state)
{
	static const struct {
		const char *origin;
		bool is_fine;
	} rows[] = {{"https://a", true}, {"http://a:8080", true}, {"https://a.example:80", true},
		{"*", false}, {"https://*.example", false}, {"a.example", false},
		{"https://a/", false}, {"https://a/b", false}, {"https://A", false},
		{"https://a:443", false}, {"http://a:80", false}, {"ws://a", false},
		{"https://", false}, {"null", false}, {"https://a,https://b", false},
		{"https://u@a", false}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf text = {0}, why = {0};
		struct config *config = NULL;
		buf_printf(&text, "security:\n  cors-origins: ['%s']\n", rows[i].origin);
		enum err e = config_parse(STR("f"), buf_str(&text), &config, &why);
		assert_int_equal(e, rows[i].is_fine ? OK : ERR_RANGE);
		assert_true(rows[i].is_fine ||
			    str_starts(buf_str(&why), STR("f:2: security.cors-origins: '")));
		config_free(&config);
		buf_free(&text);
		buf_free(&why);
	}
}

static void sixty_four_origins_are_enough(void **state)
{
	for (int count = 63; count <= 65; count++) {
		struct buf text = {0}, why = {0};
		struct config *config = NULL;
		buf_puts(&text, "security:\n  cors-origins:\n");
		for (int i = 0; i < count; i++)
			buf_printf(&text, "    - https://a%d\n", i);
		assert_int_equal(config_parse(STR("f"), buf_str(&text), &config, &why),
			count <= 64 ? OK : ERR_RANGE);
		config_free(&config);
		buf_free(&text);
		buf_free(&why);
	}
}

/* --- providers of texts over HTTP */

#define PROVIDER "providers:\n  - name: p\n    send: {path: '/{user}', body: '{text}', id: id"
#define SIGNED   "    signature: {header: X-S, over: '{body}'}\n"
#define RECEIVE  "    receive: {from: f, to: t, text: b, id: i}\n"
#define WHOLE    PROVIDER "}\n" SIGNED RECEIVE
#define TO_P     "bootstrap:\n  links:\n    - {name: l, host: h, port: 443, provider: p, secret: s"

static void assert_wrong(const char *text, const char *reason)
{
	struct config *config = NULL;
	struct buf why = {0};
	assert_int_equal(config_parse(STR("f"), str_of(text), &config, &why), ERR_RANGE);
	buf_put_byte(&why, '\0');
	if (!strstr(why.at, reason))
		fail_msg("%s", why.at);
	buf_free(&why);
}

static void a_provider_is_data(void **state)
{
	struct config *c = good(
		PROVIDER ", type: form, headers: ['A: {basic}'], key-header: K}\n"
			 "    authorities: /ca.pem\n"
			 "    signature: {header: X-S, over: '{time}{body}', algorithm: "
			 "hmac-sha512, encoding: "
			 "base64, prefix: v1=, time-header: X-T, nonce-header: X-N, window: 3600}\n"
			 "    receive: {type: form, from: f, to: t, text: b, id: i, receipt-id: r, "
			 "state: s, "
			 "delivered: [a, b], failed: [c]}\n" TO_P ", tls: no}\n");
	const struct provider_format *p = c->providers;
	assert_int_equal(c->providers_count, 1);
	assert_true(str_is(p->name, "p") && str_is(p->send.path, "/{user}"));
	assert_int_equal(p->send.coding, PROVIDER_FORM);
	assert_int_equal(p->send.headers.count, 1);
	assert_true(str_is(p->send.key_header, "K"));
	assert_int_equal(p->signature.digest, PROVIDER_SHA512);
	assert_int_equal(p->signature.letters, PROVIDER_BASE64);
	assert_int_equal(p->signature.window, 3600000);
	assert_int_equal(p->receive.delivered.count, 2);
	assert_string_equal(p->receive.failed.at[0], "c");
	assert_string_equal(p->authorities, "/ca.pem");
	assert_string_equal(c->links[0].provider, "p");
	assert_string_equal(c->links[0].secret, "s");
	assert_int_equal(c->links[0].settings[SETTING_TLS], 0);
	config_free(&c);
	c = good(WHOLE TO_P "}\n");
	assert_int_equal(c->links[0].settings[SETTING_TLS], 1);
	assert_int_equal(c->providers[0].signature.window, 300000);
	assert_int_equal(c->providers[0].send.key_header.len, 0);
	config_free(&c);
}

static void what_a_provider_lacks_is_said(void **state)
{
	assert_wrong("providers:\n  - authorities: x\n", "provider 1 has no name");
	assert_wrong("providers:\n  - name: p\n", "provider 'p' has no send.path");
	assert_wrong(PROVIDER "}\n" SIGNED, "provider 'p' has no receive.from");
	assert_wrong(PROVIDER "}\n" RECEIVE, "provider 'p' has no signature.header");
	assert_wrong(WHOLE "  - name: p\n    send: {path: /, body: x, id: id}\n" SIGNED RECEIVE,
		"provider 'p' is there already");
	assert_wrong("providers:\n  - name: p\n    send: {path: '/{usr}'}\n",
		"provider 'p': send.path: there is no {usr} to put in");
	assert_wrong(PROVIDER "}\n    signature: {header: X-S, over: '{text}'}\n" RECEIVE,
		"signature.over: there is no {text} to put in");
	assert_wrong(PROVIDER ", headers: [nothing]}\n" SIGNED RECEIVE,
		"send.headers: 'nothing' is not NAME: VALUE");
	assert_wrong(PROVIDER ", headers: [\"A: b\\r\\nC: d\"]}\n" SIGNED RECEIVE,
		"send.headers: 'A: b");
	assert_wrong(
		PROVIDER ", type: xml}\n" SIGNED RECEIVE, "send.type: 'xml' is not json or form");
	assert_wrong(PROVIDER "}\n    signature: {header: X-S, over: x, window: 0}\n" RECEIVE,
		"signature.window: 0 is not between 1 and 3600");
	assert_wrong(PROVIDER "}\n    signature: {header: X-S, over: x, window: 3601}\n" RECEIVE,
		"signature.window: 3601 is not between 1 and 3600");
}

static void a_link_says_which_provider_it_goes_to(void **state)
{
	assert_wrong(TO_P "}\n", "link 'l': there is no provider 'p'");
	assert_wrong(WHOLE "bootstrap:\n  links:\n    - {name: l, host: h, port: 1, provider: p}\n",
		"link 'l' has no secret");
	assert_wrong(WHOLE
		"bootstrap:\n  links:\n    - {name: l/m, host: h, port: 1, provider: p}\n",
		"link 'l/m': its name stands in a URL");
	assert_wrong(WHOLE TO_P ", password: \"a\\nb\"}\n", "plain characters");
	assert_wrong("bootstrap:\n  links:\n    - {name: l, host: h, port: 1, tls: yes}\n",
		"secret and tls are for links with a provider");
	struct buf token = {0};
	for (int i = 0; i < 4097; i++)
		buf_put_byte(&token, 't');
	for (size_t len = 4095; len <= 4097; len++) {
		struct buf text = {0}, why = {0};
		struct config *config = NULL;
		buf_printf(&text, WHOLE TO_P ", password: %.*s}\n", (int)len, token.at);
		assert_int_equal(config_parse(STR("f"), buf_str(&text), &config, &why),
			len <= 4096 ? OK : ERR_RANGE);
		config_free(&config);
		buf_free(&text);
		buf_free(&why);
	}
	buf_free(&token);
}

static void the_providers_that_are_documented_are_understood(void **state)
{
	char path[512];
	struct config *config = NULL;
	struct buf why = {0};
	snprintf(path, sizeof path, "%s/doc/providers.yaml", getenv("SOTTO_SOURCES"));
	if (config_read(str_of(path), &config, &why))
		fail_msg("%.*s", STR_ARGS(buf_str(&why)));
	assert_int_equal(config->providers_count, 2);
	config_free(&config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_file_gives_the_defaults),
		cmocka_unit_test(a_whole_file_is_understood),
		cmocka_unit_test(an_origin_is_as_browsers_send_it),
		cmocka_unit_test(sixty_four_origins_are_enough),
		cmocka_unit_test(a_bad_file_is_refused_with_its_line_and_the_reason),
		cmocka_unit_test(rules_are_bounded),
		cmocka_unit_test(the_line_is_right_in_a_long_file_too),
		cmocka_unit_test(as_many_proxies_are_taken_as_are_allowed),
		cmocka_unit_test(a_file_that_is_not_there_is_refused),
		cmocka_unit_test(a_file_is_read_and_named),
		cmocka_unit_test(names_are_checked_at_their_limits),
		cmocka_unit_test(a_provider_is_data),
		cmocka_unit_test(what_a_provider_lacks_is_said),
		cmocka_unit_test(a_link_says_which_provider_it_goes_to),
		cmocka_unit_test(the_providers_that_are_documented_are_understood),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

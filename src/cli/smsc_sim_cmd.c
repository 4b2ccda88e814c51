/* smsc_sim_cmd.c - runs the simulated SMSC in the foreground; prints each text; reads lines. */
#include "cli/smsc_sim_cmd.h"
#include "base/log.h"
#include "base/utf8.h"
#include "cli/cli.h"
#include "cli/cli_options.h"
#include "cli/input_lines.h"
#include "net/net_uv.h"
#include "smsc/smsc_sim.h"

#include <signal.h>
#include <stdio.h>

#define CUSTOMERS_MAX    100000
#define PHONE_DIGITS_MAX 20
/* SMPP 3.4, 4.1.1. */
#define SYSTEM_ID_MAX 15
#define PASSWORD_MAX  8

struct run {
	struct net *net;
	struct smsc_sim *sim;
	struct input_lines *input;
};

static const struct smsc_sim_settings defaults = {
	.host = {"127.0.0.1", 9},
	.port = 2775,
	.seed = 1,
	.customers = 5,
	.number = {"+420800000100", 13},
	.first_text_ms = 1000,
	.pause_least_ms = 15000,
	.pause_most_ms = 45000,
	.reply_least_ms = 3000,
	.reply_most_ms = 10000,
	.receipt_ms = 1500,
};

/* --- the command line ---------------------------------------------------------------------- */

static bool read_unsigned(const char *text, uint64_t most, unsigned *out)
{
	uint64_t n;
	if (!str_u64(str_of(text), &n) || n > most)
		return false;
	*out = (unsigned)n;
	return true;
}

/* The options as they were typed; NULL: the default. */
struct words {
	const char *host, *port, *system_id, *password, *seed, *customers, *number;
	bool is_verbose;
};

static bool are_digits(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.at[i] < '0' || s.at[i] > '9')
			return false;
	return s.len > 0;
}

static struct str without_plus(struct str number)
{
	return str_starts(number, STR("+")) ? str_skip(number, 1) : number;
}

/* Customers write to it. Its plus is one of its characters. */
static bool is_service_number(struct str number)
{
	return number.len <= PHONE_DIGITS_MAX && are_digits(without_plus(number));
}

static void take_text(struct str *to, const char *word)
{
	if (word)
		*to = str_of(word);
}

/* What is wrong, to be followed by the value; NULL: nothing. */
static const char *take(
	const struct words *words, struct smsc_sim_settings *sim, const char **value)
{
	take_text(&sim->host, words->host);
	take_text(&sim->system_id, words->system_id);
	take_text(&sim->password, words->password);
	take_text(&sim->number, words->number);
	const struct {
		const char *word;
		bool is_fine;
		const char *wrong;
	} all[] = {
		{words->host, sim->host.len > 0, "not a host: "},
		{words->port, !words->port || read_unsigned(words->port, 65535, &sim->port),
			"not a port: "},
		{words->system_id, sim->system_id.len <= SYSTEM_ID_MAX, "longer than 15: "},
		{words->password, sim->password.len <= PASSWORD_MAX, "longer than 8: "},
		{words->seed, !words->seed || str_u64(str_of(words->seed), &sim->seed),
			"not a number: "},
		{words->customers,
			!words->customers ||
				read_unsigned(words->customers, CUSTOMERS_MAX, &sim->customers),
			"not a number of customers up to 100000: "},
		{words->number, is_service_number(sim->number), "not a service number: "},
	};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		*value = all[i].word;
		if (!all[i].is_fine)
			return all[i].wrong;
	}
	return NULL;
}

/* --- texts --------------------------------------------------------------------------------- */

/* Texts are of strangers: a control character in one must not steer the terminal. */
static void print_safely(struct str text)
{
	struct buf out = {0};
	uint32_t code;
	while (text.len && utf8_next(&text, &code))
		utf8_put(&out, code < 0x20 || (code >= 0x7F && code < 0xA0) ? ' ' : code);
	fwrite(out.at, 1, out.len, stdout);
	buf_free(&out);
}

static void on_text(void *ctx, bool from_customer, struct str phone, struct str text)
{
	fputs(from_customer ? "from " : "to   ", stdout);
	print_safely(phone);
	fputs(": ", stdout);
	print_safely(text);
	putchar('\n');
	fflush(stdout);
}

static bool is_phone(struct str s)
{
	struct str digits = without_plus(s);
	return digits.len <= PHONE_DIGITS_MAX && are_digits(digits);
}

static void on_line(void *ctx, struct str line)
{
	struct run *run = ctx;
	struct str phone = str_cut(&line, ' ');
	if (is_phone(phone))
		smsc_sim_write(run->sim, phone, line);
	else if (phone.len)
		fprintf(stderr, "sotto smsc-sim: not of the form `PHONE text...`\n");
}

static void on_signal(void *ctx, int signal)
{
	net_uv_stop(ctx);
}

/* Until a signal; the end of standard input ends nothing. */
static int serve(struct run *run, const struct smsc_sim_settings *settings)
{
	if (smsc_sim_new(run->net, settings, &run->sim) != OK) {
		fprintf(stderr, "sotto smsc-sim: cannot listen on %.*s:%u\n",
			STR_ARGS(settings->host), settings->port);
		return 1;
	}
	net_uv_on_signal(run->net, SIGINT, on_signal, run->net);
	net_uv_on_signal(run->net, SIGTERM, on_signal, run->net);
	printf("listening %.*s:%u\n", STR_ARGS(settings->host), smsc_sim_port(run->sim));
	fflush(stdout);
	run->input = input_lines_new(run->net, on_line, run);
	net_uv_run(run->net);
	input_lines_free(&run->input);
	smsc_sim_free(&run->sim);
	return 0;
}

int smsc_sim_cmd(int argc, char **argv)
{
	struct words typed = {0};
	struct smsc_sim_settings sim = defaults;
	const struct cli_option options[] = {
		{"--host", "HOST", "to listen on (default 127.0.0.1)", &typed.host, NULL},
		{"--port", "PORT", "0: any free one (default 2775)", &typed.port, NULL},
		{"--system-id", "ID", "demanded from the peer (default: any)", &typed.system_id,
			NULL},
		{"--password", "PASSWORD", "demanded from the peer (default: any)", &typed.password,
			NULL},
		{"--seed", "N", "what the customers do follows from it (default 1)", &typed.seed,
			NULL},
		{"--customers", "N", "simulated ones (default 5; 0: only standard input)",
			&typed.customers, NULL},
		{"--number", "NUMBER", "service number they write to (default +420800000100)",
			&typed.number, NULL},
		{"--verbose", NULL, "log more", NULL, &typed.is_verbose},
		{0},
	};
	const struct cli_syntax syntax = {"smsc-sim [OPTIONS]",
		"An SMSC (SMPP 3.4) on a TCP port with simulated customers, who write to the "
		"service\n"
		"number of whoever binds as transceiver. Prints each text. Lines on standard input "
		"of\n"
		"the form `PHONE text...` are sent as texts of that customer.\n",
		options, 0};
	const char *words[CLI_WORDS_MAX], *value;
	int code;
	if (!cli_parse(argc, argv, &syntax, words, &code))
		return code;
	const char *wrong = take(&typed, &sim, &value);
	if (wrong)
		return cli_wrong(&syntax, wrong, value);
	if (typed.is_verbose)
		log_to(LOG_DEBUG);
	sim.on_text = on_text;
	struct run run = {.net = net_uv_new()};
	code = serve(&run, &sim);
	net_uv_free(&run.net);
	return code;
}

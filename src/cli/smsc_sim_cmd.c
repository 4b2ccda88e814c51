/* smsc_sim_cmd.c - runs the simulated SMSC in the foreground; prints each text; reads lines. */
#include "cli/smsc_sim_cmd.h"
#include "base/log.h"
#include "base/utf8.h"
#include "cli/input_lines.h"
#include "net/net_uv.h"
#include "smsc/smsc_sim.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>

#define CUSTOMERS_MAX    100000
#define PHONE_DIGITS_MAX 20

struct command_line {
	struct smsc_sim_settings sim;
	bool is_verbose, wants_help;
};

struct run {
	struct net *net;
	struct smsc_sim *sim;
	struct input_lines *input;
};

static const char usage[] =
	"usage: sotto smsc-sim [options]\n"
	"\n"
	"An SMSC (SMPP 3.4) on a TCP port with simulated customers, who write to the service\n"
	"number of whoever binds as transceiver. Prints each text. Lines on standard input of\n"
	"the form `PHONE text...` are sent as texts of that customer.\n"
	"\n"
	"  --host HOST          to listen on (default 127.0.0.1)\n"
	"  --port PORT          0: any free one (default 2775)\n"
	"  --system-id ID       demanded from the peer (default: any)\n"
	"  --password PASSWORD  demanded from the peer (default: any)\n"
	"  --seed N             what the customers do follows from it (default 1)\n"
	"  --customers N        simulated ones (default 5; 0: only standard input)\n"
	"  --number NUMBER      service number they write to (default +420800000100)\n"
	"  --verbose            log more\n"
	"  --help\n";

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

/* False: the value is bad. */
static bool take_option(struct command_line *line, int option, const char *value)
{
	switch (option) {
	case 'H':
		line->sim.host = str_of(value);
		return line->sim.host.len > 0;
	case 'p':
		return read_unsigned(value, 65535, &line->sim.port);
	case 'i':
		line->sim.system_id = str_of(value);
		return line->sim.system_id.len <= 15; /* SMPP 3.4, 4.1.1 */
	case 'w':
		line->sim.password = str_of(value);
		return line->sim.password.len <= 8;
	case 's':
		return str_u64(str_of(value), &line->sim.seed);
	case 'c':
		return read_unsigned(value, CUSTOMERS_MAX, &line->sim.customers);
	case 'n':
		line->sim.number = str_of(value);
		return line->sim.number.len > 0 && line->sim.number.len <= PHONE_DIGITS_MAX;
	case 'v':
		line->is_verbose = true;
		return true;
	default:
		line->wants_help = true;
		return true;
	}
}

static bool read_command_line(int argc, char **argv, struct command_line *line)
{
	static const struct option options[] = {
		{"host", required_argument, NULL, 'H'},
		{"port", required_argument, NULL, 'p'},
		{"system-id", required_argument, NULL, 'i'},
		{"password", required_argument, NULL, 'w'},
		{"seed", required_argument, NULL, 's'},
		{"customers", required_argument, NULL, 'c'},
		{"number", required_argument, NULL, 'n'},
		{"verbose", no_argument, NULL, 'v'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	int option;
	optind = 1;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == '?')
			return false;
		if (!take_option(line, option, optarg)) {
			fprintf(stderr, "sotto smsc-sim: bad value: %s\n", optarg);
			return false;
		}
	}
	if (optind < argc)
		fprintf(stderr, "sotto smsc-sim: unexpected: %s\n", argv[optind]);
	return optind == argc;
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
	if (s.len && s.at[0] == '+')
		s = str_skip(s, 1);
	for (size_t i = 0; i < s.len; i++)
		if (s.at[i] < '0' || s.at[i] > '9')
			return false;
	return s.len > 0 && s.len <= PHONE_DIGITS_MAX;
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
	struct command_line line = {.sim = defaults};
	if (!read_command_line(argc, argv, &line)) {
		fputs(usage, stderr);
		return 2;
	}
	if (line.wants_help) {
		fputs(usage, stdout);
		return 0;
	}
	if (line.is_verbose)
		log_to(LOG_DEBUG);
	line.sim.on_text = on_text;
	struct run run = {.net = net_uv_new()};
	int code = serve(&run, &line.sim);
	net_uv_free(&run.net);
	return code;
}

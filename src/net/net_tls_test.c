/* net_tls_test.c - TLS in a simulated world: bytes come through both ways; whoever is not the host is not talked to. The
 * other side is OpenSSL as well, over the accepting end of the same connection. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/arena.h"
#include "base/log.h"
#include "net/net_sim.h"
#include "net/net_tls.h"

#define START 1700000000000
#define PORT  443
#define DAY   (24 * 3600)

/* --- certificates ----------------------------------------------------------------------------- */

struct identity {
	EVP_PKEY *key;
	X509 *certificate;
};

static void extend(X509 *certificate, int what, const char *value)
{
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, what, value);
	assert_non_null(extension);
	assert_int_equal(X509_add_ext(certificate, extension, -1), 1);
	X509_EXTENSION_free(extension);
}

/* names: as "DNS:example.org"; NULL: it is an authority. by NULL: by itself. valid: in seconds from now. */
static struct identity identity_new(
	const char *name, const char *names, const struct identity *by, long valid)
{
	struct identity id = {EVP_EC_gen("P-256"), X509_new()};
	X509_NAME *subject = X509_get_subject_name(id.certificate);
	X509_NAME_add_entry_by_txt(
		subject, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1, 0);
	X509_set_version(id.certificate, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(id.certificate), by ? 2 : 1);
	X509_gmtime_adj(X509_getm_notBefore(id.certificate), -2 * DAY);
	X509_gmtime_adj(X509_getm_notAfter(id.certificate), valid);
	X509_set_issuer_name(id.certificate, by ? X509_get_subject_name(by->certificate) : subject);
	X509_set_pubkey(id.certificate, id.key);
	extend(id.certificate, NID_basic_constraints, names ? "CA:FALSE" : "critical,CA:TRUE");
	if (names)
		extend(id.certificate, NID_subject_alt_name, names);
	assert_true(X509_sign(id.certificate, by ? by->key : id.key, EVP_sha256()) > 0);
	return id;
}

static void identity_free(struct identity *id)
{
	EVP_PKEY_free(id->key);
	X509_free(id->certificate);
}

/* --- the other side ------------------------------------------------------------------------------ */

struct side {
	struct net *net, *tls;
	struct net_listener *listener;
	char authorities[64];
	struct identity authority;

	SSL_CTX *ctx; /* of the host */
	SSL *ssl;
	struct net_conn *host;
	struct buf heard; /* by the host */

	struct net_conn *client;
	struct buf story;
	size_t got;
};

static void host_sends(struct side *s)
{
	char *at;
	long len = BIO_get_mem_data(SSL_get_wbio(s->ssl), &at);
	if (len > 0)
		net_write(s->host, str_from(at, (size_t)len));
	(void)BIO_reset(SSL_get_wbio(s->ssl));
}

static void host_data(struct net_conn *conn, struct str bytes)
{
	struct side *s = net_conn_ctx(conn);
	char room[4096];
	int len;
	BIO_write(SSL_get_rbio(s->ssl), bytes.at, (int)bytes.len);
	while ((len = SSL_read(s->ssl, room, sizeof room)) > 0)
		buf_put(&s->heard, str_from(room, (size_t)len));
	host_sends(s);
}

static void host_closed(struct net_conn *conn)
{
	struct side *s = net_conn_ctx(conn);
	s->host = NULL;
	SSL_free(s->ssl);
	s->ssl = NULL;
}

static void host_accepts(void *ctx, struct net_conn *conn)
{
	static const struct net_handler handler = {.on_data = host_data, .on_closed = host_closed};
	struct side *s = ctx;
	s->host = conn;
	s->ssl = SSL_new(s->ctx);
	SSL_set_bio(s->ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
	SSL_set_accept_state(s->ssl);
	net_conn_attach(conn, &handler, s);
}

static void host_says(struct side *s, const char *text, size_t len)
{
	assert_int_equal(SSL_write(s->ssl, text, (int)len), (int)len);
	host_sends(s);
}

static void host_is(struct side *s, const struct identity *id)
{
	SSL_CTX_free(s->ctx);
	s->ctx = SSL_CTX_new(TLS_server_method());
	assert_int_equal(SSL_CTX_use_certificate(s->ctx, id->certificate), 1);
	assert_int_equal(SSL_CTX_use_PrivateKey(s->ctx, id->key), 1);
}

/* Known for these names by the authority that the client trusts. */
static void host_is_called(struct side *s, const char *names)
{
	struct identity id = identity_new("host", names, &s->authority, DAY);
	host_is(s, &id);
	identity_free(&id);
}

/* --- the client ------------------------------------------------------------------------------------ */

static void client_open(struct net_conn *conn)
{
	struct side *s = net_conn_ctx(conn);
	buf_puts(&s->story, "open|");
}

static void client_data(struct net_conn *conn, struct str bytes)
{
	struct side *s = net_conn_ctx(conn);
	s->got += bytes.len;
	if (bytes.len < 100)
		buf_printf(&s->story, "%.*s|", STR_ARGS(bytes));
}

static void client_closed(struct net_conn *conn)
{
	struct side *s = net_conn_ctx(conn);
	s->client = NULL;
	buf_puts(&s->story, "closed|");
}

static void connects(struct side *s, const char *host)
{
	static const struct net_handler handler = {
		.on_open = client_open, .on_data = client_data, .on_closed = client_closed};
	s->client = net_connect(s->tls, STR("client"), str_of(host), PORT, &handler, s);
}

static void go_on(struct side *s, msec ms)
{
	net_sim_run(s->net, net_now(s->net) + ms);
}

static void assert_story(struct side *s, const char *story)
{
	if (!str_is(buf_str(&s->story), story))
		fail_msg("'%.*s' and not '%s'", STR_ARGS(buf_str(&s->story)), story);
	s->story.len = 0;
}

static int setup(void **state)
{
	struct side *s = mem_new(sizeof *s);
	struct buf why = {0};
	log_to(LOG_NOTHING);
	s->net = net_sim_new(1, START);
	s->authority = identity_new("authority", NULL, NULL, DAY);
	snprintf(s->authorities, sizeof s->authorities, "/tmp/net_tls_test.XXXXXX");
	FILE *file = fdopen(mkstemp(s->authorities), "w");
	PEM_write_X509(file, s->authority.certificate);
	fclose(file);
	s->tls = net_tls_new(s->net, s->authorities, &why);
	assert_non_null(s->tls);
	host_is_called(s, "DNS:host.example,DNS:*.wild.example");
	assert_int_equal(
		net_listen(s->net, STR("host.example"), PORT, host_accepts, s, &s->listener), OK);
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct side *s = *state;
	if (s->client)
		net_close(s->client, 0);
	go_on(s, 100);
	net_listener_close(&s->listener);
	net_tls_free(&s->tls);
	net_sim_free(&s->net);
	identity_free(&s->authority);
	SSL_CTX_free(s->ctx);
	unlink(s->authorities);
	buf_free(&s->heard);
	buf_free(&s->story);
	free(s);
	return 0;
}

/* --- */

static void bytes_come_through_both_ways(void **state)
{
	struct side *s = *state;
	connects(s, "host.example");
	net_write(s->client, STR("before it is open, "));
	go_on(s, 100);
	assert_story(s, "open|");
	net_write(s->client, STR("and after"));
	go_on(s, 100);
	assert_true(str_is(buf_str(&s->heard), "before it is open, and after"));
	assert_int_equal(net_unsent(s->client), 0);
	host_says(s, "hello", 5);
	go_on(s, 100);
	assert_story(s, "hello|");
}

static void much_comes_through_as_well(void **state)
{
	struct side *s = *state;
	static char much[300000];
	memset(much, 'm', sizeof much);
	connects(s, "host.example");
	net_write(s->client, str_from(much, sizeof much));
	go_on(s, 1000);
	assert_int_equal(s->heard.len, sizeof much);
	host_says(s, much, sizeof much);
	go_on(s, 1000);
	assert_int_equal(s->got, sizeof much);
}

static void whoever_does_not_read_is_told_nothing(void **state)
{
	struct side *s = *state;
	connects(s, "host.example");
	net_read(s->client, false);
	go_on(s, 100);
	assert_story(s, "open|");
	host_says(s, "hello", 5);
	go_on(s, 100);
	assert_story(s, "");
	net_read(s->client, true);
	go_on(s, 100);
	assert_story(s, "hello|");
}

static void an_end_is_told_on_either_side(void **state)
{
	struct side *s = *state;
	connects(s, "host.example");
	go_on(s, 100);
	SSL_shutdown(s->ssl);
	host_sends(s);
	go_on(s, 100);
	assert_story(s, "open|closed|");
	assert_null(s->client);
	connects(s, "host.example");
	go_on(s, 100);
	net_close(s->client, 0);
	go_on(s, 100);
	assert_story(s, "open|closed|");
	assert_null(s->host);
}

static void whoever_is_not_the_host_is_not_talked_to(void **state)
{
	static const char *const others[] = {"DNS:other.example", "DNS:host.example.org",
		"DNS:*.example.host", "IP:127.0.0.1", "DNS:h*.example"};
	struct side *s = *state;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		host_is_called(s, others[i]);
		connects(s, "host.example");
		net_write(s->client, STR("a secret"));
		go_on(s, 100);
		assert_story(s, "closed|");
		assert_int_equal(s->heard.len, 0);
	}
}

static void an_address_is_proven_as_an_address(void **state)
{
	struct side *s = *state;
	net_listener_close(&s->listener);
	assert_int_equal(
		net_listen(s->net, STR("192.0.2.1"), PORT, host_accepts, s, &s->listener), OK);
	host_is_called(s, "DNS:192.0.2.1");
	connects(s, "192.0.2.1");
	go_on(s, 100);
	assert_story(s, "closed|");
	host_is_called(s, "IP:192.0.2.1");
	connects(s, "192.0.2.1");
	go_on(s, 100);
	assert_story(s, "open|");
}

static void nobody_is_trusted_who_says_so_alone(void **state)
{
	struct side *s = *state;
	struct identity itself = identity_new("host", "DNS:host.example", NULL, DAY);
	struct identity stranger = identity_new("authority", NULL, NULL, DAY);
	struct identity theirs = identity_new("host", "DNS:host.example", &stranger, DAY);
	struct identity old = identity_new("host", "DNS:host.example", &s->authority, -DAY);
	const struct identity *const hosts[] = {&itself, &theirs, &old};
	for (size_t i = 0; i < 3; i++) {
		host_is(s, hosts[i]);
		connects(s, "host.example");
		go_on(s, 100);
		assert_story(s, "closed|");
	}
	identity_free(&itself);
	identity_free(&stranger);
	identity_free(&theirs);
	identity_free(&old);
}

static void what_is_no_tls_ends_the_connection(void **state)
{
	struct side *s = *state;
	connects(s, "host.example");
	go_on(s, 1);
	net_write(s->host, STR("HTTP/1.1 400 Bad Request\r\n\r\n"));
	go_on(s, 100);
	assert_story(s, "closed|");
	connects(s, "host.example");
	go_on(s, 100);
	net_write(s->host, STR("and here as well, in the middle of it"));
	go_on(s, 100);
	assert_story(s, "open|closed|");
}

static void a_host_of_old_is_not_talked_to(void **state)
{
	struct side *s = *state;
	SSL_CTX_set_security_level(s->ctx, 0);
	SSL_CTX_set_min_proto_version(s->ctx, TLS1_VERSION);
	SSL_CTX_set_max_proto_version(s->ctx, TLS1_1_VERSION);
	connects(s, "host.example");
	go_on(s, 100);
	assert_story(s, "closed|");
}

/* One in the middle of its handshake, one that is open. */
static void a_world_that_goes_takes_its_connections_along(void **state)
{
	struct side *s = *state;
	for (int i = 0; i < 2; i++) {
		struct buf why = {0};
		connects(s, "host.example");
		go_on(s, i ? 100 : 1);
		s->story.len = 0;
		net_tls_free(&s->tls);
		s->client = NULL;
		go_on(s, 100);
		assert_story(s, "");
		assert_null(s->host);
		s->tls = net_tls_new(s->net, s->authorities, &why);
	}
}

static void authorities_that_cannot_be_read_are_told(void **state)
{
	struct side *s = *state;
	struct buf why = {0};
	assert_null(net_tls_new(s->net, "/nowhere/authorities.pem", &why));
	assert_non_null(strstr(why.at, "/nowhere/authorities.pem"));
	buf_free(&why);
}

/* --- who comes to us ------------------------------------------------------------------------------ */

/* A world in which one listens, as s->shown; what it accepts is `guest`. */
struct house {
	struct side *side;
	struct net *tls;
	struct net_listener *listener;
	struct net_conn *guest;
	struct buf heard;
	bool is_gone;
	char certificate[64], key[64];
};

static void guest_data(struct net_conn *conn, struct str bytes)
{
	struct house *h = net_conn_ctx(conn);
	buf_put(&h->heard, bytes);
}

static void guest_closed(struct net_conn *conn)
{
	struct house *h = net_conn_ctx(conn);
	h->guest = NULL;
	h->is_gone = true;
}

static void guest_comes(void *ctx, struct net_conn *conn)
{
	static const struct net_handler handler = {
		.on_data = guest_data, .on_closed = guest_closed};
	struct house *h = ctx;
	h->guest = conn;
	h->is_gone = false;
	net_conn_attach(conn, &handler, h);
}

static void write_identity(struct house *h, const struct identity *id)
{
	FILE *file = fopen(h->certificate, "w");
	PEM_write_X509(file, id->certificate);
	fclose(file);
	file = fopen(h->key, "w");
	PEM_write_PrivateKey(file, id->key, NULL, NULL, 0, NULL, NULL);
	fclose(file);
}

static struct house house_of(struct side *s)
{
	struct house h = {.side = s};
	struct buf why = {0};
	struct identity id = identity_new("host", "DNS:house.example", &s->authority, DAY);
	snprintf(h.certificate, sizeof h.certificate, "/tmp/net_tls_test_%d.pem", (int)getpid());
	snprintf(h.key, sizeof h.key, "/tmp/net_tls_test_%d.key", (int)getpid());
	write_identity(&h, &id);
	identity_free(&id);
	h.tls = net_tls_server_new(s->net, h.certificate, h.key, &why);
	assert_non_null(h.tls);
	return h;
}

static void house_opens(struct house *h)
{
	net_listener_close(&h->side->listener); /* a port is one's */
	assert_int_equal(
		net_listen(h->tls, STR("house.example"), PORT, guest_comes, h, &h->listener), OK);
	assert_int_equal(net_listener_port(h->listener), PORT);
}

static void house_closes(struct house *h)
{
	if (h->side->client)
		net_close(h->side->client, 0);
	go_on(h->side, 100);
	net_listener_close(&h->listener);
	net_tls_free(&h->tls);
	buf_free(&h->heard);
	unlink(h->certificate);
	unlink(h->key);
}

static void who_comes_is_talked_to(void **state)
{
	struct side *s = *state;
	struct house h = house_of(s);
	static char much[300000];
	memset(much, 'm', sizeof much);
	house_opens(&h);
	connects(s, "house.example");
	net_write(s->client, STR("hello"));
	go_on(s, 100);
	assert_story(s, "open|");
	assert_true(str_is(buf_str(&h.heard), "hello"));
	assert_true(str_is(net_conn_peer(h.guest), "client"));
	net_write(h.guest, STR("good day"));
	go_on(s, 100);
	assert_story(s, "good day|");
	net_write(h.guest, str_from(much, sizeof much));
	go_on(s, 1000);
	assert_int_equal(s->got, strlen("good day") + sizeof much);
	net_close(h.guest, 100);
	go_on(s, 200);
	assert_story(s, "closed|");
	assert_true(h.is_gone);
	house_closes(&h);
}

/* Also what is written before hands are shaken leaves, behind it. */
static void who_is_busy_is_told_later(void **state)
{
	struct side *s = *state;
	struct house h = house_of(s);
	house_opens(&h);
	connects(s, "house.example");
	net_write(s->client, STR("one"));
	go_on(s, 2); /* they came, and said nothing yet that can be read */
	assert_non_null(h.guest);
	net_read(h.guest, false);
	net_write(h.guest, STR("early"));
	go_on(s, 100);
	assert_story(s, "open|early|");
	net_write(s->client, STR("two"));
	go_on(s, 100);
	assert_int_equal(h.heard.len, 0);
	net_read(h.guest, true);
	go_on(s, 100);
	assert_true(str_is(buf_str(&h.heard), "onetwo"));
	house_closes(&h);
}

static void who_speaks_no_tls_is_closed(void **state)
{
	struct side *s = *state;
	struct house h = house_of(s);
	static const struct net_handler plain = {
		.on_open = client_open, .on_data = client_data, .on_closed = client_closed};
	house_opens(&h);
	s->client = net_connect(s->net, STR("plain"), STR("house.example"), PORT, &plain, s);
	net_write(s->client, STR("GET / HTTP/1.1\r\n\r\n"));
	go_on(s, 20000);
	assert_true(h.is_gone);
	assert_int_equal(h.heard.len, 0);
	assert_null(s->client);
	house_closes(&h);
}

static void a_renewed_certificate_is_shown_to_who_comes_then(void **state)
{
	struct side *s = *state;
	struct house h = house_of(s);
	struct buf why = {0};
	msec first = net_tls_server_expires(h.tls);
	struct identity next = identity_new("host", "DNS:house.example", &s->authority, 2 * DAY);
	struct identity other = identity_new("host", "DNS:other.example", &s->authority, DAY);
	house_opens(&h);
	connects(s, "house.example");
	go_on(s, 100);
	struct net_conn *old = h.guest;
	bool is_another = true;
	assert_int_equal(net_tls_server_renew(h.tls, h.certificate, h.key, &is_another, &why), OK);
	assert_false(is_another); /* the files are as they were */
	write_identity(&h, &next);
	assert_int_equal(net_tls_server_renew(h.tls, h.certificate, h.key, &is_another, &why), OK);
	assert_true(is_another);
	msec later = net_tls_server_expires(h.tls) - first - (msec)DAY * 1000;
	assert_true(later >= 0 && later < 60000); /* each counts from when it was made */
	net_write(old, STR("still there"));
	go_on(s, 100);
	assert_story(s, "open|still there|");
	/* What does not go together changes nothing. */
	write_identity(&h, &other);
	FILE *file = fopen(h.certificate, "w");
	PEM_write_X509(file, next.certificate);
	fclose(file);
	assert_int_not_equal(
		net_tls_server_renew(h.tls, h.certificate, h.key, &is_another, &why), OK);
	assert_non_null(strstr(why.at, h.key));
	net_write(old, STR("and now"));
	go_on(s, 100);
	assert_story(s, "and now|");
	identity_free(&next);
	identity_free(&other);
	buf_free(&why);
	house_closes(&h);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(bytes_come_through_both_ways),
		TEST(much_comes_through_as_well),
		TEST(whoever_does_not_read_is_told_nothing),
		TEST(an_end_is_told_on_either_side),
		TEST(whoever_is_not_the_host_is_not_talked_to),
		TEST(an_address_is_proven_as_an_address),
		TEST(nobody_is_trusted_who_says_so_alone),
		TEST(what_is_no_tls_ends_the_connection),
		TEST(a_host_of_old_is_not_talked_to),
		TEST(a_world_that_goes_takes_its_connections_along),
		TEST(authorities_that_cannot_be_read_are_told),
		TEST(who_comes_is_talked_to),
		TEST(who_is_busy_is_told_later),
		TEST(who_speaks_no_tls_is_closed),
		TEST(a_renewed_certificate_is_shown_to_who_comes_then),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

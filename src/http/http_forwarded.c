/* http_forwarded.c - the way back, from the left: what is on the right decides last. */
#include "http/http_forwarded.h"

/* The longest name of an address that counts: "[" IPv6 "]:65535". */
#define NODE_MAX 56

/* What the proxies up to here say of the client: an address, or nothing that one can go by. */
struct way {
	const struct http_proxies *trusted;
	bool is_there; /* the header is */
	bool is_known;
	struct ip client;
};

static bool is_trusted(const struct http_proxies *trusted, const struct ip *ip)
{
	for (size_t i = 0; i < trusted->count; i++)
		if (ip_is_in(ip, &trusted->at[i]))
			return true;
	return false;
}

static bool is_port(struct str text)
{
	uint64_t port;
	return text.len == 0 || (text.at[0] == ':' && str_u64(str_skip(text, 1), &port));
}

/* An address, with a port or without; IPv6 perhaps in brackets, which a port demands. */
static bool read_node(struct str node, struct ip *out)
{
	struct str port = node;
	if (node.len && node.at[0] == '[') {
		struct str address = str_skip(str_cut(&port, ']'), 1);
		bool is_closed = address.len + 1 < node.len;
		return is_closed && memchr(address.at, ':', address.len) && is_port(port) &&
		       ip_read(address, out);
	}
	if (ip_read(node, out))
		return true;
	struct str address = str_cut(&port, ':');
	return port.len && !memchr(port.at, ':', port.len) && ip_read(address, out) &&
	       is_port(str_skip(node, address.len));
}

/* One proxy more: it got the request from `node`. Whoever stands before it counts only if that one is
 * trusted as well. */
static void pass_on(struct way *way, struct str node)
{
	struct ip from;
	if (!read_node(node, &from)) {
		way->is_known = false;
	} else if (!way->is_known || !is_trusted(way->trusted, &from)) {
		way->is_known = true;
		way->client = from;
	}
}

static void read_x_forwarded_for(struct way *way, struct str value)
{
	while (value.len) {
		struct str node = str_trim(str_cut(&value, ','));
		if (node.len)
			pass_on(way, node);
	}
}

/* --- RFC 7239, 4 ------------------------------------------------------------------------------ */

/* A token, or a quoted string without its quotes, into room of NODE_MAX (NULL: nobody wants it); *rest is
 * behind it. False: it has no end, or no room. */
static bool read_value(struct str *rest, char *room, struct str *out)
{
	size_t len = 0;
	bool is_quoted = rest->len && rest->at[0] == '"';
	*rest = str_skip(*rest, is_quoted);
	while (rest->len && (is_quoted ? rest->at[0] != '"' : !strchr(",; \t\"", rest->at[0]))) {
		*rest = str_skip(*rest, is_quoted && rest->at[0] == '\\');
		if (rest->len == 0 || (room && len == NODE_MAX))
			return false;
		if (room)
			room[len++] = rest->at[0];
		*rest = str_skip(*rest, 1);
	}
	if (is_quoted && rest->len == 0)
		return false;
	*rest = str_trim(str_skip(*rest, is_quoted));
	*out = str_from(room, len);
	return true;
}

/* for=192.0.2.60;proto=http, for="[2001:db8::1]:4711". *node: what it is for, in room; empty if it does not
 * say. */
static bool read_element(struct str *rest, char room[NODE_MAX], struct str *node)
{
	struct str value;
	*node = STR_NONE;
	do {
		struct str name = str_trim(str_cut(rest, '='));
		bool is_for = str_eq_nocase(name, STR("for"));
		bool is_second = is_for && node->at;
		if (name.len == 0 || is_second || !read_value(rest, is_for ? room : NULL, &value))
			return false;
		*node = is_for ? value : *node;
	} while (rest->len && rest->at[0] == ';' && (*rest = str_skip(*rest, 1)).len);
	if (rest->len && rest->at[0] != ',')
		return false;
	*rest = str_trim(str_skip(*rest, 1));
	return true;
}

/* Where one element cannot be read, nobody can say where the next begins. */
static void read_forwarded(struct way *way, struct str value)
{
	char room[NODE_MAX];
	struct str node;
	while (value.len) {
		if (!read_element(&value, room, &node)) {
			way->is_known = false;
			return;
		}
		pass_on(way, node);
	}
}

/* --- both ------------------------------------------------------------------------------------- */

static struct way way_back(const struct http_request *request, const struct http_proxies *trusted,
	const char *name, void (*read)(struct way *way, struct str value))
{
	struct way way = {.trusted = trusted};
	for (size_t i = 0; i < request->header_count; i++) {
		if (!str_eq_nocase(request->headers[i].name, str_of(name)))
			continue;
		way.is_there = true;
		read(&way, request->headers[i].value);
	}
	return way;
}

static bool contradict(const struct way *a, const struct way *b)
{
	return a->is_there && b->is_there &&
	       (!a->is_known || !b->is_known || !ip_is_same(&a->client, &b->client));
}

struct str http_forwarded(
	const struct http_request *request, struct str peer, const struct http_proxies *trusted)
{
	struct ip side;
	if (trusted->count == 0 || !ip_read(peer, &side) || !is_trusted(trusted, &side))
		return peer;
	struct way common = way_back(request, trusted, "X-Forwarded-For", read_x_forwarded_for);
	struct way standard = way_back(request, trusted, "Forwarded", read_forwarded);
	const struct way *way = common.is_there ? &common : &standard;
	if (!way->is_known || contradict(&common, &standard))
		return peer;
	struct buf text = {0};
	ip_put(&text, &way->client);
	struct str client = arena_copy(request->arena, buf_str(&text));
	buf_free(&text);
	return client;
}

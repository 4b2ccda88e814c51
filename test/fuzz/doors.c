/* doors.c - lines out, lines in. */
#include "doors.h"
#include "server/admin.h"
#include "stage.h"
#include "wire/json.h"

static void on_answer_line(struct door *door, struct str line)
{
	struct str asked = buf_str(&door->asked);
	CHECK(asked.len > 0); /* an answer to nothing */
	struct str name = str_cut(&asked, '\n');
	if (reached_is_kept()) {
		json_t *answer = json_read(line);
		const char *error = json_string_value(json_object_get(answer, "error"));
		CHECK(json_is_object(answer));
		reached("%.*s: %s", STR_ARGS(name), error ? error : "ok");
		json_decref(answer);
	}
	buf_drop(&door->asked, door->asked.len - asked.len);
}

static void read_admin(struct door *door)
{
	const char *end;
	while (door->in.len && (end = memchr(door->in.at, '\n', door->in.len))) {
		size_t len = (size_t)(end - door->in.at);
		on_answer_line(door, str_from(door->in.at, len));
		buf_drop(&door->in, len + 1);
	}
}

/* Bytes of any kind were asked, so the answers are only looked at. */
static void read_http(struct door *door)
{
	static const char begin[] = "HTTP/1.1 ";
	const char *found =
		door->in.len ? memmem(door->in.at, door->in.len, begin, sizeof begin - 1) : NULL;
	if (found && found + sizeof begin + 2 < door->in.at + door->in.len)
		reached("raw HTTP is answered %.3s", found + sizeof begin - 1);
	door->in.len = 0;
}

static void on_data(struct net_conn *conn, struct str bytes)
{
	struct door *door = net_conn_ctx(conn);
	if (conn != door->conn)
		return;
	buf_put(&door->in, bytes);
	if (door->is_admin)
		read_admin(door);
	else
		read_http(door);
}

static void forget(struct door *door)
{
	door->conn = NULL;
	door->in.len = door->asked.len = 0;
	door->is_over = false;
}

static void on_closed(struct net_conn *conn)
{
	struct door *door = net_conn_ctx(conn);
	if (conn != door->conn)
		return;
	CHECK(!door->is_admin ||
		door->is_over); /* the operator's line is cut for its length alone */
	reached(door->is_admin ? "a line is too long" : "raw HTTP is cut");
	forget(door);
}

static void connect_now(struct door *door)
{
	static const struct net_handler handler = {.on_data = on_data, .on_closed = on_closed};
	struct net *net = door->stage->net;
	door->conn = door->is_admin ? net_connect_unix(net, STR(STAGE_PATH), &handler, door)
				    : net_connect(net, STR("raw"), STR(STAGE_HOST), STAGE_PORT,
					      &handler, door);
}

void door_open(struct door *door, struct stage *stage, bool is_admin)
{
	door->stage = stage;
	door->is_admin = is_admin;
}

void door_close(struct door *door)
{
	if (door->conn)
		net_close(door->conn, 0);
	forget(door);
	buf_free(&door->in);
	buf_free(&door->asked);
}

/* The operation's name, for the answer that belongs to it. */
static void note_asked(struct door *door, struct str line)
{
	struct str name = STR_NONE;
	json_t *json = reached_is_kept() ? json_read(line) : NULL;
	if (json_is_object(json) && json_read_text(json, "operation", &name))
		buf_put(&door->asked, name);
	buf_put_byte(&door->asked, '\n');
	json_decref(json);
}

void door_say(struct door *door, struct str bytes)
{
	if (!door->conn)
		connect_now(door);
	for (struct str rest = bytes; door->is_admin && rest.len;) {
		struct str line = str_cut(&rest, '\n');
		door->is_over |= line.len > ADMIN_LINE_MAX;
		note_asked(door, line);
	}
	net_write(door->conn, bytes);
}

void door_read(struct door *door, bool on)
{
	if (door->conn)
		net_read(door->conn, on);
}

void door_excuse(struct door *door)
{
	if (door->conn)
		net_close(door->conn, 0);
	forget(door);
}

bool door_is_quiet(const struct door *door)
{
	return !door->is_admin || door->is_over || door->asked.len == 0;
}

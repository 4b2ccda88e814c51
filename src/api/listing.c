/* listing.c - one list as its request wants it. */
#include "api/listing.h"

#include <stdlib.h>

#include "api/call.h"
#include "api/cursor.h"

/* One of the list with what it is sorted by. */
struct listed {
	struct str key, by;
};

struct list {
	struct call *call;
	const struct listing *listing;
	struct listed *at;
	size_t count;
	bool is_descending;
};

/* --- one object ------------------------------------------------------------------------------- */

static void put_fields(struct buf *out, struct json_value object, struct str fields)
{
	buf_put_byte(out, '{');
	while (fields.len) {
		struct str name = str_trim(str_cut(&fields, ','));
		struct json_value value = json_value_member(object, name);
		if (!json_value_is_there(value))
			continue;
		json_comma(out);
		json_put_string(out, name);
		buf_put_byte(out, ':');
		buf_put(out, value.bytes);
	}
	buf_put_byte(out, '}');
}

bool listing_put(struct buf *out, const struct view *view, const struct listing *listing,
	struct str fields, struct str key)
{
	struct buf whole = {0};
	struct json_value object;
	bool is_there = listing->put(&whole, view, key);
	if (!is_there) {
		buf_free(&whole);
		return false;
	}
	CHECK(json_value_read(buf_str(&whole), &object));
	json_comma(out);
	if (!fields.len)
		buf_put(out, json_value_member(object, STR("uri")).bytes);
	else if (str_lists(fields, STR("*")))
		buf_put(out, buf_str(&whole));
	else
		put_fields(out, object, fields);
	buf_free(&whole);
	return true;
}

/* --- filters and order ------------------------------------------------------------------------ */

/* A member as a query can say it: a text without its quotes, else its bytes. */
static struct str value_text(struct call *call, struct json_value object, struct str name)
{
	struct str text;
	struct json_value value = json_value_member(object, name);
	return json_value_text(value, call->request->arena, &text) ? text : value.bytes;
}

/* A parameter that is no member of the object is none of ours. */
static bool is_wanted(struct call *call, struct json_value object)
{
	struct str rest = call->request->query, name, value;
	while (http_query_next(call->request, &rest, &name, &value)) {
		bool is_member = json_value_is_there(json_value_member(object, name));
		if (is_member && !str_eq(value_text(call, object, name), value))
			return false;
	}
	return true;
}

/* Whether it matters what the objects say, and not their order alone. */
static bool asks_of_objects(const struct call *call)
{
	static const char *const of_pages[] = {
		"fields", "limit", "cursor", "offset", "order", "subresources"};
	struct str rest = call->request->query, name, value;
	while (http_query_next(call->request, &rest, &name, &value)) {
		bool is_of_pages = false;
		for (size_t i = 0; i < sizeof of_pages / sizeof of_pages[0]; i++)
			is_of_pages = is_of_pages || str_is(name, of_pages[i]);
		if (!is_of_pages)
			return true;
	}
	return false;
}

/* Is it on the list? Renders it, to look: room is what it was rendered into. */
static bool look_at(struct list *list, struct str by, struct buf *room, struct listed *one)
{
	struct view view = call_view(list->call);
	struct json_value object;
	room->len = 0;
	if (!list->listing->put(room, &view, one->key))
		return false;
	CHECK(json_value_read(buf_str(room), &object));
	if (!is_wanted(list->call, object))
		return false;
	if (by.len)
		one->by =
			arena_copy(list->call->request->arena, value_text(list->call, object, by));
	return true;
}

static struct list collect(struct call *call, const struct listing *listing)
{
	struct keys keys = listing->keys(call);
	struct list list = {.call = call, .listing = listing};
	struct str by = STR_NONE;
	struct buf room = {0};
	bool is_looked_at = asks_of_objects(call);
	if (!http_query(call->request, "sortBy", &by))
		by = STR_NONE;
	list.at = arena_take(call->request->arena, (keys.count + 1) * sizeof *list.at);
	for (size_t i = 0; i < keys.count; i++) {
		struct listed one = {.key = keys.at[i]};
		if (!is_looked_at || look_at(&list, by, &room, &one))
			list.at[list.count++] = one;
	}
	buf_free(&room);
	return list;
}

static int order(const void *a, const void *b)
{
	const struct listed *left = a, *right = b;
	int by = str_cmp(left->by, right->by);
	return by ? by : str_cmp(left->key, right->key);
}

static void reverse(struct list *list)
{
	for (size_t i = 0; i < list->count / 2; i++) {
		struct listed one = list->at[i];
		list->at[i] = list->at[list->count - 1 - i];
		list->at[list->count - 1 - i] = one;
	}
}

static enum err sort(struct list *list)
{
	struct str word;
	bool is_descending = false;
	if (http_query(list->call->request, "order", &word) && word.len) {
		is_descending = str_is(word, "Descending");
		if (!is_descending && !str_is(word, "Ascending"))
			return call_names(list->call, "order", ERR_RANGE);
	}
	if (params_has(list->call, "sortBy"))
		qsort(list->at, list->count, sizeof *list->at, order);
	if (is_descending)
		reverse(list);
	return OK;
}

/* --- pages ------------------------------------------------------------------------------------ */

/* Behind the last one of the page before. */
static enum err skip_to_cursor(const struct list *list, size_t *from)
{
	struct str last;
	enum err e = cursor_take(list->call, &last);
	if (e != OK || !last.len)
		return e;
	for (size_t i = 0; i < list->count; i++)
		if (str_eq(list->at[i].key, last)) {
			*from = i + 1;
			return OK;
		}
	return call_names(list->call, "cursor", ERR_RANGE);
}

static enum err cut_page(const struct list *list, size_t *from, size_t *to)
{
	uint64_t offset = 0;
	size_t limit = SIZE_MAX;
	bool has_offset;
	enum err e = params_number(list->call, "offset", &offset, &has_offset);
	if (e == OK)
		e = cursor_limit(list->call, LIST_LIMIT_MAX, &limit);
	*from = offset < list->count ? (size_t)offset : list->count;
	if (e == OK)
		e = skip_to_cursor(list, from);
	*to = list->count - *from > limit ? *from + limit : list->count;
	return e;
}

/* --- answers ---------------------------------------------------------------------------------- */

enum err listing_read(struct call *call, const struct listing *listing)
{
	struct list list = collect(call, listing);
	struct str fields = STR_NONE;
	size_t from, to;
	enum err e = sort(&list);
	if (e == OK)
		e = cut_page(&list, &from, &to);
	if (e != OK)
		return e;
	bool has_fields = http_query(call->request, "fields", &fields) && fields.len;
	if (!has_fields && listing->whole_with && params_has(call, listing->whole_with)) {
		has_fields = true;
		fields = STR("*");
	}
	if (to < list.count)
		cursor_put(call, list.at[to - 1].key);
	json_key(&call->members, has_fields ? listing->many : "uris");
	struct str *keys = arena_take(call->request->arena, (to - from + 1) * sizeof *keys);
	for (size_t i = from; i < to; i++)
		keys[i - from] = list.at[i].key;
	long_answer_listing(call, listing, fields, (struct keys) {keys, to - from});
	return OK;
}

enum err listing_read_one(struct call *call, const struct listing *listing, struct str key)
{
	struct view view = call_view(call);
	json_key(&call->members, listing->one);
	return listing->put(&call->members, &view, key) ? OK : ERR_NOT_FOUND;
}

/* provider_format.h - how one provider of texts over HTTP is told what to send, and tells what came. It is data, from
 * the part `providers` of the configuration: nothing here knows any provider by name. Pure.
 *
 * What is sent is written into templates: in them {text} stands for the text, and so on, for each row of
 * provider_values.def; braces around anything else are braces. What comes is found by the names of fields; in JSON
 * these are paths, as data.payload.to.0.phone_number. */
#ifndef PROVIDER_PROVIDER_FORMAT_H
#define PROVIDER_PROVIDER_FORMAT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/msec.h"
#include "core/model/words.h"

/* How a body is written. */
enum provider_coding { PROVIDER_JSON, PROVIDER_FORM };
enum provider_digest { PROVIDER_SHA256, PROVIDER_SHA1, PROVIDER_SHA512 };
enum provider_letters { PROVIDER_HEX, PROVIDER_BASE64 };

struct provider_list {
	const char *const *at;
	unsigned count;
};

struct provider_format {
	struct str name;
	const char *authorities; /* as of net_tls_new */
	struct {
		struct str path;              /* template; where a text is posted */
		struct provider_list headers; /* templates; "Name: value" */
		enum provider_coding coding;
		struct str body; /* template */
		struct str id;   /* in its answer: what receipts name the text by */
		struct str
			key_header; /* that makes a repeat no second text; empty: there is none */
	} send;
	struct {
		struct str header, prefix; /* where the signature stands, and behind what */
		enum provider_digest digest;
		enum provider_letters letters;
		struct str over;         /* template; what is signed */
		struct str time_header;  /* seconds since 1970; empty: it says no time */
		struct str nonce_header; /* empty: it has none */
		msec window;             /* so old, or new, its time may be */
	} signature;
	struct {
		enum provider_coding coding;
		struct str from, to, text, id;                   /* of a text of a customer's */
		struct str receipt_id, state;                    /* of a receipt */
		struct provider_list delivered, failed, expired; /* words of state */
	} receive;
};

/* What may stand in a template. */
enum provider_value {
#define VALUE(NAME, word, of) PROVIDER_##NAME,
#include "provider/provider_values.def"
	PROVIDER_VALUES
};

struct provider_values {
	struct str at[PROVIDER_VALUES];
};

enum provider_escape { PROVIDER_PLAIN, PROVIDER_IN_JSON, PROVIDER_IN_URL };

void provider_fill(struct buf *out, struct str template, const struct provider_values *values,
	enum provider_escape escape);
/* The first {word} that is none of those for `of` ("send" or "sign"): its word. STR_NONE: all are. */
struct str provider_unknown(struct str template, const char *of);

/* A field of a body; false: it is not there, or is no text and no number. Borrowed, or in the arena. */
bool provider_field(enum provider_coding coding, struct str body, struct str name,
	struct arena *arena, struct str *out);

enum provider_kind { PROVIDER_NOTHING, PROVIDER_TEXT_CAME, PROVIDER_RECEIPT_CAME };
struct provider_said {
	enum provider_kind kind; /* NOTHING: neither all fields of a text nor of a receipt */
	struct str from, to, text;
	struct str id; /* of the text, or of that which the receipt is for */
	enum delivery delivery;
};
void provider_read(const struct provider_format *format, struct str body, struct arena *arena,
	struct provider_said *out);

#endif

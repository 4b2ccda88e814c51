/* embed.c - files as C arrays, for the build: embed OUT.c FILE... A .yaml comes as the JSON that it means, in one line.
 * Numbers, not string literals: ISO C bounds the length of a literal. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

struct out {
	FILE *file;
	size_t count;
};

static void put_bytes(struct out *out, const char *at, size_t len)
{
	for (size_t i = 0; i < len; i++)
		fprintf(out->file, out->count++ % 24 == 0 ? "\n\t%d," : " %d,", (unsigned char)at[i]);
}

static void put_text(struct out *out, const char *text)
{
	put_bytes(out, text, strlen(text));
}

static void fail(const char *path, const char *why)
{
	fprintf(stderr, "embed: %s: %s\n", path, why);
	exit(1);
}

/* --- YAML as JSON ------------------------------------------------------------------------------- */

/* YAML 1.2, 10.3.2, as far as api/write.mjs writes it: a plain scalar that is no number nor one of these words is a text. */
static int is_plain_value(const char *text)
{
	char *end;
	if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0 || strcmp(text, "null") == 0)
		return 1;
	if (!isdigit((unsigned char)text[*text == '-']))
		return 0;
	strtod(text, &end);
	return *end == 0;
}

static void put_string(struct out *out, const char *text)
{
	char escape[8];
	put_text(out, "\"");
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			snprintf(escape, sizeof escape, "\\%c", *text);
		else if ((unsigned char)*text < ' ')
			snprintf(escape, sizeof escape, "\\u%04x", *text);
		else
			snprintf(escape, sizeof escape, "%c", *text);
		put_text(out, escape);
	}
	put_text(out, "\"");
}

static void put_node(struct out *out, yaml_document_t *document, int index)
{
	yaml_node_t *node = yaml_document_get_node(document, index);
	const char *text = (const char *)node->data.scalar.value;
	const char *comma = "";
	switch (node->type) {
	case YAML_SCALAR_NODE:
		if (node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && is_plain_value(text))
			put_text(out, text);
		else
			put_string(out, text);
		break;
	case YAML_SEQUENCE_NODE:
		put_text(out, "[");
		for (yaml_node_item_t *item = node->data.sequence.items.start;
			item < node->data.sequence.items.top; item++, comma = ",") {
			put_text(out, comma);
			put_node(out, document, *item);
		}
		put_text(out, "]");
		break;
	case YAML_MAPPING_NODE:
		put_text(out, "{");
		for (yaml_node_pair_t *pair = node->data.mapping.pairs.start;
			pair < node->data.mapping.pairs.top; pair++, comma = ",") {
			yaml_node_t *key = yaml_document_get_node(document, pair->key);
			put_text(out, comma);
			put_string(out, (const char *)key->data.scalar.value);
			put_text(out, ":");
			put_node(out, document, pair->value);
		}
		put_text(out, "}");
		break;
	case YAML_NO_NODE:
		break;
	}
}

static void put_yaml(struct out *out, FILE *in, const char *path)
{
	yaml_parser_t parser;
	yaml_document_t document;
	if (!yaml_parser_initialize(&parser))
		fail(path, "no memory");
	yaml_parser_set_input_file(&parser, in);
	if (!yaml_parser_load(&parser, &document))
		fail(path, parser.problem);
	put_node(out, &document, 1);
	yaml_document_delete(&document);
	yaml_parser_delete(&parser);
}

/* --- files -------------------------------------------------------------------------------------- */

static void put_file(struct out *out, FILE *in)
{
	char part[4096];
	size_t len;
	while ((len = fread(part, 1, sizeof part, in)) > 0)
		put_bytes(out, part, len);
}

/* "api/docs.html": docs_html. */
static void name_of(const char *path, char name[64])
{
	const char *last = strrchr(path, '/');
	snprintf(name, 64, "%s", last ? last + 1 : path);
	for (char *at = name; *at; at++)
		if (!isalnum((unsigned char)*at))
			*at = '_';
}

static void embed(FILE *file, const char *path)
{
	struct out out = {file, 0};
	char name[64];
	FILE *in = fopen(path, "rb");
	if (!in)
		fail(path, "cannot be read");
	name_of(path, name);
	fprintf(file, "const unsigned char %s[] = {", name);
	if (strstr(path, ".yaml"))
		put_yaml(&out, in, path);
	else
		put_file(&out, in);
	fprintf(file, "\n};\nconst size_t %s_len = sizeof %s;\n", name, name);
	fclose(in);
}

int main(int argc, char **argv)
{
	FILE *file = argc > 2 ? fopen(argv[1], "w") : NULL;
	if (!file)
		fail(argc > 1 ? argv[1] : "OUT.c", "cannot be written");
	fputs("/* Written by api/embed.c. */\n#include \"api/docs.h\"\n", file);
	for (int i = 2; i < argc; i++)
		embed(file, argv[i]);
	return fclose(file) == 0 ? 0 : 1;
}

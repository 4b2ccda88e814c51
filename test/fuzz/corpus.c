/* corpus.c - a target's corpus without a fuzzer: each file of it is played twice, which must come to the same bytes; then all
 * that the target is for must have been reached by it. Prints TAP.
 *
 *   fuzz_deliver_corpus test/fuzz/deliver [--all]      --all: whatever else was reached, for whoever writes seeds */
#include "stage.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#define FILE_MOST (256 * 1024)

static unsigned tests, failed;

static void tell(bool is_ok, const char *what, const char *which)
{
	tests++;
	failed += !is_ok;
	printf("%s %u - %s: %s%s\n", is_ok ? "ok" : "not ok", tests, fuzz_target.name, what, which);
}

static void play_file(const char *folder, const char *name)
{
	char path[512];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *file = fopen(path, "rb");
	char *bytes = mem_new(FILE_MOST);
	size_t size = file ? fread(bytes, 1, FILE_MOST, file) : 0;
	fprintf(stderr, "%s\n", path); /* the one that breaks is the last */
	uint64_t first = stage_play(&fuzz_target, str_from(bytes, size));
	uint64_t second = stage_play(&fuzz_target, str_from(bytes, size));
	tell(file && first == second, "comes to the same twice: ", name);
	if (file)
		fclose(file);
	free(bytes);
}

static int is_shown(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void play_folder(const char *folder)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, is_shown, alphasort);
	tell(count > 0, "has a corpus", "");
	for (int i = 0; i < count; i++) {
		play_file(folder, entries[i]->d_name);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
}

static void ask(void *ctx, const char *what)
{
	tell(reached_has(what), what, "");
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return 2;
	reached_keep();
	play_folder(argv[1]);
	fuzz_goals(ask, NULL);
	if (argc > 2)
		reached_tell();
	printf("1..%u\n", tests);
	return failed ? 1 : 0;
}

/* rest.c - requests of the public API through the whole: HTTP, login, the table of operations, core. */
#include "api/call.h"
#include "stage.h"

#include <stdio.h>

static void bare(struct stage *stage, struct str line)
{
	stage_say(stage, &stage->http, line, "\r\n");
}

const struct stage_target fuzz_target = {.name = "rest", .bare = bare};

static const char *const goals[] = {
	"code 1",
	"code 2",
	"code 3",
	"code 4",
	"code 5",
	"code 6",
	"code 10",
	"code 20",
	"HTTP 200",
	"HTTP 400",
	"HTTP 401",
	"HTTP 403",
	"HTTP 404",
	"HTTP 503",
	"raw HTTP is answered 200",
	"raw HTTP is answered 400",
	"raw HTTP is answered 401",
	"raw HTTP is cut",
	"a text leaves",
	"the process is killed",
	"the disk is full",
};

/* Every row of operations.def succeeds once. */
static void rows(void (*goal)(void *ctx, const char *what), void *ctx)
{
	const struct resource *resource;
	const struct operation *operation;
	char what[160];
	for (size_t i = 0; (resource = route_resource(i)); i++) {
		snprintf(what, sizeof what, "GET on %s: 0", resource->path);
		if (resource->read)
			goal(ctx, what);
	}
	for (size_t i = 0; (resource = route_resource(i)); i++) {
		const struct {
			const char *method;
			call_step *step;
		} changes[] = {{"POST", route_create(resource)}, {"PUT", route_update(resource)},
			{"DELETE", route_remove(resource)}};
		for (size_t k = 0; k < sizeof changes / sizeof *changes; k++) {
			snprintf(what, sizeof what, "%s on %s: 0", changes[k].method,
				resource->path);
			if (changes[k].step)
				goal(ctx, what);
		}
	}
	for (size_t i = 0; (operation = route_operation_at(i)); i++) {
		resource = route_resource((size_t)operation->resource);
		snprintf(what, sizeof what, "%s on %s: 0", operation->name, resource->path);
		goal(ctx, what);
	}
}

void fuzz_goals(void (*goal)(void *ctx, const char *what), void *ctx)
{
	for (size_t i = 0; i < sizeof goals / sizeof *goals; i++)
		goal(ctx, goals[i]);
	rows(goal, ctx);
}

/* net_uv_worker.c - the one thread on which net_work's work runs, first asked, first done. */
#include "base/arena.h"
#include "net/net_uv_private.h"

#include <stdlib.h>
#include <utlist.h>

struct uv_job {
	struct uv_world *world;
	void (*work)(void *ctx);
	void (*done)(void *ctx);
	void *ctx;
	struct uv_job *prev, *next;
};

void uv_worker_init(struct uv_worker *worker)
{
	CHECK(uv_mutex_init(&worker->lock) == 0);
	CHECK(uv_cond_init(&worker->more) == 0);
}

/* Back on the loop's thread. */
static void job_done(void *ctx)
{
	struct uv_job *job = ctx;
	struct uv_world *world = job->world;
	if (--world->worker.owed == 0)
		uv_unref((uv_handle_t *)&world->wake);
	void (*done)(void *) = job->done;
	void *done_ctx = job->ctx;
	free(job);
	done(done_ctx);
}

static struct uv_job *next_job(struct uv_worker *worker)
{
	uv_mutex_lock(&worker->lock);
	while (!worker->jobs && !worker->stop)
		uv_cond_wait(&worker->more, &worker->lock);
	struct uv_job *job = worker->stop ? NULL : worker->jobs;
	if (job)
		DL_DELETE(worker->jobs, job);
	uv_mutex_unlock(&worker->lock);
	return job;
}

static void run_worker(void *ctx)
{
	struct uv_worker *worker = ctx;
	struct uv_job *job;
	while ((job = next_job(worker))) {
		job->work(job->ctx);
		net_post(&job->world->base, job_done, job);
	}
}

void uv_world_work(struct net *net, void (*work)(void *ctx), void (*done)(void *ctx), void *ctx)
{
	struct uv_world *world = (struct uv_world *)net;
	struct uv_worker *worker = &world->worker;
	struct uv_job *job = mem_new(sizeof *job);
	*job = (struct uv_job) {.world = world, .work = work, .done = done, .ctx = ctx};
	if (worker->owed++ == 0)
		uv_ref((uv_handle_t *)&world->wake); /* the loop waits for what it owes */
	if (!worker->started)
		CHECK(uv_thread_create(&worker->thread, run_worker, worker) == 0);
	worker->started = true;
	uv_mutex_lock(&worker->lock);
	DL_APPEND(worker->jobs, job);
	uv_cond_signal(&worker->more);
	uv_mutex_unlock(&worker->lock);
}

void uv_worker_fini(struct uv_worker *worker, const struct net_calls *posted)
{
	struct uv_job *job, *next;
	uv_mutex_lock(&worker->lock);
	worker->stop = true;
	uv_cond_signal(&worker->more);
	uv_mutex_unlock(&worker->lock);
	if (worker->started)
		uv_thread_join(&worker->thread);
	DL_FOREACH_SAFE(worker->jobs, job, next)
		free(job);
	for (size_t i = 0; i < posted->len; i++)
		if (posted->at[i].fn == job_done)
			free(posted->at[i].ctx);
	uv_cond_destroy(&worker->more);
	uv_mutex_destroy(&worker->lock);
}

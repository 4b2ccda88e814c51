/* count.c - counts what a server allocates and how often it copies a text, by its calls of the C library: a library to
 * be loaded before it (LD_PRELOAD). The file COUNT_FILE is read, and its text written, by whoever measures: numbers of
 * 64 bits, then the text and a NUL.
 *
 *   of the loop's thread: allocations, their bytes, copies, writes; the same of all other threads
 *
 * A copy is a memcpy, memmove, or a realloc that moves, of bytes that hold the text; a write hands such bytes to the
 * system. What is put together byte by byte (decoding, escaping) is a copy that nobody sees here. */
#include <dlfcn.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

struct counters {
	struct {
		uint64_t allocations, bytes, copies, writes;
	} of[2]; /* the loop, the others */
	char text[64];
};

static struct counters nowhere, *counters = &nowhere;

static void *(*real_malloc)(size_t);
static void *(*real_calloc)(size_t, size_t);
static void *(*real_realloc)(void *, size_t);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_writev)(int, const struct iovec *, int);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);

/* dlsym allocates. */
static char early[64 * 1024];
static size_t early_used;
static bool is_early(const void *at)
{
	return (const char *)at >= early && (const char *)at < early + sizeof early;
}

static void *find(const char *name)
{
	void *at = dlsym(RTLD_NEXT, name);
	if (!at)
		abort();
	return at;
}

__attribute__((constructor)) static void begin(void)
{
	real_calloc = find("calloc");
	real_malloc = find("malloc");
	real_realloc = find("realloc");
	real_write = find("write");
	real_writev = find("writev");
	real_pwrite = find("pwrite64");
	const char *file = getenv("COUNT_FILE");
	int fd = file ? open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
	if (fd < 0 || ftruncate(fd, sizeof *counters) != 0)
		return;
	void *at = mmap(NULL, sizeof *counters, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (at != MAP_FAILED)
		counters = at;
}

/* --- allocations ------------------------------------------------------------------------------ */

/* Which thread this is. */
static unsigned self(void)
{
	static __thread unsigned known;
	if (!known)
		known = syscall(SYS_gettid) == getpid() ? 1 : 2;
	return known - 1;
}

static void add(uint64_t *counter, uint64_t n)
{
	__atomic_fetch_add(counter, n, __ATOMIC_RELAXED);
}

static void count(size_t bytes)
{
	add(&counters->of[self()].allocations, 1);
	add(&counters->of[self()].bytes, bytes);
}

static void *take_early(size_t size)
{
	void *at = early + early_used;
	early_used += (size + 15) & ~(size_t)15;
	if (early_used > sizeof early)
		abort();
	return at;
}

void *malloc(size_t size)
{
	if (!real_malloc)
		return take_early(size);
	count(size);
	return real_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	if (!real_calloc)
		return take_early(n * size);
	count(n * size);
	return real_calloc(n, size);
}

/* --- copies ----------------------------------------------------------------------------------- */

static bool holds_text(const void *at, size_t len)
{
	const char *c = at, *text = counters->text;
	size_t text_len = 0;
	while (text[text_len])
		text_len++;
	if (!text_len)
		return false;
	for (size_t i = 0; i + text_len <= len; i++) {
		size_t n = 0;
		while (n < text_len && c[i + n] == text[n])
			n++;
		if (n == text_len)
			return true;
	}
	return false;
}

static void count_copy(const void *at, size_t len)
{
	if (holds_text(at, len))
		add(&counters->of[self()].copies, 1);
}

static void count_write(const void *at, size_t len)
{
	if (holds_text(at, len))
		add(&counters->of[self()].writes, 1);
}

static void *copy_up(void *to, const void *from, size_t len)
{
	char *t = to;
	const char *f = from;
	for (size_t i = 0; i < len; i++)
		t[i] = f[i];
	return to;
}

void *memcpy(void *restrict to, const void *restrict from, size_t len)
{
	count_copy(from, len);
	return copy_up(to, from, len);
}

void *memmove(void *to, const void *from, size_t len)
{
	char *t = to;
	const char *f = from;
	count_copy(from, len);
	if (t <= f || t >= f + len)
		return copy_up(to, from, len);
	while (len-- > 0)
		t[len] = f[len];
	return to;
}

void *realloc(void *at, size_t size)
{
	if (!real_realloc || is_early(at))
		abort();
	count(size);
	bool was_there = at && holds_text(at, malloc_usable_size(at));
	uintptr_t before = (uintptr_t)at;
	void *to = real_realloc(at, size);
	if (was_there && (uintptr_t)to != before)
		add(&counters->of[self()].copies, 1);
	return to;
}

/* --- writes ----------------------------------------------------------------------------------- */

ssize_t write(int fd, const void *at, size_t len)
{
	count_write(at, len);
	return real_write(fd, at, len);
}

ssize_t writev(int fd, const struct iovec *parts, int n)
{
	for (int i = 0; i < n; i++)
		count_write(parts[i].iov_base, parts[i].iov_len);
	return real_writev(fd, parts, n);
}

ssize_t pwrite64(int fd, const void *at, size_t len, off_t offset)
{
	count_write(at, len);
	return real_pwrite(fd, at, len, offset);
}

ssize_t pwrite(int fd, const void *at, size_t len, off_t offset)
{
	return pwrite64(fd, at, len, offset);
}

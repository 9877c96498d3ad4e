/* share.c - the elements of a call, shared out among threads: how many take part, and in what parts. */
#include "thread.h"

#include "share.h"

#include <limits.h>

#include "atomic.h"
#include "cpus.h"

/* A part is large beside what it costs to fetch it, and small enough that all threads end at about the same time; those of
 * a large array are rows that kernels take for long ones. */
#define SMALLEST_PART ((size_t)32 << 10)
#define LARGEST_PART ((size_t)1 << 20)
#define PARTS_PER_THREAD 8

#define CACHE_LINE 64

enum { BY_CPUS = 0, UNKNOWN = -1 };

static fs_atomic chosen;
static fs_atomic found = UNKNOWN;
static fs_atomic quota = INT_MAX;

void
fs_threads_choose(int threads)
{
    fs_store(&chosen, threads);
}

#if FS_THREADS && !defined(_WIN32)
static void
forget(void)
{
    fs_store(&found, UNKNOWN);
}
#endif

bool
fs_threads_find(int threads)
{
#if FS_THREADS && !defined(_WIN32)
    static fs_atomic is_told;
    if (fs_replace(&is_told, 0, 1)) {
        pthread_atfork(NULL, NULL, forget);
    }
#endif
    if (threads == BY_CPUS) {
        fs_store(&quota, fs_cpu_quota(""));
    }
    return fs_replace(&found, UNKNOWN, threads);
}

bool
fs_threads_are_known(void)
{
    return fs_load(&chosen) > 0 || fs_load(&found) != UNKNOWN;
}

static int
wanted(void)
{
    const int by_choice = (int)fs_load(&chosen), as_found = (int)fs_load(&found);
    if (by_choice > 0) {
        return by_choice;
    }
    if (as_found != BY_CPUS) {
        return as_found == UNKNOWN ? 1 : as_found;
    }
    const int cpus = fs_cpu_count(), most = (int)fs_load(&quota);
    return cpus < most ? cpus : most;
}

int
fs_threads(void)
{
    return FS_THREADS ? wanted() : 1;
}

void
fs_share(fs_work *work, const void *data, const void *y, size_t itemsize, size_t n)
{
    const size_t bytes = n * itemsize, worth = 2 * bytes / FS_SHARE_BYTES;
    size_t threads = 1;
    if (worth > 1 && (threads = (size_t)fs_threads()) > worth) {
        threads = worth;
    }
    if (threads < 2) {
        work(data, 0, n);
        return;
    }
    size_t size = bytes / (threads * PARTS_PER_THREAD);
    size = size < SMALLEST_PART ? SMALLEST_PART : size > LARGEST_PART ? LARGEST_PART : size;
    /* A part begins where a cache line of y does: no two threads write to the same one. */
    const struct fs_parts parts = {
        .n = n,
        .size = (size - size % CACHE_LINE) / itemsize,
        .skew = (size_t)y % CACHE_LINE / itemsize,
    };
    fs_pool_run((int)threads, work, data, &parts);
}

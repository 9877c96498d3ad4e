/* pool.c - threads that help a call with its work.
 *
 * There is one pool and it has one job at a time: a caller that finds it taken, as where many threads call at once, works
 * alone.  Helpers start on the first need and sleep in between.  The caller takes part, and parts come off a shared
 * counter: a job ends though no helper ever gets a processor, and none is waited for but those in the midst of a part.
 *
 * A fork finds no helpers: they end before it, unless there is a job, and start again with the next one.  The child of a
 * fork has a new pool. */
#include "thread.h"

#include "pool.h"

#include "atomic.h"

#if defined(__linux__)
#  include <sched.h>
#endif

/* A caller that has done its share waits so many moments for the others, some ten microseconds, before it sleeps. */
#define PAUSES 500

/* After a helper could not be started, so many jobs go without another attempt. */
#define JOBS_WITHOUT 1000

#if FS_THREADS
struct job {
    fs_work *work;
    const void *data;
    struct fs_parts parts;
    long count; /* of the parts */
};

static size_t
end_of(const struct fs_parts *parts, size_t i)
{
    const size_t end = (i + 1) * parts->size - parts->skew;
    return end < parts->n ? end : parts->n;
}

static void
do_part(const struct job *job, size_t i)
{
    job->work(job->data, i == 0 ? 0 : end_of(&job->parts, i - 1), end_of(&job->parts, i));
}

static struct {
    fs_lock lock; /* of all that is not atomic */
    fs_condition wanted, done;
    struct job job;
    fs_atomic next;   /* the part that comes next */
    fs_atomic inside; /* the helpers that have joined the job */
    int seats;        /* how many more may */
    bool is_awaited;
    bool is_ending;

    /* These are the affair of whoever has taken the pool. */
    int count; /* of the helpers that there are */
    int jobs_without;
    fs_thread helpers[FS_POOL_LARGEST - 1];
#  ifdef __linux__
    cpu_set_t place; /* where they may run */
    int placed;      /* how many of them know */
#  endif
} pool = {.lock = FS_LOCK_INIT, .wanted = FS_CONDITION_INIT, .done = FS_CONDITION_INIT};

/* Whether some thread has taken the pool. */
static fs_atomic taken;

static void
do_parts(void)
{
    const struct job *job = &pool.job;
    for (;;) {
        const long i = fs_add(&pool.next, 1);
        if (i >= job->count) {
            return;
        }
        do_part(job, (size_t)i);
    }
}

/* To wake a thread takes some microseconds: whoever is awake wakes two, so that nobody has to wake all. */
static void
wake_two_of(int seats)
{
    for (int i = 0; i < seats && i < 2; i++) {
        fs_wake_one(&pool.wanted);
    }
}

FS_THREAD_MAIN(help, unused)
{
    (void)unused;
    fs_acquire(&pool.lock);
    while (!pool.is_ending) {
        if (pool.seats == 0) {
            fs_wait(&pool.wanted, &pool.lock);
            continue;
        }
        const int seats = --pool.seats;
        fs_add(&pool.inside, 1);
        fs_release(&pool.lock);
        wake_two_of(seats);
        do_parts();
        fs_acquire(&pool.lock);
        if (fs_add(&pool.inside, -1) == 1 && pool.is_awaited) {
            fs_wake_one(&pool.done);
        }
    }
    fs_release(&pool.lock);
    return FS_THREAD_END;
}

/* Placement */

/* A woken thread is apt to be put on the CPU of the one that woke it, where it gets nothing done until the call is over.
 * So helpers keep off the CPU that the caller is on. */
static void
place_helpers(int count)
{
#  ifdef __linux__
    cpu_set_t place;
    const int cpu = sched_getcpu();
    if (cpu < 0 || sched_getaffinity(0, sizeof place, &place) != 0) {
        return;
    }
    if (CPU_COUNT(&place) > 1 && cpu < CPU_SETSIZE) {
        CPU_CLR(cpu, &place);
    }
    if (!CPU_EQUAL(&place, &pool.place)) {
        pool.place = place;
        pool.placed = 0;
    }
    for (; pool.placed < count; pool.placed++) {
        pthread_setaffinity_np(pool.helpers[pool.placed], sizeof place, &place);
    }
#  else
    (void)count;
#  endif
}

/* Fork */

#  ifndef _WIN32
/* Whether this thread has taken the pool for a fork. */
static _Thread_local bool is_forking;

static void
before_fork(void)
{
    if (!fs_replace(&taken, 0, 1)) {
        return;
    }
    is_forking = true;
    fs_acquire(&pool.lock);
    pool.is_ending = true;
    fs_wake_all(&pool.wanted);
    fs_release(&pool.lock);
    while (pool.count > 0) {
        pthread_join(pool.helpers[--pool.count], NULL);
    }
    pool.is_ending = false;
    pool.jobs_without = 0; /* there may be room for them by the next job */
#    ifdef __linux__
    pool.placed = 0;
#    endif
}

static void
after_fork(void)
{
    if (is_forking) {
        is_forking = false;
        fs_store(&taken, 0);
    }
}

/* The only thread there is finds the pool as some other one may have left it. */
static void
in_child(void)
{
    pthread_mutex_init(&pool.lock, NULL);
    pthread_cond_init(&pool.wanted, NULL);
    pthread_cond_init(&pool.done, NULL);
    pool.inside = 0;
    pool.seats = 0;
    pool.is_ending = false;
    pool.count = pool.jobs_without = 0;
#    ifdef __linux__
    pool.placed = 0;
#    endif
    is_forking = false;
    fs_store(&taken, 0);
}

static bool
is_ready_for_fork(void)
{
    static bool is_ready;
    if (!is_ready) {
        is_ready = pthread_atfork(before_fork, after_fork, in_child) == 0;
    }
    return is_ready;
}
#  else
static bool
is_ready_for_fork(void)
{
    return true;
}
#  endif

/* Has so many helpers ready, or as many as there can be. */
static int
ready_helpers(int count)
{
    if (pool.count < count && pool.jobs_without > 0) {
        pool.jobs_without--;
    }
    else if (pool.count < count && is_ready_for_fork()) {
        while (pool.count < count && fs_start(&pool.helpers[pool.count], help)) {
            pool.count++;
        }
        pool.jobs_without = pool.count < count ? JOBS_WITHOUT : 0;
    }
    return pool.count < count ? pool.count : count;
}

/* The job by all who are there; the pool is taken. */
static void
run(const struct job *job, int helpers)
{
    place_helpers(helpers);
    fs_acquire(&pool.lock);
    pool.job = *job;
    fs_store(&pool.next, 0);
    pool.seats = helpers;
    fs_release(&pool.lock);
    wake_two_of(helpers);
    do_parts();
    for (int i = 0; i < PAUSES && fs_load(&pool.inside) > 0; i++) {
        fs_pause();
    }
    fs_acquire(&pool.lock);
    pool.seats = 0; /* who has not come by now comes too late */
    pool.is_awaited = true;
    while (fs_load(&pool.inside) > 0) {
        fs_wait(&pool.done, &pool.lock);
    }
    pool.is_awaited = false;
    fs_release(&pool.lock);
}
#endif

void
fs_pool_run(int threads, fs_work *work, const void *data, const struct fs_parts *parts)
{
#if FS_THREADS
    if (threads > 1 && fs_replace(&taken, 0, 1)) {
        const int most = threads < FS_POOL_LARGEST ? threads : FS_POOL_LARGEST;
        const int helpers = ready_helpers(most - 1);
        if (helpers > 0) {
            const size_t count = (parts->n + parts->skew + parts->size - 1) / parts->size;
            run(&(struct job){work, data, *parts, (long)count}, helpers);
        }
        fs_store(&taken, 0);
        if (helpers > 0) {
            return;
        }
    }
#else
    (void)threads;
#endif
    work(data, 0, parts->n);
}

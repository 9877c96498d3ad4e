/* pool.c - what pool.h and share.h promise of threads, which no result tells: how many take part in a job, where helpers may
 * run, where parts begin, and what a fork leaves of it all.  For Linux; no Python.
 *
 *     cc -std=c11 -O2 -Icsrc/math tests/native/pool.c csrc/math/{pool,share,cpus}.c -lpthread -o pool && ./pool
 *
 * A part of a job waits until as many threads are at work as there are to be, so that all of them have to come.  Exit
 * status 1 where something is not as promised; what hangs is ended by SIGALRM. */
#define _GNU_SOURCE
#include <dirent.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "pool.h"
#include "share.h"

#define PATIENCE 20 /* seconds, for a thread to come */
#define MOST 4096   /* parts, and elements that are counted */

static int failures;

static void
check(int holds, const char *what)
{
    if (!holds) {
        printf("not so: %s\n", what);
        failures++;
    }
}

static void
nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

/* A job that watches itself. */

static struct {
    atomic_int wanted;    /* so many threads are to be at work at once */
    void (*beside)(void); /* what the first part does, besides */
    atomic_int now, most, parts, done[MOST];
    size_t first[MOST];
} job;

static void
work(const void *data, size_t first, size_t end)
{
    (void)data;
    const int now = atomic_fetch_add(&job.now, 1) + 1;
    int most = atomic_load(&job.most);
    while (now > most && !atomic_compare_exchange_weak(&job.most, &most, now)) {
    }
    job.first[atomic_fetch_add(&job.parts, 1) % MOST] = first;
    for (size_t i = first; i < end && i < MOST; i++) {
        atomic_fetch_add(&job.done[i], 1);
    }
    if (first == 0 && job.beside != NULL) {
        job.beside();
    }
    const time_t end_of_patience = time(NULL) + PATIENCE;
    while (atomic_load(&job.most) < job.wanted && time(NULL) < end_of_patience) {
        nap();
    }
    nap(); /* for whoever is too many */
    atomic_fetch_sub(&job.now, 1);
}

/* Parts of one element each: twice as many as there are to be threads. */
static struct fs_parts
parts_for(int wanted, void (*beside)(void))
{
    memset(&job, 0, sizeof job);
    job.wanted = wanted;
    job.beside = beside;
    return (struct fs_parts){.n = 2 * (size_t)wanted, .size = 1};
}

static void
is_done_by(int threads, int wanted, void (*beside)(void), const char *what)
{
    const struct fs_parts parts = parts_for(wanted, beside);
    fs_pool_run(threads, work, NULL, &parts);
    check(job.most == wanted, what);
    for (size_t i = 0; i < parts.n; i++) {
        check(job.done[i] == 1, "each element is done once");
    }
}

/* A job that finds the pool taken is not shared out. */

static atomic_int pieces;

static void
count(const void *data, size_t first, size_t end)
{
    (void)data, (void)first, (void)end;
    atomic_fetch_add(&pieces, 1);
}

static void
is_done_alone(void)
{
    const int before = pieces;
    fs_pool_run(8, count, NULL, &(struct fs_parts){.n = 4000, .size = 1});
    check(pieces == before + 1, "a job that finds the pool taken is done in one piece");
}

/* Helpers keep off the caller's CPU, where they have another. */
static void
are_placed(void)
{
    cpu_set_t own, set, both;
    sched_getaffinity(0, sizeof own, &own);
    is_done_by(3, 3, NULL, "three take part");
    const int left = CPU_COUNT(&own) > 1 ? CPU_COUNT(&own) - 1 : 1;
    int placed = 0;
    DIR *tasks = opendir("/proc/self/task");
    for (struct dirent *entry; (entry = readdir(tasks)) != NULL;) {
        const int task = atoi(entry->d_name);
        if (task > 0 && task != getpid() && sched_getaffinity(task, sizeof set, &set) == 0) {
            CPU_AND(&both, &set, &own);
            placed += CPU_COUNT(&set) == left && CPU_EQUAL(&both, &set);
        }
    }
    closedir(tasks);
    check(placed >= 2, "helpers may run where the caller may, but for the CPU that it is on");
}

/* Forks */

static void
child_is_well(void (*test)(void))
{
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        alarm(3 * PATIENCE);
        failures = 0;
        test();
        fflush(stdout);
        _exit(failures > 0);
    }
    int status = 1;
    waitpid(child, &status, 0);
    check(status == 0, "the child of a fork has a pool that works");
}

static void
works(void)
{
    is_done_by(4, 4, NULL, "four take part after a fork");
    are_placed();
}

/* Helpers of the child that find a seat left of its parent's job may take it, if they come early. */
static void
fork_here(void)
{
    for (int i = 0; i < 3; i++) {
        child_is_well(works);
    }
}

static void
works_and_forks(void)
{
    is_done_by(3, 3, NULL, "three take part in a child");
    child_is_well(works);
    works();
}

static void *
run_job(void *parts)
{
    fs_pool_run(4, work, NULL, parts);
    return NULL;
}

/* The job of another thread goes on meanwhile. */
static void
fork_beside(void)
{
    struct fs_parts parts = parts_for(4, NULL);
    job.wanted = 5; /* which do not come */
    pthread_t thread;
    pthread_create(&thread, NULL, run_job, &parts);
    while (job.most < 4) {
        nap();
    }
    child_is_well(works);
    is_done_alone();
    job.wanted = 0;
    pthread_join(thread, NULL);
    check(job.parts == (int)parts.n, "a job beside forks does all its parts");
}

/* Parts begin at whole cache lines of y. */

static void
begin_at_lines(void)
{
    parts_for(0, NULL);
    fs_pool_run(3, work, NULL, &(struct fs_parts){.n = 1000, .size = 64, .skew = 24});
    check(job.parts == 16, "a thousand elements and 24 are 16 parts of 64");
    for (int i = 0; i < job.parts; i++) {
        check(job.first[i] == 0 || (job.first[i] + 24) % 64 == 0, "the first part has fewer");
    }

    static _Alignas(64) double y[500002];
    parts_for(0, NULL);
    fs_threads_choose(3);
    fs_share(work, NULL, y + 1, sizeof *y, 500001);
    check(job.parts > 8, "a long array has several parts for each thread");
    for (int i = 0; i < job.parts; i++) {
        check(job.first[i] == 0 || (uintptr_t)(y + 1 + job.first[i]) % 64 == 0,
              "a part begins at a cache line");
    }
    fs_threads_choose(0);
}

/* Whether anybody has said how many threads there may be. */
static void
are_known(void)
{
    check(!fs_threads_are_known(), "nobody has said how many threads there may be");
    check(fs_threads() == 1, "it is one then");
    fs_threads_choose(3);
    check(fs_threads_are_known() && fs_threads() == 3, "what is chosen is known");
    fs_threads_choose(0);
    check(fs_threads_find(2) && !fs_threads_find(5), "what is found first holds");
    check(fs_threads_are_known() && fs_threads() == 2, "what is found is known");
}

int
main(void)
{
    alarm(10 * PATIENCE);
    is_done_by(5, 5, NULL, "five take part");
    is_done_by(9, 9, NULL, "nine take part");
    is_done_by(2, 2, NULL, "no more than two take part, though there are eight helpers");
    is_done_by(1000, FS_POOL_LARGEST, NULL, "no more take part than the pool has places");
    is_done_by(4, 4, is_done_alone, "four take part, and one of them calls");

    cpu_set_t all, one;
    sched_getaffinity(0, sizeof all, &all);
    are_placed();
    for (int cpu = 0, tried = 0; cpu < CPU_SETSIZE && tried < 2; cpu++) {
        if (CPU_ISSET(cpu, &all)) {
            tried++;
            CPU_ZERO(&one);
            CPU_SET(cpu, &one);
            sched_setaffinity(0, sizeof one, &one);
            are_placed();
        }
    }
    sched_setaffinity(0, sizeof all, &all);
    are_placed();

    child_is_well(works);
    are_placed();
    child_is_well(works_and_forks);
    is_done_by(1000, FS_POOL_LARGEST, fork_here,
               "those come, too, who were on their way when one forked");
    is_done_by(4, 4, NULL, "four take part after a fork in a job");
    fork_beside();
    child_is_well(fork_beside);
    is_done_by(4, 4, NULL, "four take part after forks beside a job");

    begin_at_lines();
    are_known();
    puts(failures > 0 ? "the pool is not as promised" : "the pool is as promised");
    return failures > 0;
}

/* threads.c - the kernels from many threads at once, for ThreadSanitizer: what is chosen or made on first use,
 * and values and rows after that; then long rows, of which the pool takes one at a time, and forks beside them.  Prints
 * how much has been computed; exits with 1 where two threads differ. */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kernels.h"
#include "share.h"
#include "walk.h"

#define THREADS 8
#define N 3000
#define ROUNDS 5

static double x64[N];
static float x32[N];
static uint16_t x16[N];
static pthread_barrier_t barrier;

struct results {
    double scalar64[N], row64[N];
    float scalar32[N], row32[N];
    uint16_t row16[N], row_bf16[N];
};
static struct results results[THREADS];

static void *
work(void *argument)
{
    struct results *mine = argument;
    pthread_barrier_wait(&barrier);
    for (const struct fs_kernels *const *kernels = fs_available(); *kernels != NULL; kernels++) {
        for (int round = 0; round < ROUNDS; round++) {
            /* First of all what makes its table on first use. */
            (*kernels)->functions[FS_SIGMOID].row_f16(x16, sizeof *x16, mine->row16, sizeof *x16,
                                                      N);
            (*kernels)->functions[FS_SIGMOID].row_bf16(x16, sizeof *x16, mine->row_bf16,
                                                       sizeof *x16, N);
            for (int i = 0; i < N; i++) {
                mine->scalar64[i] = (*kernels)->functions[FS_SIGMOID].f64(x64[i]);
                mine->scalar32[i] = (*kernels)->functions[FS_SIGMOID].f32(x32[i]);
            }
            (*kernels)->functions[FS_SIGMOID].row_f64(x64, sizeof *x64, mine->row64, sizeof *x64,
                                                      N);
            (*kernels)->functions[FS_SIGMOID].row_f32(x32, sizeof *x32, mine->row32, sizeof *x32,
                                                      N);
        }
    }
    return NULL;
}

/* Long rows */

#define CALLERS 3
#define LONG 200003 /* pays for three threads */
#define LONG_ROUNDS 20

static double long_x[LONG], expected[LONG];

static struct fs_array
row_of(double *data)
{
    return (struct fs_array){(char *)data, sizeof *data, false, 1, {LONG}, {sizeof *data}};
}

static void
compute(double *to)
{
    const struct fs_array x = row_of(long_x), y = row_of(to);
    fs_walk((*fs_available())->functions[0].row_f64, &x, &y);
}

static int
is_right(double *y)
{
    memset(y, 0, sizeof expected);
    compute(y);
    return memcmp(y, expected, sizeof expected) == 0;
}

/* Returns the argument where all is right. */
static void *
work_long(void *argument)
{
    double *y = malloc(sizeof expected);
    int wrong = y == NULL;
    pthread_barrier_wait(&barrier);
    for (int round = 0; round < LONG_ROUNDS && !wrong; round++) {
        fs_threads_choose(2 + round % 4);
        wrong = !is_right(y);
        if (!wrong && round % 5 == 0) {
            const pid_t child = fork();
            if (child == 0) {
                _exit(is_right(y) && is_right(y) ? 0 : 1);
            }
            int status = 1;
            wrong = child < 0 || waitpid(child, &status, 0) != child || status != 0;
        }
    }
    free(y);
    return wrong ? NULL : argument;
}

static int
long_rows(void)
{
    for (int i = 0; i < LONG; i++) {
        long_x[i] = (i - LONG / 2) * 0.0071;
    }
    compute(expected); /* alone: nobody has said how many threads there may be */
    pthread_t threads[CALLERS];
    int right = 0;
    pthread_barrier_init(&barrier, NULL, CALLERS);
    for (int i = 0; i < CALLERS; i++) {
        pthread_create(&threads[i], NULL, work_long, &right);
    }
    for (int i = 0; i < CALLERS; i++) {
        void *result;
        pthread_join(threads[i], &result);
        right += result != NULL;
    }
    return right == CALLERS;
}

int
main(void)
{
    for (int i = 0; i < N; i++) {
        x64[i] = (i - N / 2) * 0.53;
        x32[i] = (float)(i - N / 2) * 0.071f;
        x16[i] = (uint16_t)(i * 21);
    }
    pthread_t threads[THREADS];
    pthread_barrier_init(&barrier, NULL, THREADS);
    for (int i = 0; i < THREADS; i++) {
        pthread_create(&threads[i], NULL, work, &results[i]);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    for (int i = 1; i < THREADS; i++) {
        if (memcmp(&results[i], &results[0], sizeof results[0]) != 0) {
            printf("thread %d has other results\n", i);
            return 1;
        }
    }
    if (!long_rows()) {
        printf("long rows are wrong\n");
        return 1;
    }
    int isas = 0;
    while (fs_available()[isas] != NULL) {
        isas++;
    }
    printf(
        "%d threads, %d instruction sets, %d elements; %d long rows of %d callers and their forks: "
        "no data race\n",
        THREADS, isas, THREADS * isas * ROUNDS * 6 * N, CALLERS * LONG_ROUNDS, CALLERS);
    return 0;
}

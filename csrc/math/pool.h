/* pool.h - threads that help a call with its work. */
#ifndef FASTSIGMOID_POOL_H
#define FASTSIGMOID_POOL_H

#include <stddef.h>

/* Does the elements from first up to, not including, end. */
typedef void fs_work(const void *data, size_t first, size_t end);

/* How n elements fall into parts: each has `size` of them, but the first one `skew` fewer, which is less than size, and
 * the last one what is left. */
struct fs_parts {
    size_t n, size, skew;
};

/* No more than so many threads take part in a job. */
#define FS_POOL_LARGEST 256

/* Does all parts, in no order, each of them once and by one thread: the caller and up to threads - 1 helpers.  It may be
 * called from anywhere at any time: where the pool is taken, or there can be no helpers, the caller does all by itself. */
void fs_pool_run(int threads, fs_work *work, const void *data, const struct fs_parts *parts);

#endif

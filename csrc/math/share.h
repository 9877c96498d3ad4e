/* share.h - the elements of a call, shared out among threads: how many take part, and in what parts. */
#ifndef FASTSIGMOID_SHARE_H
#define FASTSIGMOID_SHARE_H

#include <stdbool.h>
#include <stddef.h>

#include "pool.h"

/* Results of fewer bytes are the caller's own affair: waking another thread takes as long as computing so many. */
#define FS_SHARE_BYTES ((size_t)512 << 10)

/* Does the work on n elements, whose results take up itemsize bytes each; y is where the first one goes.  The work may be
 * done in parts, by several threads at once. */
void fs_share(fs_work *work, const void *data, const void *y, size_t itemsize, size_t n);

/* How many threads may take part in a call, whatever is found; 0 leaves it to that. */
void fs_threads_choose(int threads);

/* What has been found to apply where nothing is chosen: so many, or with 0 the CPUs of the thread that calls, within
 * the quota of the process.  False where another thread has been first.  The child of a fork has to find it anew. */
bool fs_threads_find(int threads);

/* Whether one or the other has been done. */
bool fs_threads_are_known(void);

/* How many threads a call may use now: 1 where that is not known. */
int fs_threads(void);

#endif

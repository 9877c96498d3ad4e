/* queue.h - the elements that a block's lanes left open, and what one block tells the next. */
#ifndef FASTSIGMOID_QUEUE_H
#define FASTSIGMOID_QUEUE_H

#include <stddef.h>
#include <stdint.h>

/* Elements a block, a multiple of all lanes there are. */
#define BLOCK 1024

/* Up to here copying a row costs less than leading its last elements through by themselves; no fewer than
 * any lanes there are. */
#define SHORT_ROW 64

/* So many make it worth while to compute them; a block can add no more than BLOCK. */
#define QUEUE_FULL 256

struct queue {
    size_t length;
    size_t first; /* which element of y the current block begins with */
    int wide;     /* for float32, whether the block before was; for float64, how many groups are to be */
    int span;     /* what `wide` begins with when it is next set */
    double x[QUEUE_FULL + BLOCK + 1]; /* one lane is written in any case, counted or not */
    size_t at[QUEUE_FULL + BLOCK + 1];
};

static inline int
lowest_bit(uint64_t bits)
{
#if defined(__GNUC__)
    return __builtin_ctzll(bits);
#else
    int n = 0;
    while (!(bits >> n & 1)) {
        n++;
    }
    return n;
#endif
}

#endif

/* queue.h - the elements that a block's lanes left open, and what one block tells the next. */
#ifndef FASTSIGMOID_QUEUE_H
#define FASTSIGMOID_QUEUE_H

#include <stddef.h>
#include <stdint.h>

/* Elements a block, a multiple of all lanes there are. */
#define ROW_BLOCK 1024

/* Up to here copying a row costs less than leading its last elements through by themselves; no fewer than
 * any lanes there are. */
#define ROW_SHORT 64

/* So many make it worth while to compute them; a block can add no more than ROW_BLOCK. */
#define QUEUE_FULL 256

struct queue {
    size_t length;
    size_t first; /* which element of y the current block begins with */
    int wide;     /* how many groups are to go without trying the narrow form */
    int span;     /* what `wide` begins with when it is next set */
    int is_long;  /* whether the memory of the groups to come is to be asked for */
    double x[QUEUE_FULL + ROW_BLOCK + 1]; /* one lane is written in any case, counted or not */
    size_t at[QUEUE_FULL + ROW_BLOCK + 1];
};

/* Where the lanes of a group may be: as near to 0 as the usual form reaches, where the result is a normal
 * number and not 1, or anywhere.  Known at compile time wherever it is a parameter. */
enum range { IN_NARROW, IN_WIDE, ANYWHERE };

/* Whether most of 64 lanes are open: whether it is worth while to look at them as vectors. */
static inline int
is_crowded(uint64_t open)
{
    return (open & open >> 1 & open >> 2 & open >> 3) != 0;
}

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

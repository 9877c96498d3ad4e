/* queue.h - the elements that a block's lanes left open, and what one block tells the next. */
#ifndef FASTSIGMOID_QUEUE_H
#define FASTSIGMOID_QUEUE_H

#include <stddef.h>
#include <stdint.h>

/* Elements a block, a multiple of every VD_LANES. */
#define BLOCK 1024

struct queue {
    size_t length;
    int wide; /* the form that the block before called for */
    double x[BLOCK + 1]; /* one lane is written in any case, counted or not */
    uint16_t at[BLOCK + 1];
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

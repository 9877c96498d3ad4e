/* queue.h - the elements that a block's lanes left open. */
#ifndef FASTSIGMOID_QUEUE_H
#define FASTSIGMOID_QUEUE_H

#include <stddef.h>
#include <stdint.h>

/* Elements a block, a multiple of every VD_LANES. */
#define BLOCK 256

/* vd_compress may write a whole vector behind the last one counted. */
struct queue {
    size_t length;
    double x[BLOCK + 8];
    uint16_t at[BLOCK + 8];
};

#endif

/* walk.h - arrays of any layout, led through the rows of a kernel.  Nothing here knows Python. */
#ifndef FASTSIGMOID_WALK_H
#define FASTSIGMOID_WALK_H

#include <stdbool.h>

#include "fastsigmoid.h"

#define FS_MAX_NDIM 64

/* Where the elements of an array lie.  data is the element whose indices are all 0; strides are in
 * bytes, of any sign and alignment.  The shape holds no negative number, and neither the count of
 * the elements nor the distance between any two of them overflows ptrdiff_t. */
struct fs_array {
    char *data;
    ptrdiff_t itemsize; /* 2, 4 or 8 */
    bool swapped;       /* the byte order is not the machine's */
    int ndim;
    ptrdiff_t shape[FS_MAX_NDIM];
    ptrdiff_t strides[FS_MAX_NDIM];
};

static inline ptrdiff_t
fs_magnitude(ptrdiff_t a)
{
    return a < 0 ? -a : a;
}

/* The number of elements. */
ptrdiff_t fs_size(const struct fs_array *array);

/* Whether the elements lie in C order without gaps. */
bool fs_is_contiguous(const struct fs_array *array);

/* Sets the strides so. */
void fs_make_contiguous(struct fs_array *array, ptrdiff_t itemsize);

bool fs_same_shape(const struct fs_array *x, const struct fs_array *y);

/* Whether it shows some element more than once along an axis. */
bool fs_repeats(const struct fs_array *array);

/* Gives x the shape of y by repeating its elements, or returns false where they do not fit. */
bool fs_broadcast(struct fs_array *x, const struct fs_array *y);

/* Whether no two elements share memory, as far as this can be seen without solving equations: each
 * stride steps over all that the smaller ones reach. */
bool fs_is_distinct(const struct fs_array *array);

/* Whether writing y may change an element of x before it has been read.  Never so where both are
 * the same elements in the same order. */
bool fs_conflict(const struct fs_array *x, const struct fs_array *y);

/* Moves x to fresh memory of fs_size(x) * x->itemsize bytes. */
void fs_move(struct fs_array *x, void *memory);

/* y = row(x), element by element.  Both have the same shape and itemsize, and no conflict. */
void fs_walk(fs_row *row, const struct fs_array *x, const struct fs_array *y);

#endif

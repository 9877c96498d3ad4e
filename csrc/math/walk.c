/* walk.c - arrays of any layout, led through the rows of a kernel.
 *
 * The axes are sorted and merged until as few and as long rows as possible remain; most arrays, of
 * however many dimensions, end as a single row.  Rows that a kernel cannot take (misaligned, of the
 * other byte order) pass through a small block. */
#include "walk.h"

#include <string.h>

#include "copy.h"
#include "share.h"

/* Elements of the block: 4 KB, which stays in the first-level cache beside the rows. */
#define WALK_BLOCK 512

/* A call of a kernel costs about as much as this many elements do. */
#define WALK_SHORT 16

/* Copies */

static fs_row *
copy_for(ptrdiff_t itemsize, bool swapped)
{
    switch (itemsize) {
        case 2:
            return swapped ? fs_swap_copy16 : fs_copy16;
        case 4:
            return swapped ? fs_swap_copy32 : fs_copy32;
        default:
            return swapped ? fs_swap_copy64 : fs_copy64;
    }
}

void
fs_move(struct fs_array *x, void *memory)
{
    struct fs_array to = *x;
    to.data = memory;
    fs_make_contiguous(&to, x->itemsize);
    /* The byte order goes along: nothing is to be swapped on the way. */
    struct fs_array from = *x;
    from.swapped = to.swapped = false;
    fs_walk(copy_for(x->itemsize, false), &from, &to);
    to.swapped = x->swapped;
    *x = to;
}

/* The walk */

struct axis {
    ptrdiff_t n, x_stride, y_stride;
};

/* One operand of a row: through the block where copy is not NULL. */
struct side {
    char *data;
    ptrdiff_t stride;
    fs_row *copy;
};

static void
walk_row(fs_row *row, struct side x, struct side y, ptrdiff_t itemsize, ptrdiff_t n)
{
    if (x.copy == NULL && y.copy == NULL) {
        row(x.data, x.stride, y.data, y.stride, (size_t)n);
        return;
    }
    uint64_t block[WALK_BLOCK];
    for (ptrdiff_t done = 0; done < n; done += WALK_BLOCK) {
        size_t count = (size_t)(n - done < WALK_BLOCK ? n - done : WALK_BLOCK);
        struct side from = {x.data + done * x.stride, x.stride, NULL};
        struct side to = {y.data + done * y.stride, y.stride, NULL};
        if (x.copy != NULL) {
            x.copy(from.data, from.stride, block, itemsize, count);
            from = (struct side){(char *)block, itemsize, NULL};
        }
        if (y.copy == NULL) {
            row(from.data, from.stride, to.data, to.stride, count);
        }
        else {
            row(from.data, from.stride, block, itemsize, count);
            y.copy(block, itemsize, to.data, to.stride, count);
        }
    }
}

/* Whether axis a is to stand outside of b. */
static bool
is_outside(const struct axis *a, const struct axis *b)
{
    ptrdiff_t a_step = fs_magnitude(a->y_stride), b_step = fs_magnitude(b->y_stride);
    if (a_step == b_step) {
        a_step = fs_magnitude(a->x_stride);
        b_step = fs_magnitude(b->x_stride);
    }
    return a_step > b_step;
}

/* Sorts the axes by the steps they take in memory, the smallest one last, and merges neighbours
 * that step on evenly.  Returns how many remain, at least one. */
static int
arrange(struct axis *axes, const struct fs_array *x, const struct fs_array *y)
{
    int count = 0;
    for (int i = 0; i < y->ndim; i++) {
        struct axis axis = {y->shape[i], x->strides[i], y->strides[i]};
        if (axis.n == 1) {
            continue;
        }
        int place = count++;
        while (place > 0 && is_outside(&axis, &axes[place - 1])) {
            axes[place] = axes[place - 1];
            place--;
        }
        axes[place] = axis;
    }
    if (count == 0) {
        axes[0] = (struct axis){1, x->itemsize, y->itemsize};
        return 1;
    }
    int last = 0;
    for (int i = 1; i < count; i++) {
        struct axis *outer = &axes[last];
        const struct axis *inner = &axes[i];
        if (outer->x_stride == inner->x_stride * inner->n
            && outer->y_stride == inner->y_stride * inner->n) {
            *outer = (struct axis){outer->n * inner->n, inner->x_stride, inner->y_stride};
        }
        else {
            axes[++last] = *inner;
        }
    }
    /* Many short rows cost more than long steps do. */
    if (axes[last].n < WALK_SHORT) {
        int longest = last;
        for (int i = 0; i < last; i++) {
            if (axes[i].n > axes[longest].n) {
                longest = i;
            }
        }
        struct axis inner = axes[longest];
        axes[longest] = axes[last];
        axes[last] = inner;
    }
    return last + 1;
}

/* A walk along rows, whose axis is the last one. */
struct walk {
    fs_row *row;
    struct side x, y;
    ptrdiff_t itemsize;
    int outer_count;
    struct axis axes[FS_MAX_NDIM];
};

/* The elements from first up to end, in the order of the axes. */
static void
walk_part(const void *data, size_t first, size_t end)
{
    const struct walk *walk = data;
    const struct axis *axes = walk->axes, *inner = &axes[walk->outer_count];
    struct side x = walk->x, y = walk->y;
    ptrdiff_t index[FS_MAX_NDIM] = {0};
    ptrdiff_t start = (ptrdiff_t)first, left = (ptrdiff_t)(end - first);
    if (start > 0) {
        ptrdiff_t outer = start / inner->n;
        start %= inner->n;
        for (int i = walk->outer_count - 1; outer > 0; i--) {
            index[i] = outer % axes[i].n;
            outer /= axes[i].n;
            x.data += index[i] * axes[i].x_stride;
            y.data += index[i] * axes[i].y_stride;
        }
    }
    for (;;) {
        const ptrdiff_t n = left < inner->n - start ? left : inner->n - start;
        const struct side from = {x.data + start * x.stride, x.stride, x.copy};
        const struct side to = {y.data + start * y.stride, y.stride, y.copy};
        walk_row(walk->row, from, to, walk->itemsize, n);
        left -= n;
        if (left == 0) {
            return;
        }
        start = 0;
        int i = walk->outer_count - 1;
        while (index[i] == axes[i].n - 1) {
            x.data -= index[i] * axes[i].x_stride;
            y.data -= index[i] * axes[i].y_stride;
            index[i--] = 0;
        }
        index[i]++;
        x.data += axes[i].x_stride;
        y.data += axes[i].y_stride;
    }
}

void
fs_walk(fs_row *row, const struct fs_array *x, const struct fs_array *y)
{
    const size_t size = (size_t)fs_size(y);
    if (size == 0) {
        return;
    }
    struct walk walk;
    walk.row = row;
    walk.itemsize = x->itemsize;
    walk.outer_count = arrange(walk.axes, x, y) - 1;
    const struct axis *inner = &walk.axes[walk.outer_count];

    uintptr_t x_places = (uintptr_t)x->data, y_places = (uintptr_t)y->data;
    for (int i = 0; i <= walk.outer_count; i++) {
        x_places |= (uintptr_t)walk.axes[i].x_stride;
        y_places |= (uintptr_t)walk.axes[i].y_stride;
    }
    const uintptr_t misaligned = (uintptr_t)x->itemsize - 1;
    walk.x = (struct side){x->data, inner->x_stride, NULL};
    walk.y = (struct side){y->data, inner->y_stride, NULL};
    if (x->swapped || (x_places & misaligned) != 0) {
        walk.x.copy = copy_for(x->itemsize, x->swapped);
    }
    if (y->swapped || (y_places & misaligned) != 0) {
        walk.y.copy = copy_for(y->itemsize, y->swapped);
    }
    /* Elements of y that share memory have an order, in which the last one wins. */
    if (fs_is_distinct(y)) {
        fs_share(walk_part, &walk, y->data, (size_t)y->itemsize, size);
    }
    else {
        walk_part(&walk, 0, size);
    }
}

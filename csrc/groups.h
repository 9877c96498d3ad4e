/* groups.h - a block, led through the lanes in groups of vectors; included once for each width, before row.h
 * and with its macros, and ROW_GROUP, how many vectors go side by side.  It calls
 *
 *   ROW(group)           y for a group whose lanes are supposed to be in some range, but x in the lanes that
 *                        stay open, which it marks in `open`, a bit each.  Returns whether they were in that
 *                        range; if not, nothing has been stored
 *   ROW(saturate)        y for a group whose results are all 0, 1 or NaN.  Returns whether they are
 *   ROW(is_subnormal)    whether all results of a group are subnormal
 *   ROW(special_vector)  for one vector of y, all of it open, a form made for ties or subnormal results, if
 *                        it is of that kind.  Returns the lanes that this settles, a bit each.
 *
 * Another thread may write to x meanwhile: what stands in y then is to be the result of some value that x had.
 * In the narrow range ROW(group) therefore loads each element once, but for those open, which it may load again;
 * elsewhere x is a copy. */

#define GROUP_ELEMENTS (ROW_GROUP * ROW_LANES)
#define GROUP_WORDS (GROUP_ELEMENTS / 64)

/* A group that is not all narrow.  Not inlined, like the next one: its constants would drive those of the
 * narrow form out of the registers. */
static FS_NOINLINE void
ROW(wide_group)(const ROW_ELEMENT *given, ROW_ELEMENT *y, size_t vectors, uint64_t *open)
{
    ROW_ELEMENT x[GROUP_ELEMENTS];
    memcpy(x, given, vectors * ROW_LANES * sizeof(ROW_ELEMENT));
    FS_COPIED(x);
    if (ROW(saturate)(x, y, vectors)) {
        for (int i = 0; i < GROUP_WORDS; i++) {
            open[i] = 0;
        }
    } else if (ROW(is_subnormal)(x, vectors)) {
        /* The usual forms would be of no use. */
        const size_t n = vectors * ROW_LANES;
        memcpy(y, x, n * sizeof(ROW_ELEMENT));
        for (size_t i = 0; i < GROUP_WORDS; i++) {
            open[i] = n >= 64 * i + 64 ? UINT64_MAX : n <= 64 * i ? 0 : (UINT64_C(1) << (n - 64 * i)) - 1;
        }
    } else if (!ROW(group)(x, y, vectors, IN_WIDE, open)) {
        ROW(group)(x, y, vectors, ANYWHERE, open);
    }
}

/* Goes once more through the vectors of 64 elements that are open in all lanes.  Returns the lanes that are
 * still open. */
static FS_NOINLINE uint64_t
ROW(special_vectors)(ROW_ELEMENT *y, uint64_t open)
{
    const uint64_t all = (UINT64_C(1) << (ROW_LANES - 1) << 1) - 1;
    for (size_t i = 0; i < 64; i += ROW_LANES) {
        if ((open >> i & all) == all) {
            open &= ~(ROW(special_vector)(y + i) << i);
        }
    }
    return open;
}

/* y = sigmoid(x) for n elements, a multiple of ROW_LANES, but for those queued.  The narrow form is tried; where
 * it fails, it is left alone for a group, and for twice as many, up to 32, each time it fails again. */
static inline void
ROW(block)(const ROW_ELEMENT *x, ROW_ELEMENT *y, size_t n, struct queue *queue)
{
    uint64_t open[BLOCK / 64];
    uint64_t *here = open;
    for (size_t start = 0; start < n; start += GROUP_ELEMENTS, here += GROUP_WORDS) {
        const size_t left = (n - start) / ROW_LANES, vectors = left < ROW_GROUP ? left : ROW_GROUP;
        if (queue->wide > 0) {
            queue->wide--;
            ROW(wide_group)(x + start, y + start, vectors, here);
            continue;
        }
        /* A whole group is told from a part by a constant, so that its loops can be unrolled. */
        if (vectors == ROW_GROUP ? ROW(group)(x + start, y + start, ROW_GROUP, IN_NARROW, here)
                                 : ROW(group)(x + start, y + start, vectors, IN_NARROW, here)) {
            queue->span = 1;
        } else {
            ROW(wide_group)(x + start, y + start, vectors, here);
            queue->wide = queue->span;
            queue->span = queue->span < 32 ? 2 * queue->span : 32;
        }
    }
    /* Only now: a branch on what has just been computed, once mispredicted, would throw away the work on
     * the groups behind it. */
    for (size_t start = 0; start < n; start += 64) {
        uint64_t still = open[start / 64];
        if (is_crowded(still)) {
            still = ROW(special_vectors)(y + start, still);
        }
        for (; still != 0; still &= still - 1) {
            const size_t i = start + (size_t)lowest_bit(still);
            queue->x[queue->length] = y[i];
            queue->at[queue->length++] = queue->first + i;
        }
    }
}

#undef ROW_GROUP
#undef GROUP_ELEMENTS
#undef GROUP_WORDS

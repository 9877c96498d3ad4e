/* row.h - a strided row, led through the lanes block by block; included once for each width, with
 * ROW_ELEMENT its type, ROW_LANES how many of them are computed at once, and ROW(name) its names.  It
 * calls ROW(block) for a block, ROW(rest) for what the lanes left open, and ROW(fill) and ROW(drain) to
 * bring n elements that lie side by side into whole vectors, and back.
 *
 * Blocks that are not contiguous or do not fill their last lanes pass through a buffer, filled up with
 * zeros: every element goes through the same lanes.  Open elements wait in a queue until there are enough
 * of them to fill lanes, or until the blocks that lie side by side in y are done; y may be x itself. */

/* Four at a time: loads of one element do not wait for stores of another. */
static inline void
ROW(copy)(char *to, ptrdiff_t to_stride, const char *from, ptrdiff_t from_stride, size_t n)
{
    ROW_ELEMENT four[4];
    for (; n >= 4; n -= 4, from += 4 * from_stride, to += 4 * to_stride) {
        for (int i = 0; i < 4; i++) {
            memcpy(&four[i], from + i * from_stride, sizeof(ROW_ELEMENT));
        }
        for (int i = 0; i < 4; i++) {
            memcpy(to + i * to_stride, &four[i], sizeof(ROW_ELEMENT));
        }
    }
    for (; n > 0; n--, from += from_stride, to += to_stride) {
        memcpy(to, from, sizeof(ROW_ELEMENT));
    }
}

static FS_NOINLINE void
ROW(row)(const char *x, ptrdiff_t x_stride, char *y, ptrdiff_t y_stride, size_t n)
{
    const ptrdiff_t size = sizeof(ROW_ELEMENT);
    const int dense_x = x_stride == size, dense_y = y_stride == size;
    ROW_ELEMENT buffer[BLOCK];
    struct queue queue;
    queue.length = 0;
    queue.wide = 0;
    queue.span = 1;
    ROW_ELEMENT *base = NULL; /* what the queue counts from */
    /* The first block of a long row ends where y reaches the boundary of a cache line: no store, and
     * mostly no load, is then split between two of them. */
    size_t limit = BLOCK;
    if (dense_y && n > BLOCK) {
        const size_t head = (64 - (uintptr_t)y % 64) % 64 / sizeof(ROW_ELEMENT);
        limit = head == 0 ? BLOCK : head;
    }
    while (n > 0) {
        size_t block = n < limit ? n : limit;
        /* A long row goes without a copy as far as its lanes are full. */
        if (block > SHORT_ROW) {
            block -= block % ROW_LANES;
        }
        const size_t padded = (block + ROW_LANES - 1) / ROW_LANES * ROW_LANES;
        const int from_x = dense_x && block == padded, to_y = dense_y && block == padded;
        if (!from_x) {
            if (dense_x) {
                ROW(fill)(buffer, (const ROW_ELEMENT *)x, block);
            } else {
                ROW(copy)((char *)buffer, size, x, x_stride, block);
                for (size_t i = block; i < padded; i++) {
                    buffer[i] = 0;
                }
            }
        }
        ROW_ELEMENT *to = to_y ? (ROW_ELEMENT *)y : buffer;
        if (!to_y && queue.length > 0) {
            ROW(rest)(&queue, base);
        }
        if (queue.length == 0) {
            base = to;
        }
        queue.first = (size_t)(to - base);
        ROW(block)(from_x ? (const ROW_ELEMENT *)x : buffer, to, padded, &queue);
        if (!to_y || queue.length >= QUEUE_FULL || block == n) {
            ROW(rest)(&queue, base);
        }
        if (!to_y) {
            if (dense_y) {
                ROW(drain)((ROW_ELEMENT *)y, buffer, block);
            } else {
                ROW(copy)(y, y_stride, (const char *)buffer, size, block);
            }
        }
        x += (ptrdiff_t)block * x_stride;
        y += (ptrdiff_t)block * y_stride;
        n -= block;
        limit = BLOCK;
    }
}

/* The entry.  The loop is a function of its own, not inlined: see fpenv.h. */
static void
ROW(guarded_row)(const void *x, ptrdiff_t x_stride, void *y, ptrdiff_t y_stride, size_t n)
{
    const fs_env env = fs_env_enter();
    ROW(row)(x, x_stride, y, y_stride, n);
    fs_env_leave(env);
}

/* How many of n elements the lanes leave open. */
static inline size_t
ROW(count_open)(const void *x, size_t n)
{
    ROW_ELEMENT in[BLOCK], out[BLOCK];
    struct queue queue;
    queue.first = 0;
    queue.wide = 0;
    queue.span = 1;
    size_t count = 0;
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t block = n - start < BLOCK ? n - start : BLOCK;
        memset(in, 0, sizeof in);
        memcpy(in, (const ROW_ELEMENT *)x + start, block * sizeof(ROW_ELEMENT));
        queue.length = 0;
        ROW(block)(in, out, BLOCK, &queue);
        count += queue.length;
    }
    return count;
}

#undef ROW_ELEMENT
#undef ROW_LANES
#undef ROW

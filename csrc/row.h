/* row.h - a strided row, led through the lanes block by block; included once for each width, with
 * ROW_ELEMENT its type, ROW_LANES how many of them are computed at once, and ROW(name) its names.  It
 * calls ROW(block) for a block and ROW(rest) for what the lanes left open.
 *
 * Blocks that are not contiguous or do not fill their last lanes pass through a buffer, filled up with
 * zeros: every element goes through the same lanes.  Open elements wait in a queue until their block is
 * done, so that the loop over the block holds no call, and y may be x itself. */

static FS_NOINLINE void
ROW(row)(const char *x, ptrdiff_t x_stride, char *y, ptrdiff_t y_stride, size_t n)
{
    const ptrdiff_t size = sizeof(ROW_ELEMENT);
    ROW_ELEMENT buffer[BLOCK];
    struct queue queue;
    queue.wide = 0;
    /* The first block of a long row ends where y reaches the boundary of a cache line: no store, and
     * mostly no load, is then split between two of them. */
    size_t limit = BLOCK;
    if (x_stride == size && y_stride == size && n > BLOCK) {
        const size_t head = (64 - (uintptr_t)y % 64) % 64 / sizeof(ROW_ELEMENT);
        limit = head == 0 ? BLOCK : head;
    }
    while (n > 0) {
        size_t block = n < limit ? n : limit;
        const int contiguous = x_stride == size && y_stride == size;
        if (contiguous && block >= ROW_LANES) {
            block -= block % ROW_LANES;
        }
        const size_t padded = (block + ROW_LANES - 1) / ROW_LANES * ROW_LANES;
        const int direct = contiguous && block == padded;
        const ROW_ELEMENT *from = direct ? (const ROW_ELEMENT *)x : buffer;
        ROW_ELEMENT *to = direct ? (ROW_ELEMENT *)y : buffer;
        if (!direct) {
            for (size_t i = 0; i < block; i++) {
                memcpy(&buffer[i], x + (ptrdiff_t)i * x_stride, sizeof(ROW_ELEMENT));
            }
            for (size_t i = block; i < padded; i++) {
                buffer[i] = 0;
            }
        }
        queue.length = 0;
        ROW(block)(from, to, padded, &queue);
        ROW(rest)(&queue, to);
        if (!direct) {
            for (size_t i = 0; i < block; i++) {
                memcpy(y + (ptrdiff_t)i * y_stride, &buffer[i], sizeof(ROW_ELEMENT));
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
    queue.wide = 0;
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

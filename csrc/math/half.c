/* half.c - float16 and bfloat16 by table: 65,536 results a function and format, made on first use. */
#include <stdlib.h>
#include <string.h>

#include "atomic.h"
#include "kernels.h"

/* A format of 16 bits: the sign, the exponent, and so many bits of the fraction. */
struct half {
    const struct fs_format *format;
    int fraction_bits;
    int bias;
    double smallest; /* subnormal number */
};

static const struct half float16 = {&fs_binary16, 10, 15, 0x1p-24};
static const struct half bfloat16 = {&fs_bfloat16, 7, 127, 0x1p-133};

#define SIGN 0x8000u

/* The pattern of infinity: all bits of the exponent. */
static unsigned
infinite(const struct half *half)
{
    return 0x8000u - (1u << half->fraction_bits);
}

static double
decode(const struct half *half, unsigned bits)
{
    unsigned exponent = (bits & ~SIGN) >> half->fraction_bits;
    unsigned fraction = bits & ((1u << half->fraction_bits) - 1);
    double magnitude;
    if (exponent == 0) {
        magnitude = fraction * half->smallest;
    }
    else {
        const uint64_t wide = (bits & ~SIGN) < infinite(half)
                                  ? (uint64_t)exponent + 1023 - (uint64_t)half->bias
                                  : 2047;
        const uint64_t pattern = wide << 52 | (uint64_t)fraction << (52 - half->fraction_bits);
        memcpy(&magnitude, &pattern, sizeof magnitude);
    }
    return bits & SIGN ? -magnitude : magnitude;
}

/* The pattern of the number nearest to a, or -1 where a is the middle of two. */
static int
encode(const struct half *half, double a)
{
    uint64_t pattern;
    memcpy(&pattern, &a, sizeof pattern);
    const int sign = pattern >> 63 ? (int)SIGN : 0, biased = (int)(pattern >> 52 & 2047);
    const uint64_t leading = UINT64_C(1) << 52, fraction = pattern & (leading - 1);
    if (biased == 2047) {
        return sign | (int)(infinite(half) | (unsigned)(fraction >> (52 - half->fraction_bits)));
    }
    const int exponent = biased - 1023 + half->bias;
    const int dropped = 52 - half->fraction_bits + (exponent < 1 ? 1 - exponent : 0);
    if (dropped > 53) {
        return sign;
    }
    const uint64_t significand = fraction | leading, middle = UINT64_C(1) << (dropped - 1);
    if ((significand & (2 * middle - 1)) == middle) {
        return -1;
    }
    const unsigned nearest = (unsigned)((significand + middle) >> dropped)
                             + (exponent < 1 ? 0 : (unsigned)(exponent - 1) << half->fraction_bits);
    return sign | (int)(nearest < infinite(half) ? nearest : infinite(half));
}

/* The result for that pattern.  y is the correctly rounded float64: only where that is the middle of two numbers
 * does it not tell which of them is nearer to the truth.  A NaN that was given stays as it is, but quieted. */
static uint16_t
result(const struct fs_function *function, const struct half *half, unsigned bits, double y)
{
    if ((bits & ~SIGN) > infinite(half)) {
        const unsigned quiet = 1u << (half->fraction_bits - 1);
        return (uint16_t)(bits | quiet);
    }
    int nearest = encode(half, y);
    if (nearest < 0) {
        nearest = encode(half, function->exact(decode(half, bits), half->format));
    }
    return (uint16_t)nearest;
}

/* A new table, or that of a quicker thread; NULL where there is no memory for it.  Each thread that finds no table makes
 * one, and the first one done hands it to all: none waits for another, which in the child of a fork may not exist. */
static FS_NOINLINE const uint16_t *
make(const struct fs_function *function, const struct half *half, fs_atomic_pointer *place)
{
    uint16_t *results = malloc(65536 * sizeof *results);
    if (results == NULL) {
        return NULL;
    }
    double row[256];
    for (unsigned first = 0; first < 65536; first += 256) {
        for (unsigned i = 0; i < 256; i++) {
            row[i] = decode(half, first + i);
        }
        function->row_f64(row, sizeof *row, row, sizeof *row, 256);
        for (unsigned i = 0; i < 256; i++) {
            results[first + i] = result(function, half, first + i, row[i]);
        }
    }
    if (!fs_fill_pointer(place, results)) {
        free(results);
    }
    return fs_load_pointer(place);
}

static inline uint16_t
look_up(const uint16_t *results, const char *from)
{
    uint16_t bits;
    memcpy(&bits, from, sizeof bits);
    return results[bits];
}

/* Eight at a time, which leave in one store where they lie side by side. */
static FS_INLINE void
half_run(const uint16_t *results, const char *x, ptrdiff_t x_stride, char *y, ptrdiff_t y_stride,
         size_t n)
{
    uint16_t eight[8];
    for (; n >= 8; n -= 8, x += 8 * x_stride, y += 8 * y_stride) {
        for (int i = 0; i < 8; i++) {
            eight[i] = look_up(results, x + i * x_stride);
        }
        for (int i = 0; i < 8; i++) {
            memcpy(y + i * y_stride, &eight[i], sizeof eight[i]);
        }
    }
    for (; n > 0; n--, x += x_stride, y += y_stride) {
        eight[0] = look_up(results, x);
        memcpy(y, eight, sizeof eight[0]);
    }
}

/* `place` is where the table is, once it is made. */
static void
half_row(const struct fs_function *function, const struct half *half, fs_atomic_pointer *place,
         const void *x, ptrdiff_t x_stride, void *y, ptrdiff_t y_stride, size_t n)
{
    const uint16_t *results = fs_load_pointer(place);
    if (results == NULL && (results = make(function, half, place)) == NULL) {
        const char *from = x;
        char *to = y;
        for (; n > 0; n--, from += x_stride, to += y_stride) {
            uint16_t bits;
            memcpy(&bits, from, sizeof bits);
            bits = result(function, half, bits, function->f64(decode(half, bits)));
            memcpy(to, &bits, sizeof bits);
        }
    }
    else if (x_stride == sizeof(uint16_t) && y_stride == sizeof(uint16_t)) {
        half_run(results, x, sizeof(uint16_t), y, sizeof(uint16_t), n);
    }
    else {
        half_run(results, x, x_stride, y, y_stride, n);
    }
}

#define DEFINE_ROW(NAME, name, half) \
    void fs_##name##_##half##_row(const void *x, ptrdiff_t x_stride, void *y, ptrdiff_t y_stride, size_t n) \
    { \
        static fs_atomic_pointer table; \
        half_row(&fs_kernels_portable.functions[FS_##NAME], &half, &table, x, x_stride, y, y_stride, n); \
    }
#define DEFINE_ROWS(NAME, name) \
    DEFINE_ROW(NAME, name, float16) \
    DEFINE_ROW(NAME, name, bfloat16)
FS_FUNCTIONS(DEFINE_ROWS)

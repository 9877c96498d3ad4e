/* sigmoid_half.c - float16 and bfloat16 by table: 65,536 results each, made on first use. */
#include <stdlib.h>
#include <string.h>

#include "exact.h"
#include "fpenv.h"
#include "kernels.h"

/* Each thread that finds no table makes one, and the first one done hands it to all: none waits for another,
 * which in the child of a fork may not exist. */
#if defined(_MSC_VER) && !defined(__clang__)
#  include <intrin.h>
typedef uint16_t *volatile shared;

static inline const uint16_t *
shared_get(shared *place)
{
    return _InterlockedCompareExchangePointer((void *volatile *)place, NULL, NULL);
}

static inline int
shared_set(shared *place, uint16_t *table)
{
    return _InterlockedCompareExchangePointer((void *volatile *)place, table, NULL) == NULL;
}
#else
typedef uint16_t *shared;

static inline const uint16_t *
shared_get(shared *place)
{
    return __atomic_load_n(place, __ATOMIC_ACQUIRE);
}

/* Whether there was none yet. */
static inline int
shared_set(shared *place, uint16_t *table)
{
    uint16_t *none = NULL;
    return __atomic_compare_exchange_n(place, &none, table, 0, __ATOMIC_RELEASE, __ATOMIC_RELAXED);
}
#endif

/* A format of 16 bits: the sign, the exponent, and so many bits of the fraction. */
struct half {
    const struct fs_format *format;
    int fraction_bits;
    int bias;
    double smallest; /* subnormal number */
    shared results; /* by pattern; NULL until they are made */
};

static struct half float16 = {&fs_binary16, 10, 15, 0x1p-24, NULL};
static struct half bfloat16 = {&fs_bfloat16, 7, 127, 0x1p-133, NULL};

#define SIGN 0x8000u

/* The pattern of infinity: all bits of the exponent. */
static unsigned
infinite(const struct half *half)
{
    return 0x8000u - (1u << half->fraction_bits);
}

/* Infinity comes out as the number that would be next, which has the same result. */
static double
decode(const struct half *half, unsigned bits)
{
    unsigned exponent = (bits & ~SIGN) >> half->fraction_bits;
    unsigned fraction = bits & ((1u << half->fraction_bits) - 1);
    double magnitude;
    if (exponent == 0) {
        magnitude = fraction * half->smallest;
    } else {
        uint64_t wide = ((uint64_t)exponent + 1023 - (uint64_t)half->bias) << 52
                        | (uint64_t)fraction << (52 - half->fraction_bits);
        memcpy(&magnitude, &wide, sizeof magnitude);
    }
    return bits & SIGN ? -magnitude : magnitude;
}

/* The pattern of the number nearest to a, 0 <= a <= 1, or -1 where a is the middle of two. */
static int
encode(const struct half *half, double a)
{
    uint64_t significand;
    memcpy(&significand, &a, sizeof significand);
    const int exponent = (int)(significand >> 52) - 1023 + half->bias;
    const int dropped = 52 - half->fraction_bits + (exponent < 1 ? 1 - exponent : 0);
    if (dropped > 53) {
        return 0;
    }
    const uint64_t leading = UINT64_C(1) << 52, middle = UINT64_C(1) << (dropped - 1);
    significand = (significand & (leading - 1)) | leading;
    if ((significand & (2 * middle - 1)) == middle) {
        return -1;
    }
    significand = (significand + middle) >> dropped;
    return (int)significand + (exponent < 1 ? 0 : (exponent - 1) * (1 << half->fraction_bits));
}

/* The result for that pattern.  s is the correctly rounded float64: only where that is the middle of two numbers
 * does it not tell which of them is nearer to the truth. */
static uint16_t
result(const struct half *half, unsigned bits, double s)
{
    if ((bits & ~SIGN) > infinite(half)) {
        const unsigned quiet = 1u << (half->fraction_bits - 1);
        return (uint16_t)(bits | quiet);
    }
    const int nearest = encode(half, s);
    return (uint16_t)(nearest >= 0 ? nearest : encode(half, fs_exact(decode(half, bits), half->format)));
}

/* A new table, or that of a quicker thread; NULL where there is no memory for it. */
static FS_NOINLINE const uint16_t *
make(struct half *half)
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
        fs_kernels_portable.row_f64(row, sizeof *row, row, sizeof *row, 256);
        for (unsigned i = 0; i < 256; i++) {
            results[first + i] = result(half, first + i, row[i]);
        }
    }
    if (!shared_set(&half->results, results)) {
        free(results);
    }
    return shared_get(&half->results);
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
half_run(const uint16_t *results, const char *x, ptrdiff_t x_stride, char *y, ptrdiff_t y_stride, size_t n)
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

static void
half_row(struct half *half, const void *x, ptrdiff_t x_stride, void *y, ptrdiff_t y_stride, size_t n)
{
    const uint16_t *results = shared_get(&half->results);
    if (results == NULL && (results = make(half)) == NULL) {
        const char *from = x;
        char *to = y;
        for (; n > 0; n--, from += x_stride, to += y_stride) {
            uint16_t bits;
            memcpy(&bits, from, sizeof bits);
            bits = result(half, bits, fs_portable_f64(decode(half, bits)));
            memcpy(to, &bits, sizeof bits);
        }
    } else if (x_stride == sizeof(uint16_t) && y_stride == sizeof(uint16_t)) {
        half_run(results, x, sizeof(uint16_t), y, sizeof(uint16_t), n);
    } else {
        half_run(results, x, x_stride, y, y_stride, n);
    }
}

void
fs_float16_row(const void *x, ptrdiff_t x_stride, void *y, ptrdiff_t y_stride, size_t n)
{
    half_row(&float16, x, x_stride, y, y_stride, n);
}

void
fs_bfloat16_row(const void *x, ptrdiff_t x_stride, void *y, ptrdiff_t y_stride, size_t n)
{
    half_row(&bfloat16, x, x_stride, y, y_stride, n);
}

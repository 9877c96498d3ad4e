/* sigmoid_half.c - float16 and bfloat16 by table: 65,536 results each, made on first use. */
#include <string.h>

#include "exact.h"
#include "fpenv.h"
#include "kernels.h"

/* What a table is; the first thread to find it empty makes it. */
enum { EMPTY, BEING_MADE, MADE };

#if defined(_MSC_VER) && !defined(__clang__)
#  include <intrin.h>
typedef volatile long state;
#  define LOAD_ACQUIRE(state) (_InterlockedOr(&(state), 0))
#  define STORE_RELEASE(state, value) ((void)_InterlockedExchange(&(state), value))
#  define CLAIM(state) (_InterlockedCompareExchange(&(state), BEING_MADE, EMPTY) == EMPTY)
#else
typedef int state;
#  define LOAD_ACQUIRE(state) __atomic_load_n(&(state), __ATOMIC_ACQUIRE)
#  define STORE_RELEASE(state, value) __atomic_store_n(&(state), value, __ATOMIC_RELEASE)
static inline int
claim(state *state)
{
    int expected = EMPTY;
    return __atomic_compare_exchange_n(state, &expected, BEING_MADE, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}
#  define CLAIM(state) claim(&(state))
#endif

/* A format of 16 bits: the sign, the exponent, and so many bits of the fraction. */
struct half {
    const struct fs_format *format;
    int fraction_bits;
    int bias;
    double smallest, per_smallest; /* the smallest subnormal number and its reciprocal */
    state state;
    uint16_t results[65536];
};

static struct half float16 = {&fs_binary16, 10, 15, 0x1p-24, 0x1p24, EMPTY, {0}};
static struct half bfloat16 = {&fs_bfloat16, 7, 127, 0x1p-133, 0x1p133, EMPTY, {0}};

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
    } else {
        uint64_t wide = ((uint64_t)exponent + 1023 - (uint64_t)half->bias) << 52
                        | (uint64_t)fraction << (52 - half->fraction_bits);
        memcpy(&magnitude, &wide, sizeof magnitude);
    }
    return bits & SIGN ? -magnitude : magnitude;
}

/* For 0 <= a <= 1, a exactly a number of the format. */
static uint16_t
encode(const struct half *half, double a)
{
    const double smallest_normal = half->smallest * (double)(1 << half->fraction_bits);
    if (a < smallest_normal) {
        return (uint16_t)(a * half->per_smallest);
    }
    uint64_t wide;
    memcpy(&wide, &a, sizeof wide);
    wide -= (uint64_t)(1023 - half->bias) << 52;
    return (uint16_t)(wide >> (52 - half->fraction_bits));
}

static uint16_t
compute(const struct half *half, unsigned bits)
{
    const unsigned magnitude = bits & ~SIGN;
    if (magnitude > infinite(half)) {
        const unsigned quiet = 1u << (half->fraction_bits - 1);
        return (uint16_t)(bits | quiet);
    }
    if (magnitude == infinite(half)) {
        return bits & SIGN ? 0 : encode(half, 1.0);
    }
    return encode(half, fs_exact(decode(half, bits), half->format));
}

/* Whether the table can be read; makes it, unless another thread is about to. */
static int
prepare(struct half *half)
{
    if (LOAD_ACQUIRE(half->state) == MADE) {
        return 1;
    }
    if (!CLAIM(half->state)) {
        return LOAD_ACQUIRE(half->state) == MADE;
    }
    for (unsigned bits = 0; bits < 65536; bits++) {
        half->results[bits] = compute(half, bits);
    }
    STORE_RELEASE(half->state, MADE);
    return 1;
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
    if (!prepare(half)) {
        /* The thread that makes it is some milliseconds ahead at the most: compute instead of waiting. */
        const char *from = x;
        char *to = y;
        for (; n > 0; n--, from += x_stride, to += y_stride) {
            uint16_t bits;
            memcpy(&bits, from, sizeof bits);
            bits = compute(half, bits);
            memcpy(to, &bits, sizeof bits);
        }
    } else if (x_stride == sizeof(uint16_t) && y_stride == sizeof(uint16_t)) {
        half_run(half->results, x, sizeof(uint16_t), y, sizeof(uint16_t), n);
    } else {
        half_run(half->results, x, x_stride, y, y_stride, n);
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

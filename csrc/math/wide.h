/* wide.h - 128 bits of fixed point. */
#ifndef FASTSIGMOID_WIDE_H
#define FASTSIGMOID_WIDE_H

#include <stdint.h>

#if defined(_MSC_VER) && !defined(FS_NO_INT128)
#  include <intrin.h>
#endif

/* Stands for (hi 2^64 + lo) / 2^128. */
typedef struct {
    uint64_t hi, lo;
} uint128;

static inline uint128
add(uint128 a, uint128 b)
{
    uint128 sum = {a.hi + b.hi, a.lo + b.lo};
    sum.hi += sum.lo < b.lo;
    return sum;
}

static inline uint128
subtract(uint128 a, uint128 b)
{
    return (uint128){a.hi - b.hi - (a.lo < b.lo), a.lo - b.lo};
}

/* Whether a < b. */
static inline int
is_below(uint128 a, uint128 b)
{
    return a.hi != b.hi ? a.hi < b.hi : a.lo < b.lo;
}

static inline uint128
low(uint64_t value)
{
    return (uint128){0, value};
}

static inline uint128
shift_left(uint64_t value, int shift) /* 0 < shift < 128; the integer, mod 2^128 */
{
    if (shift < 64) {
        return (uint128){value >> (64 - shift), value << shift};
    }
    return (uint128){value << (shift - 64), 0};
}

static inline uint128
shift_right(uint128 value, unsigned shift) /* 0 < shift; cut off after the last place */
{
    if (shift < 64) {
        return (uint128){value.hi >> shift, value.hi << (64 - shift) | value.lo >> shift};
    }
    return low(shift < 128 ? value.hi >> (shift - 64) : 0);
}

/* value 2^shift, shift < 128; cut off after the last place */
static inline uint128
shifted(uint64_t value, int shift)
{
    return shift > 0 ? shift_left(value, shift)
                     : shift_right((uint128){value >> 63, value << 1}, 1 - shift);
}

/* The integers' product, whole. */
static inline uint128
product(uint64_t a, uint64_t b)
{
#if defined(__SIZEOF_INT128__) && !defined(FS_NO_INT128)
    __extension__ typedef unsigned __int128 native;
    const native p = (native)a * b;
    return (uint128){(uint64_t)(p >> 64), (uint64_t)p};
#elif defined(_MSC_VER) && (defined(_M_X64) || defined(_M_ARM64)) && !defined(FS_NO_INT128)
    return (uint128){__umulh(a, b), a * b};
#else
    const uint64_t a1 = a >> 32, a0 = (uint32_t)a, b1 = b >> 32, b0 = (uint32_t)b;
    const uint64_t p = a0 * b0;
    const uint64_t q = a1 * b0 + (p >> 32);
    const uint64_t r = a0 * b1 + (uint32_t)q;
    return (uint128){a1 * b1 + (q >> 32) + (r >> 32), r << 32 | (uint32_t)p};
#endif
}

/* a b, too small by up to 3 units of the last place */
static inline uint128
multiply(uint128 a, uint128 b)
{
    const uint128 sum = add(product(a.hi, b.hi), low(product(a.hi, b.lo).hi));
    return add(sum, low(product(a.lo, b.hi).hi));
}

/* 1/(4d) for d >= 1/2, by Newton's iteration v + v (1 - 4 d v).  It starts 2^-27 to 2^-28 too low:
 * near enough for three steps, and far enough for the residual to stay positive in each. */
static inline uint128
quarter_reciprocal(uint128 d)
{
    const uint128 quarter = {UINT64_C(1) << 62, 0};
    uint128 v = {((UINT64_C(1) << 62) / ((d.hi >> 32) + 16)) << 32, 0};
    for (int i = 0; i < 3; i++) {
        const uint128 rest = subtract(quarter, multiply(d, v));
        const uint128 rest4 = {rest.hi << 2 | rest.lo >> 62, rest.lo << 2};
        v = add(v, multiply(v, rest4));
    }
    return v;
}

#endif

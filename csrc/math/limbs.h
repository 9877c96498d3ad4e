/* limbs.h - fixed point of any number of bits, by schoolbook methods. */
#ifndef FASTSIGMOID_LIMBS_H
#define FASTSIGMOID_LIMBS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A number has n limbs of 32 bits after the point, the lowest first, and one before it. */
typedef uint32_t limb;

/* More than this no computation could be waited for; up to here errors are less than what fs_round_limbs allows for. */
#define LIMBS_MOST ((size_t)1 << 27)

static inline void
limbs_set_bit(limb *r, size_t bit)
{
    r[bit / 32] |= UINT32_C(1) << bit % 32;
}

static inline limb
limbs_get_bit(const limb *a, size_t bit)
{
    return a[bit / 32] >> bit % 32 & 1;
}

/* r = significand * 2^exponent < 2^32, cut off after the last limb */
static inline void
limbs_set(limb *r, uint64_t significand, int exponent, size_t n)
{
    memset(r, 0, (n + 1) * sizeof *r);
    for (int i = 0; i < 64; i++) {
        const int64_t bit = (int64_t)(32 * n) + exponent + i;
        if ((significand >> i & 1) != 0 && bit >= 0) {
            limbs_set_bit(r, (size_t)bit);
        }
    }
}

static inline int
limbs_is_zero(const limb *a, size_t n)
{
    size_t i = 0;
    while (i < n && a[i] == 0) {
        i++;
    }
    return a[i] == 0;
}

/* Returns whether a >= b. */
static inline int
limbs_not_less(const limb *a, const limb *b, size_t n)
{
    size_t i = n;
    while (i > 0 && a[i] == b[i]) {
        i--;
    }
    return a[i] >= b[i];
}

/* a += b */
static inline void
limbs_add(limb *a, const limb *b, size_t n)
{
    uint64_t carry = 0;
    for (size_t i = 0; i <= n; i++) {
        carry += (uint64_t)a[i] + b[i];
        a[i] = (limb)carry;
        carry >>= 32;
    }
}

/* a -= b */
static inline void
limbs_subtract(limb *a, const limb *b, size_t n)
{
    limb borrow = 0;
    for (size_t i = 0; i <= n; i++) {
        const uint64_t difference = (uint64_t)a[i] - b[i] - borrow;
        a[i] = (limb)difference;
        borrow = (limb)(difference >> 63);
    }
}

/* r = a b, cut off after the last limb */
static inline void
limbs_multiply(limb *r, const limb *a, const limb *b, size_t n)
{
    uint64_t carry = 0;
    for (size_t column = 0; column <= 2 * n; column++) {
        uint64_t lows = (uint32_t)carry, highs = carry >> 32;
        for (size_t i = column > n ? column - n : 0; i <= n && i <= column; i++) {
            const uint64_t p = (uint64_t)a[i] * b[column - i];
            lows += (uint32_t)p;
            highs += p >> 32;
        }
        carry = highs + (lows >> 32);
        if (column >= n) {
            r[column - n] = (uint32_t)lows;
        }
    }
}

/* a *= 2 */
static inline void
limbs_double(limb *a, size_t n)
{
    limb carry = 0;
    for (size_t i = 0; i <= n; i++) {
        const limb next = a[i] >> 31;
        a[i] = a[i] << 1 | carry;
        carry = next;
    }
}

/* a *= factor */
static inline void
limbs_scale(limb *a, limb factor, size_t n)
{
    uint64_t carry = 0;
    for (size_t i = 0; i <= n; i++) {
        carry += (uint64_t)a[i] * factor;
        a[i] = (limb)carry;
        carry >>= 32;
    }
}

/* a /= divisor, cut off after the last limb */
static inline void
limbs_divide(limb *a, limb divisor, size_t n)
{
    uint64_t rest = 0;
    for (size_t i = n + 1; i-- > 0;) {
        rest = rest << 32 | a[i];
        a[i] = (limb)(rest / divisor);
        rest %= divisor;
    }
}

/* q = r/s < 2, cut off after the last limb; r becomes what is left. */
static inline void
limbs_quotient(limb *q, limb *r, const limb *s, size_t n)
{
    memset(q, 0, (n + 1) * sizeof *q);
    for (size_t bit = 32 * n + 1; bit-- > 0;) {
        if (limbs_not_less(r, s, n)) {
            limbs_subtract(r, s, n);
            limbs_set_bit(q, bit);
        }
        limbs_double(r, n);
    }
}

#endif

/* round.c - a number of which an interval is known, rounded once to a format.
 *
 * Integer arithmetic throughout: doubles are only taken apart and put together.  So neither the rounding mode
 * nor flush-to-zero nor fused multiply-adds can change a bit. */
#include "exact.h"

#include <math.h>
#include <string.h>

#include "limbs.h"

const struct fs_format fs_binary64 = {53, -1022};
const struct fs_format fs_binary32 = {24, -126};
const struct fs_format fs_binary16 = {11, -14};
const struct fs_format fs_bfloat16 = {8, -126};

/* n * 2^exponent for n <= 2^53, where that is a double. */
static double
assemble(uint64_t n, int exponent)
{
    for (; n < UINT64_C(1) << 52 && exponent > -1074; exponent--) {
        n <<= 1;
    }
    /* The leading bit of n adds one to the exponent field, as normal numbers need; 2^53 adds 2. */
    const uint64_t bits = ((uint64_t)(exponent + 1074) << 52) + n;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

int
fs_round_open(uint64_t first, uint64_t last, int exponent, const struct fs_format *format,
              double *result)
{
    int length = 63;
    while (!(first >> (length - 1))) {
        length--;
    }
    const int lowest = format->emin - format->precision + 1;
    int place = exponent + length - format->precision;
    if (place < lowest) {
        place = lowest;
    }
    const int shift = place - exponent;
    if (shift > 64) {
        *result = 0;
        return 1;
    }
    /* A `last` past the next power of two is rounded one bit too finely; if it agrees with `first`,
     * then on that power. */
    const uint64_t rounded = ((first >> (shift - 1)) + 1) >> 1;
    if (rounded != ((last >> (shift - 1)) + 1) >> 1) {
        return 0;
    }
    if (place + format->precision + (int)(rounded >> format->precision) > 2 - format->emin) {
        *result = INFINITY;
    }
    else {
        *result = assemble(rounded, place);
    }
    return 1;
}

int
fs_round_wide(uint128 lower, uint128 upper, int exponent, const struct fs_format *format,
              double *result)
{
    const uint128 last = subtract(upper, low(1));
    return fs_round_open(lower.hi >> 1, last.hi >> 1, exponent - 63, format, result);
}

int
fs_round_limbs(const limb *t, size_t n, const struct fs_format *format, double *result)
{
    /* The 63 bits from the leading one, and whether 2^48 units less or more change them. */
    size_t top = 32 * n + 31;
    while (top > 0 && !limbs_get_bit(t, top)) {
        top--;
    }
    if (top <= 48 + 62) {
        return 0;
    }
    const size_t bottom = top - 62;
    uint64_t window = 0;
    for (size_t bit = top + 1; bit-- > bottom;) {
        window = window << 1 | limbs_get_bit(t, bit);
    }
    limb zeros = 1, ones = 1;
    for (size_t bit = 48; bit < bottom; bit++) {
        zeros &= !limbs_get_bit(t, bit);
        ones &= limbs_get_bit(t, bit);
    }
    return fs_round_open(window - zeros, window + ones, (int)bottom - 32 * (int)n, format, result);
}

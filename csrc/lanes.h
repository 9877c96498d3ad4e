/* lanes.h - what both widths do with lanes, over the operations of one instruction set. */

/* Whether |a| <= b; never so for NaN. */
static inline vd_mask
vd_within(vd a, vd b)
{
    return vd_at_most(vd_abs(a), b);
}

/* The leading 24 bits of a. */
static inline vd
vd_truncate24(vd a)
{
    return vd_from_bits(vu_and(vd_bits(a), vu_set(~((UINT64_C(1) << 29) - 1))));
}

/* 2^k, where t is k + 1.5 * 2^52. */
static inline vd
vd_pow2(vd t)
{
    return vd_from_bits(vu_shift_left(vu_add(vd_bits(t), vu_set(1023)), 52));
}

/* h + l rounded to odd: cut off, then the last bit set.  h is h + l rounded to nearest, l is not 0. */
static inline vd
vd_round_to_odd(vd h, vd l)
{
    vu beyond = vu_shift_right(vu_xor(vd_bits(h), vd_bits(l)), 63);
    return vd_from_bits(vu_or(vu_sub(vd_bits(h), beyond), vu_set(1)));
}

/* Whether the low 29 bits, those a float has no room for, are within window of their middle. */
static inline vd_mask
vd_near_middle(vd a, uint64_t window)
{
    const uint64_t low = (UINT64_C(1) << 29) - 1, middle = UINT64_C(1) << 28;
    vu distance = vu_and(vu_add(vd_bits(a), vu_set(window - middle)), vu_set(low));
    return vu_below(distance, vu_set(2 * window + 1));
}

/* sigmoid(x) for x beyond the range in which it has to be computed: 1, 0, or NaN, quieted. */
static inline vd
vd_saturated(vd x)
{
    vd y = vd_select(vd_above(x, vd_set(0.0)), vd_set(1.0), vd_set(0.0));
    vd quiet = vd_from_bits(vu_or(vd_bits(x), vu_set(UINT64_C(1) << 51)));
    return vd_select(vd_within(x, vd_set(INFINITY)), y, quiet);
}

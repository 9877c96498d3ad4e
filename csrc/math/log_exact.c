/* log_exact.c - logarithms in integers: 128 bits, or as many as it takes.
 *
 * proof/log128.sollya prints the constants, proof/log128.gappa proves the bound. */
#include "log_exact.h"

/* log(1 + j/16) */
static const uint128 LOG[17] = {
    {UINT64_C(0x0000000000000000), UINT64_C(0x0000000000000000)},
    {UINT64_C(0x0f85186008b15330), UINT64_C(0xbe64b8b775997898)},
    {UINT64_C(0x1e27076e2af2e5e9), UINT64_C(0xea87ffe1fe9e155d)},
    {UINT64_C(0x2bfe60e14f27a790), UINT64_C(0xe7c4140e424775fc)},
    {UINT64_C(0x391fef8f35344358), UINT64_C(0x4bb03de5ff734495)},
    {UINT64_C(0x459d72aeae98380e), UINT64_C(0x731f55c41b8b823f)},
    {UINT64_C(0x51862f08717b09f4), UINT64_C(0x2decdeccf1cd1057)},
    {UINT64_C(0x5ce75fdaef401a73), UINT64_C(0x89314feb4fbde5aa)},
    {UINT64_C(0x67cc8fb2fe612fca), UINT64_C(0xda35d9bd01488606)},
    {UINT64_C(0x723fdf1e6a6886b0), UINT64_C(0x97607bcbfee6892b)},
    {UINT64_C(0x7c4a3d7ebc1bb2cd), UINT64_C(0x720ec44c73d75cf5)},
    {UINT64_C(0x85f39721295415b4), UINT64_C(0xc4bdd99effe69b64)},
    {UINT64_C(0x8f42faf3820681ef), UINT64_C(0x62cd2f9f1e35f2e7)},
    {UINT64_C(0x983eb99a7885f0fd), UINT64_C(0xac850fab36cdee18)},
    {UINT64_C(0xa0ec7f4233957323), UINT64_C(0x25e617a300bbca9c)},
    {UINT64_C(0xa9516932de2d5773), UINT64_C(0xbe4578ad97aea7be)},
    {UINT64_C(0xb17217f7d1cf79ab), UINT64_C(0xc9e3b39803f2f6af)},
};
/* 1/(2i + 3) */
static const uint128 SERIES[12] = {
    {UINT64_C(0x5555555555555555), UINT64_C(0x5555555555555555)},
    {UINT64_C(0x3333333333333333), UINT64_C(0x3333333333333333)},
    {UINT64_C(0x2492492492492492), UINT64_C(0x4924924924924924)},
    {UINT64_C(0x1c71c71c71c71c71), UINT64_C(0xc71c71c71c71c71c)},
    {UINT64_C(0x1745d1745d1745d1), UINT64_C(0x745d1745d1745d17)},
    {UINT64_C(0x13b13b13b13b13b1), UINT64_C(0x3b13b13b13b13b13)},
    {UINT64_C(0x1111111111111111), UINT64_C(0x1111111111111111)},
    {UINT64_C(0x0f0f0f0f0f0f0f0f), UINT64_C(0x0f0f0f0f0f0f0f0f)},
    {UINT64_C(0x0d79435e50d79435), UINT64_C(0xe50d79435e50d794)},
    {UINT64_C(0x0c30c30c30c30c30), UINT64_C(0xc30c30c30c30c30c)},
    {UINT64_C(0x0b21642c8590b216), UINT64_C(0x42c8590b21642c85)},
    {UINT64_C(0x0a3d70a3d70a3d70), UINT64_C(0xa3d70a3d70a3d70a)},
};

int
fs_log128(int k, uint128 b, uint128 d, int x, uint128 *log)
{
    /* a = c + d 2^-x, c = (1 + j/16) b, d 2^-x < b/16 */
    const uint128 step = shift_right(b, 4);
    uint128 c = b;
    int j = 0;
    if (x < 7) {
        uint128 rest = x > 0 ? shift_right(d, x) : d;
        for (; !is_below(rest, step); rest = subtract(rest, step)) {
            c = add(c, step);
            j++;
        }
        if (j > 0) {
            d = rest;
            x = 0;
        }
    }
    for (; d.hi >> 63 == 0 && x < 256; x++) { /* d may be 0 */
        d = add(d, d);
    }

    /* log(a/c) = 2 artanh(w), w = (a - c)/(a + c) = 2q 2^-x < 1/32 */
    const uint128 q = multiply(d, quarter_reciprocal(add(c, shift_right(d, x + 1))));
    const uint128 w = shift_right(q, x - 1);
    const uint128 square = multiply(w, w);
    uint128 sum = SERIES[11];
    for (int i = 10; i >= 0; i--) {
        sum = add(SERIES[i], multiply(square, sum));
    }
    const uint128 artanh = add(q, multiply(q, multiply(square, sum)));
    if (k == 0 && j == 0) {
        *log = artanh;
        return x - 2;
    }

    /* log c/b and k ln2 as well, over the power of 2 that makes k less than 1/2 */
    int e = 1;
    while (k >> (e - 1) != 0) {
        e++;
    }
    const uint128 whole = multiply((uint128){(uint64_t)k << (64 - e), 0}, LOG[16]);
    *log = add(add(whole, shift_right(LOG[j], e)), shift_right(artanh, x - 2 + e));
    return -e;
}

/* log = 2 artanh(r/s) = 2w + 2/3 w^3 + 2/5 w^5 + ..., w being at most 1/3; work has two numbers.
 *
 * Where r and s are 1 unit off at most, so is w, and its square 2 units.  A power is then less than 2 units off: a ninth of
 * that from the power before, 2/3 by the square, and 1 for being cut off.  A term adds 1 unit, and what follows where a
 * power is 0, less than another.  A power has 3.1 bits less than the one before, so that there are fewer than 11n of
 * them: all in all, the logarithm is less than 40n units off. */
static void
log_of_ratio(limb *log, limb *r, limb *s, size_t n, limb *work)
{
    limb *power = work, *square = power + (n + 1);
    limbs_quotient(power, r, s, n);
    limbs_multiply(square, power, power, n);
    memcpy(log, power, (n + 1) * sizeof *log);
    for (limb i = 3;; i += 2) {
        limbs_multiply(r, power, square, n);
        if (limbs_is_zero(r, n)) {
            break;
        }
        memcpy(power, r, (n + 1) * sizeof *r);
        limbs_divide(r, i, n);
        limbs_add(log, r, n);
    }
    limbs_double(log, n);
}

/* k ln2 is less than 1100 * 40n < 2^43 units off.  Where r and s are less than 2^46 units off by the same error, w is by
 * half of it at most, and the logarithm by 9/8 of it, as the slope of artanh is not above 9/8. */
void
fs_log_limbs(limb *log, int k, limb *r, limb *s, size_t n, limb *work)
{
    log_of_ratio(log, r, s, n, work);
    if (k > 0) {
        limb *ln2 = work + 2 * (n + 1);
        limbs_set(r, 1, 0, n);
        limbs_set(s, 3, 0, n);
        log_of_ratio(ln2, r, s, n, work);
        limbs_scale(ln2, (limb)k, n);
        limbs_add(log, ln2, n);
    }
}

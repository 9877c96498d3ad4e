/* exp_exact.c - e^-a in integers: 128 bits, or as many as it takes.
 *
 * proof/exact128.sollya prints the constants. */
#include "exp_exact.h"

/* 2^59 16/ln2; ln2, 192 bits of it */
#define N_PER_UNIT UINT64_C(0xb8aa3b295c17f0bb)
static const uint128 LN2 = {UINT64_C(0xb17217f7d1cf79ab), UINT64_C(0xc9e3b39803f2f6af)};
#define LN2_TAIL UINT64_C(0x40f343267298b62d)
/* 2^(-j/16) */
static const uint128 POWER[16] = {
    {UINT64_C(0xffffffffffffffff), UINT64_C(0xffffffffffffffff)},
    {UINT64_C(0xf5257d152486cc2c), UINT64_C(0x7b9d0c7aed980fc3)},
    {UINT64_C(0xeac0c6e7dd24392e), UINT64_C(0xd02d75b3706e54fa)},
    {UINT64_C(0xe0ccdeec2a94e111), UINT64_C(0x065895048dd333ca)},
    {UINT64_C(0xd744fccad69d6af4), UINT64_C(0x39a68bb9902d3fde)},
    {UINT64_C(0xce248c151f8480e3), UINT64_C(0xe235838f95f2c6ed)},
    {UINT64_C(0xc5672a115506dadd), UINT64_C(0x3e2ad0c964dd9f37)},
    {UINT64_C(0xbd08a39f580c36be), UINT64_C(0xa8811fb66d0faf7a)},
    {UINT64_C(0xb504f333f9de6484), UINT64_C(0x597d89b3754abe9f)},
    {UINT64_C(0xad583eea42a14ac6), UINT64_C(0x4980a8c8f59a2ec4)},
    {UINT64_C(0xa5fed6a9b15138ea), UINT64_C(0x1cbd7f621710701b)},
    {UINT64_C(0x9ef5326091a111ad), UINT64_C(0xa0911f09ebb9fdd1)},
    {UINT64_C(0x9837f0518db8a96f), UINT64_C(0x46ad23182e42f6f6)},
    {UINT64_C(0x91c3d373ab11c336), UINT64_C(0x0fd6d8e0ae5ac9d8)},
    {UINT64_C(0x8b95c1e3ea8bd6e6), UINT64_C(0xfbe4628758a53c90)},
    {UINT64_C(0x85aac367cc487b14), UINT64_C(0xc5c95b8c2154c1b2)},
};
/* 1/(16^i i!) */
static const uint128 SERIES[18] = {
    {UINT64_C(0xffffffffffffffff), UINT64_C(0xffffffffffffffff)},
    {UINT64_C(0x1000000000000000), UINT64_C(0x0000000000000000)},
    {UINT64_C(0x0080000000000000), UINT64_C(0x0000000000000000)},
    {UINT64_C(0x0002aaaaaaaaaaaa), UINT64_C(0xaaaaaaaaaaaaaaaa)},
    {UINT64_C(0x00000aaaaaaaaaaa), UINT64_C(0xaaaaaaaaaaaaaaaa)},
    {UINT64_C(0x0000002222222222), UINT64_C(0x2222222222222222)},
    {UINT64_C(0x000000005b05b05b), UINT64_C(0x05b05b05b05b05b0)},
    {UINT64_C(0x0000000000d00d00), UINT64_C(0xd00d00d00d00d00d)},
    {UINT64_C(0x000000000001a01a), UINT64_C(0x01a01a01a01a01a0)},
    {UINT64_C(0x00000000000002e3), UINT64_C(0xbc74aad8e671f558)},
    {UINT64_C(0x0000000000000004), UINT64_C(0x9f93edde27d71cbb)},
    {UINT64_C(0x0000000000000000), UINT64_C(0x06b99159fd5138e3)},
    {UINT64_C(0x0000000000000000), UINT64_C(0x0008f76c77fc6c4b)},
    {UINT64_C(0x0000000000000000), UINT64_C(0x00000b092309d436)},
    {UINT64_C(0x0000000000000000), UINT64_C(0x0000000c9cba5460)},
    {UINT64_C(0x0000000000000000), UINT64_C(0x000000000d73f9f3)},
    {UINT64_C(0x0000000000000000), UINT64_C(0x00000000000d73f9)},
    {UINT64_C(0x0000000000000000), UINT64_C(0x0000000000000ca9)},
};

int
fs_exp128(const struct fs_magnitude *a, uint128 *e)
{
    /* a = n ln2/16 + t/16 with 0 <= t < 0.6932: whole parts cancel, so all goes mod 1 */
    const int excess = -5 - a->exponent;
    const uint64_t n = product(a->significand, N_PER_UNIT).hi >> (excess < 63 ? excess : 63);
    uint128 t = shifted(a->significand, a->exponent + 132);
    t = subtract(t, (uint128){n * LN2.hi, 0});
    t = subtract(t, product(n, LN2.lo));
    t = subtract(t, low(product(n, LN2_TAIL).hi));

    /* The terms fall so fast that no difference is negative */
    uint128 sum = SERIES[17];
    for (int i = 16; i >= 0; i--) {
        sum = subtract(SERIES[i], multiply(t, sum));
    }
    *e = multiply(sum, POWER[n & 15]);
    return (int)(n >> 4);
}

limb *
fs_exp_limbs(const struct fs_magnitude *a, size_t n, limb *r, limb *s, limb *t)
{
    /* r = a/2^43 < 2^-32, cut off */
    limbs_set(r, a->significand, a->exponent - 43, n);
    /* s = e^-r: every term brings 32 bits */
    limbs_set(s, 1, 0, n);
    for (size_t i = n; i > 0; i--) {
        limbs_multiply(t, r, s, n);
        limbs_divide(t, (limb)i, n);
        limbs_set(s, 1, 0, n);
        limbs_subtract(s, t, n);
    }
    /* s = e^-a.  The series is within 4 units of the last place; a squaring doubles the error and
     * adds less than 2 units: less than 2^46 in the end. */
    for (int i = 0; i < 43; i++) {
        limbs_multiply(t, s, s, n);
        limb *swap = s;
        s = t;
        t = swap;
    }
    return s;
}

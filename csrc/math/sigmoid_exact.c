/* exact.c - the last word on sigmoid(x): scalar multi-precision, rarely reached.
 *
 * Integer arithmetic throughout: doubles are only compared, taken apart and put together.  So
 * neither the rounding mode nor flush-to-zero nor fused multiply-adds can change a bit.
 *
 * Both phases enclose sigmoid(x) between two numbers and round once, straight to the precision or,
 * for subnormal results, to the fixed last place of the format: where every number in between
 * rounds alike, that is the answer.  Ties need no rule.  e^-x is transcendental for every rational
 * x but 0 (Lindemann), and so is sigmoid(x): it is never halfway between two numbers of the format.
 * Hence the enclosures are open intervals, and hence the unbounded phase comes to an end: any one x
 * keeps a distance from the halfway points, and the interval shrinks below it.
 *
 * proof/exact128.sollya prints the constants, proof/exact128.gappa proves ERR. */
#include "exact.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(_MSC_VER) && !defined(FS_NO_INT128)
#  include <intrin.h>
#endif

const struct fs_format fs_binary64 = {53, -1022};
const struct fs_format fs_binary32 = {24, -126};
const struct fs_format fs_binary16 = {11, -14};
const struct fs_format fs_bfloat16 = {8, -126};

/* |x| = significand * 2^exponent with 53 bits of significand. */
struct magnitude {
    uint64_t significand;
    int exponent;
};

/* Settles the inputs that take no computing and takes the others apart.  For |x| < 2^-precision,
 * sigmoid(x) is nearer to 1/2 than |x|/4 < 2^-(precision+2), half of the last place just below 1/2.
 * For |x| >= precision-emin it is nearer to 0 or 1 than e^-|x| < 2^(emin-precision), half of the
 * smallest subnormal number. */
static int
settled(double x, const struct fs_format *format, struct magnitude *a, double *result)
{
    const int limit = format->precision - format->emin;
    if (x >= limit || x <= -limit) {
        *result = x > 0;
        return 1;
    }
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    const int biased = (int)(bits >> 52 & 0x7ff);
    if (biased < 1023 - format->precision) {
        *result = 0.5;
        return 1;
    }
    const uint64_t leading = UINT64_C(1) << 52;
    a->significand = (bits & (leading - 1)) | leading;
    a->exponent = biased - 1075;
    return 0;
}

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

/* Rounds a number of the open interval (first, last + 1) * 2^exponent, of which nothing else is
 * known: returns 1 and stores the result if every such number rounds alike.
 *
 * 2^(precision+1) < first < 2^63 and last <= 2^63: halfway points are integers in this scale, so
 * that the ends lose nothing by having been rounded outwards to integers. */
static int
round_open(uint64_t first, uint64_t last, int exponent, const struct fs_format *format,
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
    *result = assemble(rounded, place);
    return 1;
}

/* ---- 128 bits -------------------------------------------------------------------------------- */

/* Stands for (hi 2^64 + lo) / 2^128. */
typedef struct {
    uint64_t hi, lo;
} uint128;

/* How far the value before rounding may be off, in units of 2^-128. */
#define ERR 16

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
shift_right(uint128 value, int shift) /* 0 < shift */
{
    if (shift < 64) {
        return (uint128){value.hi >> shift, value.hi << (64 - shift) | value.lo >> shift};
    }
    return low(shift < 128 ? value.hi >> (shift - 64) : 0);
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

int
fs_exact128(double x, const struct fs_format *format, double *result)
{
    struct magnitude a;
    if (settled(x, format, &a, result)) {
        return 1;
    }
    uint128 lower, upper; /* between them lies 2^k sigmoid(x)/2 */
    int k = 0;
    if (a.exponent < -36 - 52) {
        /* |x| < 2^-36: between 1/2 + x/4 and 1/2 + x/4 - x^3/48, where |x|^3/48 < 2^-113.  1/2 +
         * x/4 is exact, and where it is a tie, the interval lies on the right side of it. */
        const uint128 half = {UINT64_C(1) << 62, 0}, width = {0, UINT64_C(1) << 14};
        const uint128 quarter_a = shift_left(a.significand, a.exponent + 125);
        if (x > 0) {
            upper = add(half, quarter_a);
            lower = subtract(upper, width);
        }
        else {
            lower = subtract(half, quarter_a);
            upper = add(lower, width);
        }
    }
    else {
        /* |x| = n ln2/16 + t/16 with 0 <= t < 0.6932: whole parts cancel, so all goes mod 1 */
        const int excess = -5 - a.exponent;
        const uint64_t n = product(a.significand, N_PER_UNIT).hi >> (excess < 63 ? excess : 63);
        uint128 t = shift_left(a.significand, a.exponent + 132);
        t = subtract(t, (uint128){n * LN2.hi, 0});
        t = subtract(t, product(n, LN2.lo));
        t = subtract(t, low(product(n, LN2_TAIL).hi));

        /* e^-|x| = e 2^-k; the terms fall so fast that no difference is negative */
        uint128 e = SERIES[17];
        for (int i = 16; i >= 0; i--) {
            e = subtract(SERIES[i], multiply(t, e));
        }
        e = multiply(e, POWER[n & 15]);
        k = (int)(n >> 4);

        /* The stable branch: x >= 0: 1/(1 + e^-x);  x < 0: e^x/(1 + e^x). */
        const uint128 half = {UINT64_C(1) << 63, 0};
        uint128 value = quarter_reciprocal(add(half, shift_right(e, k + 1)));
        if (x < 0) {
            value = multiply(value, e);
        }
        else {
            k = 0;
        }
        lower = subtract(value, low(ERR));
        upper = add(value, low(ERR));
    }
    const uint128 last = subtract(upper, low(1));
    return round_open(lower.hi, last.hi, -63 - k, format, result);
}

/* ---- any number of bits ---------------------------------------------------------------------- */

/* A number has n limbs of 32 bits after the point, the lowest first, and one before it. */
typedef uint32_t limb;

static void
set_one(limb *r, size_t n)
{
    memset(r, 0, n * sizeof *r);
    r[n] = 1;
}

static void
set_bit(limb *r, size_t bit)
{
    r[bit / 32] |= UINT32_C(1) << bit % 32;
}

static limb
get_bit(const limb *a, size_t bit)
{
    return a[bit / 32] >> bit % 32 & 1;
}

/* Returns whether a >= b. */
static int
not_less(const limb *a, const limb *b, size_t n)
{
    size_t i = n;
    while (i > 0 && a[i] == b[i]) {
        i--;
    }
    return a[i] >= b[i];
}

/* a -= b */
static void
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
static void
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
static void
limbs_double(limb *a, size_t n)
{
    limb carry = 0;
    for (size_t i = 0; i <= n; i++) {
        const limb next = a[i] >> 31;
        a[i] = a[i] << 1 | carry;
        carry = next;
    }
}

/* a /= divisor, cut off after the last limb */
static void
limbs_divide(limb *a, limb divisor, size_t n)
{
    uint64_t rest = 0;
    for (size_t i = n + 1; i-- > 0;) {
        rest = rest << 32 | a[i];
        a[i] = (limb)(rest / divisor);
        rest %= divisor;
    }
}

/* One attempt with n limbs, in 3 (n + 1) limbs of memory. */
static int
round_with_limbs(int negative, const struct magnitude *a, size_t n, limb *memory,
                 const struct fs_format *format, double *result)
{
    limb *r = memory, *s = r + n + 1, *t = s + n + 1;

    /* r = |x|/2^43 < 2^-32, exact: its last bit is at least 2^-148 */
    memset(r, 0, (n + 1) * sizeof *r);
    for (int i = 0; i < 53; i++) {
        if (a->significand >> i & 1) {
            set_bit(r, 32 * n - (size_t)(43 - a->exponent - i));
        }
    }
    /* s = e^-r: every term brings 32 bits */
    set_one(s, n);
    for (size_t i = n; i > 0; i--) {
        limbs_multiply(t, r, s, n);
        limbs_divide(t, (limb)i, n);
        set_one(s, n);
        limbs_subtract(s, t, n);
    }
    /* s = e^-|x|.  The series is within 3 units of the last place; a squaring doubles the error and
     * adds less than 2 units: less than 2^46 in the end. */
    for (int i = 0; i < 43; i++) {
        limbs_multiply(t, s, s, n);
        limb *swap = s;
        s = t;
        t = swap;
    }
    /* t = sigmoid(x) by the stable branch again, within 2^46 + 1 units, bit by bit */
    if (negative) {
        memcpy(r, s, (n + 1) * sizeof *r);
    }
    else {
        set_one(r, n);
    }
    s[n]++;
    memset(t, 0, (n + 1) * sizeof *t);
    for (size_t bit = 32 * n + 1; bit-- > 0;) {
        if (not_less(r, s, n)) {
            limbs_subtract(r, s, n);
            set_bit(t, bit);
        }
        limbs_double(r, n);
    }

    /* The 63 bits from the leading one, and whether 2^48 units less or more change them. */
    size_t top = 32 * n;
    while (top > 0 && !get_bit(t, top)) {
        top--;
    }
    if (top <= 48 + 62) {
        return 0;
    }
    const size_t bottom = top - 62;
    uint64_t window = 0;
    for (size_t bit = top + 1; bit-- > bottom;) {
        window = window << 1 | get_bit(t, bit);
    }
    limb zeros = 1, ones = 1;
    for (size_t bit = 48; bit < bottom; bit++) {
        zeros &= !get_bit(t, bit);
        ones &= get_bit(t, bit);
    }
    return round_open(window - zeros, window + ones, (int)bottom - 32 * (int)n, format, result);
}

/* The buffer on the stack holds 16,384 bits.  Each bit beyond the first hundred halves the chance
 * of a doubt, so that no more will ever be asked for.  If it were, and there were no memory, there
 * would be no answer: a wrong one is not given instead. */
double
fs_exact_unbounded(double x, const struct fs_format *format)
{
    struct magnitude a;
    double result;
    if (settled(x, format, &a, &result)) {
        return result;
    }
    enum { FIRST = 8, STACK = 512 };
    limb stack[3 * (STACK + 1)];
    for (size_t n = FIRST;; n *= 2) {
        limb *memory = n <= STACK ? stack : malloc(3 * (n + 1) * sizeof *memory);
        if (memory == NULL) {
            abort();
        }
        const int decided = round_with_limbs(x < 0, &a, n, memory, format, &result);
        if (memory != stack) {
            free(memory);
        }
        if (decided) {
            return result;
        }
    }
}

double
fs_exact(double x, const struct fs_format *format)
{
    double result;
    return fs_exact128(x, format, &result) ? result : fs_exact_unbounded(x, format);
}

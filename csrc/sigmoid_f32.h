/* sigmoid_f32.h - float32 in float32 lanes, with FMA: the algorithm, written once over the vector
 * operations that the including kernels_<isa>.c defines.  vf holds VF_LANES floats, vi their bits,
 * vf_mask a truth for each.
 *
 *   reduce      x = -(n ln2/N + r), n integer, |r| <= ln2/2N, for a table of N entries; r is exact
 *   table       2^(n/N) = T e^delta, T being 2^(n/N) rounded to a float
 *   polynomial  e^-x = T (1 + r + low), low = fl + (e^g - 1 - g), g = r + fl, fl = delta - n ln2_lo
 *   quotient    D is 1 + e^-x rounded, Dl what the rounding missed: D - 1 and T - (D-1) are exact.
 *               With y near 1/D, e = 1 - y D - y Dl comes out to about 2^-36
 *   result      sigmoid(x) = y / (1-e) = y + y (e + e^2 + ...), rounded once, by the last addition
 *   test        once with e - ERR and once with e + ERR: where both round alike, that is the answer
 *
 * There are two forms of it: the coarse one has a table of 32 entries, D without low, and for y a reciprocal of
 * 14 bits; the refined one a table of 8, D with low, and for y a reciprocal of 22 bits or more, so that e^2 is
 * nothing.  The lanes they leave open, 1 in 1200 or in 140, are computed again in float64 lanes by
 * sigmoid_f32_rational.h, which is included before this file.
 *
 * proof/f32_coarse.gappa and proof/f32_refined.gappa prove ERR, proof/f32_exact.gappa what they build on;
 * proof/f32.sollya makes the constants, proof/table_f32.sollya the table. */

/* The including file says in F32_COARSE which form it is, and has f32_lookup for its table, F32_TABLE_BITS
 * being 5 or 3. */

/* Down to here D is below 2^24, and D - 1 exact. */
#define F32_NARROW -0x1.09p+4
/* Down to here y is a normal number, and so is a reciprocal that is good to 11 bits. */
#define F32_WIDE -0x1.5d4p+6

static const struct {
    float n_per_x, round, ln2_hi, ln2_lo, c[4], err, err_wide;
} f32 = {
    .n_per_x = -0x1.715476p+0f, /* 1/ln2: n counts N-ths here, so that t has the integer N n below */
    .ln2_hi = 0x1.62e43p-1f,    /* 21 bits: n ln2_hi + x is exact */
    .ln2_lo = -0x1.05c61p-29f,
#if F32_COARSE
    .round = 0x1.8p+18f, /* v + round has the integer nearest to 32 v in its low bits */
    /* e^g - 1 - g = g^2 (c0 + c1 g + c2 g^2) to 2^-41.5 for |g| <= 2^-6.5 */
    .c = {0x1p-1f, 0x1.5555b8p-3f, 0x1.55556cp-5f},
    .err = 0x1.1p-35f,
    .err_wide = 0x1.13p-35f,
#else
    .round = 0x1.8p+20f,
    /* With c3 g^3, to 2^-39.1 for |g| <= 2^-4.5. */
    .c = {0x1p-1f, 0x1.555556p-3f, 0x1.555adp-5f, 0x1.11121cp-7f},
    .err = 0x1.28p-32f,
    .err_wide = 0x1.6ap-32f,
#endif
};

/* Lanes on their way through the stages: e^-x = T (1 + r + low), T being scaled by its 2^k. */
struct f32_lanes {
    vf T, r, low, D, y;
};

/* T, r, and for low what f32_approximate begins with.  Returns round + n. */
static inline vf
f32_reduce(vf x, struct f32_lanes *lanes)
{
    vf t = vf_madd(x, vf_set(f32.n_per_x), vf_set(f32.round));
    vf n = vf_sub(t, vf_set(f32.round));
    vf delta;
    f32_lookup(t, &lanes->T, &delta);
    lanes->r = vf_msub(n, vf_set(-f32.ln2_hi), x); /* exact */
    lanes->low = vf_nmadd(n, vf_set(f32.ln2_lo), delta);
    return t;
}

static inline void
f32_approximate(struct f32_lanes *lanes)
{
    const float *c = f32.c;
    const vf fl = lanes->low;
    vf g = vf_add(lanes->r, fl);
    vf g2 = vf_mul(g, g);
    vf p = F32_COARSE ? vf_set(c[2]) : vf_madd(g, vf_set(c[3]), vf_set(c[2]));
    p = vf_madd(vf_madd(p, g, vf_set(c[1])), g, vf_set(c[0]));
    lanes->low = vf_madd(g2, p, fl);
}

/* The 1 of the denominator, in the wide form: where D has no room for it, it goes into Dl. */
static inline vf
f32_unit(vf x, int wide)
{
    const vf one = vf_set(1.0f);
    return wide ? vf_select(vf_above(x, vf_set(F32_NARROW)), one, vf_set(0.0f)) : one;
}

/* D, and y near 1/D. */
static inline void
f32_divide(vf x, int wide, struct f32_lanes *lanes)
{
    const vf q = F32_COARSE ? lanes->r : vf_add(lanes->r, lanes->low);
    lanes->D = vf_madd(lanes->T, q, vf_add(lanes->T, f32_unit(x, wide)));
    lanes->y = vf_reciprocal(lanes->D);
}

/* Two floats between which the correctly rounded sigmoid(x) lies, for -F32_NARROW <= x <= F32_NARROW: where
 * they are equal, they are it.  `wide` (known at compile time) admits F32_WIDE <= x <= F32_HIGH. */
static inline void
f32_bounds(vf x, int wide, const struct f32_lanes *lanes, vf *below, vf *above)
{
    const vf one = vf_set(1.0f), unit = f32_unit(x, wide), T = lanes->T, y = lanes->y;
    vf w = vf_madd(T, lanes->r, vf_sub(T, vf_sub(lanes->D, unit)));
    if (wide) {
        w = vf_add(w, vf_sub(one, unit));
    }
    vf Dl = vf_madd(T, lanes->low, w);
    vf e = vf_nmadd(y, Dl, vf_nmadd(y, lanes->D, one));
    if (F32_COARSE) {
        e = vf_madd(e, e, e);
    }
    const vf err = vf_set(wide ? f32.err_wide : f32.err);
    *below = vf_madd(y, vf_sub(e, err), y);
    *above = vf_madd(y, vf_add(e, err), y);
}

/* Subnormal results: sigmoid(x) = e^x to 2^-126, a multiple of 2^-149.  With e^x = 2^k E, adding
 * A = 2^(-126-k) to E rounds it to multiples of 2^(-149-k), and how many there are is what the pattern of
 * the sum has above that of A: no operation touches a subnormal number.  The error is proved in
 * proof/f32_subnormal.gappa.  Returns the lanes that this settles, for F32_ZERO <= x <= F32_LOW. */
static inline vf_mask
f32_subnormal(vf x, vf *y)
{
    struct f32_lanes E;
    const vf t = f32_reduce(vf_sub(vf_set(0.0f), x), &E);
    f32_approximate(&E);
    vi k = vi_shift_left(vi_shift_right(vf_bits(t), F32_TABLE_BITS), 23); /* in the exponent's place */
    vf T = vf_from_bits(vi_sub(vf_bits(E.T), k));
    vi a = vi_sub(vi_set(UINT32_C(1) << 23), k);
    vf A = vf_from_bits(a);

    vf hi = vf_madd(T, vf_add(E.r, E.low), T);
    vf lo = vf_madd(T, E.low, vf_madd(T, E.r, vf_sub(T, hi)));
    vf z = vf_add(A, hi);
    vf rest = vf_add(vf_sub(hi, vf_sub(z, A)), lo);
    vf err = vf_madd(T, vf_set(f32.err_wide), vf_mul(A, vf_set(0x1.01p-47f)));
    vf below = vf_add(z, vf_sub(rest, err));
    vf above = vf_add(z, vf_add(rest, err));
    *y = vf_from_bits(vi_sub(vf_bits(above), a));
    return vf_not(vf_unequal(below, above));
}

/* Near 0, sigmoid(x) = 1/2 + x/4 - x^3/48 + ... is a little nearer to 1/2 than 1/2 + x/4, which is apt to
 * be a tie.  So is 1/2 + x (1/4 - 2^-26).  Both miss 1/2 + x/4 by less than the last place of x/4, where
 * |x| is at most F32_TINY, while the ties are whole numbers of that place: none lies in between, and one
 * multiply-add is correctly rounded. */
static inline vf
f32_tiny(vf x)
{
    return vf_madd(x, vf_set(0x1.fffffep-3f), vf_set(0.5f));
}

/* So many vectors go through the stages side by side: see sigmoid_f64.h. */
#define F32_GROUP (128 / VF_LANES)

/* Where sigmoid(x) is 0, 1 or NaN. */
static inline vf_mask
f32_is_outside(vf x)
{
    return vf_not(vf_and(vf_above(x, vf_set(F32_ZERO)), vf_above(vf_set(F32_HIGH), x)));
}

/* x as the stages take it: lanes beyond their range are of no account. */
static inline vf
f32_load(const float *x, enum range range)
{
    const vf v = vf_load(x);
    return range == ANYWHERE ? vf_max(vf_set(F32_WIDE), vf_min(vf_set(F32_HIGH), v)) : v;
}

/* The last stage: y, but x in the lanes that stay open, which get a bit each. */
static FS_INLINE void
f32_finish(const float *x, float *y, size_t vectors, enum range range, const struct f32_lanes *group,
           uint64_t *open)
{
    uint64_t opened[2] = {0, 0};
    for (size_t i = 0; i < vectors; i++) {
        const size_t first = i * VF_LANES;
        vf v = vf_load(x + first);
        vf below, above;
        f32_bounds(f32_load(x + first, range), range != IN_NARROW, group + i, &below, &above);
        vf_mask undecided = vf_unequal(below, above);
        if (range == ANYWHERE) {
            vf_mask outside = f32_is_outside(v);
            undecided = vf_and(vf_or(undecided, vf_above(vf_set(F32_WIDE), v)), vf_not(outside));
            above = vf_select(outside, vf_saturated(v), above);
        }
        const uint64_t bits = vf_mask_bits(undecided);
        if (bits != 0) {
            opened[first / 64] |= bits << first % 64;
            above = vf_select(undecided, v, above);
        }
        vf_store(y + first, above);
    }
    open[0] = opened[0];
    open[1] = opened[1];
}

/* Whether all lanes are in the wide range. */
static FS_INLINE int
f32_all_wide(const float *x, size_t vectors)
{
    for (size_t i = 0; i < vectors; i++) {
        const vf v = vf_load(x + i * VF_LANES);
        if (!vf_all(vf_and(vf_at_most(vf_set(F32_WIDE), v), vf_at_most(v, vf_set(F32_HIGH))))) {
            return 0;
        }
    }
    return 1;
}

static FS_INLINE int
f32_group(const float *x, float *y, size_t vectors, enum range range, uint64_t *open)
{
    struct f32_lanes group[F32_GROUP];
    if (range == IN_WIDE && !f32_all_wide(x, vectors)) {
        return 0;
    }
    /* The pattern of the largest |x|; those of NaN are larger still. */
    vi largest = vi_set(0);
    for (size_t i = 0; i < vectors; i++) {
        vf v = f32_load(x + i * VF_LANES, range);
        FS_LOADED(v);
        largest = vi_max(largest, vf_bits(vf_abs(v)));
        f32_reduce(v, group + i);
    }
    if (range == IN_NARROW && !vi_all_at_most(largest, vf_bits(vf_set(-F32_NARROW)))) {
        return 0;
    }
    for (size_t i = 0; i < vectors; i++) {
        f32_approximate(group + i);
        f32_divide(f32_load(x + i * VF_LANES, range), range != IN_NARROW, group + i);
    }
    f32_finish(x, y, vectors, range, group, open);
    return 1;
}

static inline int
f32_saturate(const float *x, float *y, size_t vectors)
{
    for (size_t i = 0; i < vectors; i++) {
        if (!vf_all(f32_is_outside(vf_load(x + i * VF_LANES)))) {
            return 0;
        }
    }
    for (size_t i = 0; i < vectors; i++) {
        vf_store(y + i * VF_LANES, vf_saturated(vf_load(x + i * VF_LANES)));
    }
    return 1;
}

static inline int
f32_is_subnormal(const float *x, size_t vectors)
{
    for (size_t i = 0; i < vectors; i++) {
        const vf v = vf_load(x + i * VF_LANES);
        if (!vf_all(vf_and(vf_above(v, vf_set(F32_ZERO)), vf_at_most(v, vf_set(F32_LOW))))) {
            return 0;
        }
    }
    return 1;
}

static inline uint64_t
f32_special_vector(float *y)
{
    const vf x = vf_load(y);
    if (vf_all(vf_within(x, vf_set(F32_TINY)))) {
        vf_store(y, f32_tiny(x));
        return UINT64_MAX >> (64 - VF_LANES);
    }
    if (!vf_all(vf_at_most(x, vf_set(F32_LOW)))) {
        return 0;
    }
    vf result;
    const vf_mask settled = f32_subnormal(x, &result);
    vf_store(y, vf_select(settled, result, x));
    return vf_mask_bits(settled);
}

static inline void
f32_fill(float *buffer, const float *x, size_t n)
{
    memset(buffer, 0, (n + VF_LANES - 1) / VF_LANES * VF_LANES * sizeof *buffer);
    memcpy(buffer, x, n * sizeof *x);
}

static inline void
f32_drain(float *y, const float *buffer, size_t n)
{
    memcpy(y, buffer, n * sizeof *y);
}

#define ROW_ELEMENT float
#define ROW_LANES VF_LANES
#define ROW_GROUP F32_GROUP
#define ROW(name) f32_##name
#include "groups.h"
#include "row.h"

/* sigmoid_f32.h - float32 in float32 lanes, with FMA: the algorithm, written once over the vector
 * operations that the including kernels_<isa>.c defines.  vf holds VF_LANES floats, vi their bits,
 * vf_mask a truth for each.
 *
 *   reduce      x = -(n ln2/N + r), n integer, |r| <= ln2/2N, for a table of N entries; r is exact
 *   table       2^(n/N) = T e^delta, T being 2^(n/N) rounded to a float
 *   polynomial  e^-x = T (1 + r + low)
 *   quotient    D is 1 + e^-x rounded, Dl what the rounding missed: D - 1 and T - (D-1) are exact.
 *               With y = 1/D, be it a coarse one, e = 1 - y D - y Dl comes out to about 2^-36
 *   result      sigmoid(x) = y / (1-e) = y + y (e + e^2 + ...), rounded once, by the last addition
 *   test        once with e - ERR and once with e + ERR: where both round alike, that is the answer
 *
 * The lanes where they differ, 1 in 700 (N = 32) or 270 (N = 16), are computed again in float64 lanes by
 * sigmoid_f32_rational.h, which is included before this file.
 *
 * proof/f32_coarse.gappa proves ERR where y is a coarse reciprocal, proof/f32_divided.gappa where it is a
 * quotient; proof/f32.sollya makes the constants, proof/table_f32.sollya the table. */

/* The including file says in F32_TABLE_BITS how many bits of n index its table, 5 or 4, and has f32_lookup
 * for it.  5 go with a coarse reciprocal, 4 with a division. */

/* Down to here D is below 2^24, and D - 1 exact. */
#define F32_NARROW -0x1.09p+4

static const struct {
    float n_per_x, round, ln2_hi, ln2_lo, c[3], err, err_wide;
} f32 = {
    .n_per_x = -0x1.715476p+0f, /* 1/ln2: n counts N-ths here, so that t has the integer N n below */
    .ln2_hi = 0x1.62e43p-1f,    /* 21 bits: n ln2_hi + x is exact */
    .ln2_lo = -0x1.05c61p-29f,
#if F32_TABLE_BITS == 5
    .round = 0x1.8p+18f, /* v + round has the integer nearest to 32 v in its low bits */
    /* e^r - 1 - r = r^2 (c0 + c1 r + c2 r^2) to 2^-41.5 for |r| <= 2^-6.5 */
    .c = {0x1p-1f, 0x1.5555b8p-3f, 0x1.55556cp-5f},
    .err = 0x1.1dp-35f,
    .err_wide = 0x1.83p-35f,
#else
    .round = 0x1.8p+19f,
    /* The same to 2^-36.5 for |r| <= 2^-5.5. */
    .c = {0x1p-1f, 0x1.5556ep-3f, 0x1.5555acp-5f},
    .err = 0x1.03p-33f,
    .err_wide = 0x1.66p-33f,
#endif
};

/* e^-x = T (1 + r + low), T being scaled by its 2^k. */
struct f32_exponential {
    vf t; /* round + n */
    vf T, r, low;
};

static inline struct f32_exponential
f32_exponential(vf x)
{
    struct f32_exponential E;
    E.t = vf_madd(x, vf_set(f32.n_per_x), vf_set(f32.round));
    vf n = vf_sub(E.t, vf_set(f32.round));
    vf delta;
    f32_lookup(E.t, &E.T, &delta);
    E.r = vf_msub(n, vf_set(-f32.ln2_hi), x); /* exact */
    vf fl = vf_nmadd(n, vf_set(f32.ln2_lo), delta);
    vf r2 = vf_mul(E.r, E.r);
    vf p = vf_madd(vf_madd(E.r, vf_set(f32.c[2]), vf_set(f32.c[1])), E.r, vf_set(f32.c[0]));
    E.low = vf_madd(r2, p, vf_madd(fl, E.r, fl));
    return E;
}

/* Two floats between which the correctly rounded sigmoid(x) lies, for F32_NARROW <= x <= F32_HIGH: where
 * they are equal, they are it.  `wide` (known at compile time) admits F32_LOW <= x. */
static inline void
f32_bounds(vf x, int wide, vf *below, vf *above)
{
    const vf one = vf_set(1.0f);
    const struct f32_exponential E = f32_exponential(x);

    /* The 1 of the denominator: where D has no room for it, it goes into Dl. */
    const vf unit = wide ? vf_select(vf_above(x, vf_set(F32_NARROW)), one, vf_set(0.0f)) : one;
    vf D = vf_madd(E.T, E.r, vf_add(E.T, unit));
    vf w = vf_madd(E.T, E.r, vf_sub(E.T, vf_sub(D, unit)));
    if (wide) {
        w = vf_add(w, vf_sub(one, unit));
    }
    vf Dl = vf_madd(E.T, E.low, w);

    vf y = vf_reciprocal(D);
    vf e = vf_nmadd(y, Dl, vf_nmadd(y, D, one));
    e = vf_madd(e, e, e);
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
    const struct f32_exponential E = f32_exponential(vf_sub(vf_set(0.0f), x));
    vi k = vi_shift_left(vi_shift_right(vf_bits(E.t), F32_TABLE_BITS), 23); /* in the exponent's place */
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

/* y[i] ... = above for the lanes of v, but for those open, which near 0 are computed and else queued. */
static inline void
f32_store(vf v, vf above, vf_mask open, float *y, size_t i, struct queue *queue)
{
    if (vf_any(open)) {
        const vf_mask tiny = vf_within(v, vf_set(F32_TINY));
        above = vf_select(tiny, f32_tiny(v), above);
        queue_floats(vf_and(open, vf_not(tiny)), v, i, queue);
    }
    vf_store(y + i, above);
}

/* The same for lanes some of which have a result that is subnormal, 0, 1 or NaN. */
static FS_NOINLINE void
f32_odd_lanes(const float *x, float *y, size_t i, struct queue *queue)
{
    const vf v = vf_load(x + i), zero = vf_set(F32_ZERO), low = vf_set(F32_LOW), high = vf_set(F32_HIGH);
    const vf_mask normal = vf_and(vf_above(v, low), vf_above(high, v));
    const vf_mask subnormal = vf_and(vf_above(v, zero), vf_not_above(v, low));
    vf_mask open = vf_or(normal, subnormal);
    vf result = vf_saturated(v);
    if (vf_any(subnormal)) {
        vf s;
        const vf_mask settled = f32_subnormal(vf_select(subnormal, v, low), &s);
        open = vf_and(open, vf_not(vf_and(subnormal, settled)));
        result = vf_select(subnormal, s, result);
    }
    if (vf_any(normal)) {
        vf below, above;
        f32_bounds(vf_select(normal, v, vf_set(0.0f)), 1, &below, &above);
        open = vf_and(open, vf_or(subnormal, vf_unequal(below, above)));
        result = vf_select(normal, above, result);
    }
    f32_store(v, result, open, y, i, queue);
}

/* y = sigmoid(x) for n elements, a multiple of VF_LANES, but for those queued.  The narrow form is tried
 * first, until it has failed on half of a block, and again after a block that it would have done for. */
static inline void
f32_block(const float *x, float *y, size_t n, struct queue *queue)
{
    const vf narrow = vf_set(F32_NARROW), low = vf_set(F32_LOW), high = vf_set(F32_HIGH);
    vf below, above;
    size_t beyond = 0;
    if (queue->wide) {
        for (size_t i = 0; i < n; i += VF_LANES) {
            const vf v = vf_load(x + i);
            beyond += (size_t)vf_any(vf_not_above(v, narrow));
            if (vf_any(vf_not_above(v, low))) {
                f32_odd_lanes(x, y, i, queue);
                continue;
            }
            f32_bounds(vf_min(high, v), 1, &below, &above);
            f32_store(v, above, vf_unequal(below, above), y, i, queue);
        }
        queue->wide = beyond > 0;
        return;
    }
    for (size_t i = 0; i < n; i += VF_LANES) {
        const vf v = vf_load(x + i);
        f32_bounds(vf_min(high, v), 0, &below, &above);
        const vf_mask outside = vf_not_above(v, narrow), open = vf_unequal(below, above);
        if (vf_any(vf_or(open, outside))) {
            if (vf_any(outside)) {
                f32_odd_lanes(x, y, i, queue);
                beyond++;
                continue;
            }
            f32_store(v, above, open, y, i, queue);
            continue;
        }
        vf_store(y + i, above);
    }
    queue->wide = beyond > n / VF_LANES / 2;
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
#define ROW(name) f32_##name
#include "row.h"

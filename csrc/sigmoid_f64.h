/* sigmoid_f64.h - float64: the algorithm, written once over the vector operations that the including
 * kernels_<isa>.c defines.
 *
 * With E = e^-x, sigmoid(x) = 1/(1 + E).  A double holds E for every x whose result is not subnormal,
 * so this form needs no branch on the sign; exact.c, which takes over wherever this phase cannot
 * tell, has the two-branch form.
 *
 *   reduce      x = -(n ln2/N + f), n integer, |f| <= ln2/2N, for a table of N entries
 *   table       2^(n/N) = T e^delta, T of 16 bits
 *   polynomial  e^(f+fl) = 1 + f + low, with fl = delta - n (ln2/N - ln2_hi)
 *   quotient    y = 1/(1+E), cut to 24 bits.  T and y being short, w = y T is exact, and so is
 *               1 - y - w.  The residual e = 1 - y (1+E) = 1 - y - w - w f - w low therefore comes
 *               out to about 2^-65 although no sum was kept in two parts
 *   result      sigmoid(x) = y / (1-e) = y + y (e + e^2 + ...), rounded once, by the last addition
 *   test        once with e - ERR and once with e + ERR: where both round alike, that is the answer
 *
 * There are three forms of it, by their tables, polynomials and ways to divide: what the coarse one (N = 16,
 * a reciprocal of 14 bits; where the table fits into registers) leaves open, 1 in 310, or the fine one
 * (N = 128), 1 in 2,200, goes through the finer one; what that leaves open, 1 in 7,000, through exact.c.
 *
 * proof/f64_fused.gappa, f64_unfused.gappa (where vd_madd and its kin round twice) and f64_coarse.gappa
 * prove ERR, f64_exact.gappa what they build on; proof/f64.sollya makes the constants. */

/* The including file says whether the coarse form is the first one.  It has f64_lookup for N = 128, and if
 * so f64_lookup_coarse for N = 16, too. */

/* Below F64_LOW the quotient (unfused: its product with e) comes too near to the subnormals to keep
 * its bits. */
#if FUSED
#  define F64_LOW -0x1.62p+9
#else
#  define F64_LOW -0x1.58p+9
#endif
/* From here on the result is 1; it is from 37.43 on. */
#define F64_HIGH 0x1.4p+5
/* To here the result is 0: half the smallest subnormal is sigmoid(-745.1332...). */
#define F64_ZERO -0x1.74ap+9
/* Up to here 1 - y - w is exact as it stands. */
#define F64_NARROW 0x1.4p+4

/* v + F64_ROUND has the integer nearest to v in its low bits. */
#define F64_ROUND 0x1.8p+52
/* f + F64_SPLIT - F64_SPLIT is f to multiples of 2^-21, 13 bits. */
#define F64_SPLIT 0x1.8p+31

/* A form, known at compile time wherever it is a parameter. */
struct f64_form {
    int table_bits; /* log2 N */
    int terms;      /* of the polynomial; the coarse form has 6 */
    double n_per_x, ln2_hi, ln2_lo, c[6], err;
};

#define F64_REDUCTION_128 \
    .table_bits = 7, .n_per_x = -0x1.71547652b82fep+7, /* -128/ln2 */ \
    .ln2_hi = 0x1.62e42fefap-8, /* ln2/128 to 36 bits: n ln2_hi is exact for |n| <= 2^17 */ \
    .ln2_lo = 0x1.cf79abc9e3b3ap-47

static const struct f64_form f64_fine = {
    F64_REDUCTION_128,
    /* e^g - 1 - g = g^2 (c0 + c1 g + c2 g^2 + c3 g^3) to 2^-65.31 for |g| <= 2^-8.52 */
    .terms = 4,
    .c = {0x1.ffffffffffdb1p-2, 0x1.5555555555437p-3, 0x1.55555d05a62c6p-5, 0x1.11111686f05f4p-7},
    .err = FUSED ? 0x1.24p-65 : 0x1.44p-65,
};

static const struct f64_form f64_finer = {
    F64_REDUCTION_128,
    /* With c4 g^4, Taylor's, to 2^-71.9. */
    .terms = 5,
    .c = {0x1p-1, 0x1.5555555555555p-3, 0x1.5555555555555p-5, 0x1.1111111111111p-7,
          0x1.6c16c16c16c17p-10},
    .err = FUSED ? 0x1.68p-67 : 0x1.f8p-67,
};

#if F64_COARSE
static const struct f64_form f64_coarse = {
    .table_bits = 4,
    .n_per_x = -0x1.71547652b82fep+4, /* -16/ln2 */
    .ln2_hi = 0x1.62e42fefa4p-5,      /* ln2/16 to 39 bits: n ln2_hi is exact for |n| <= 2^14 */
    .ln2_lo = -0x1.8432a1b0e2634p-47,
    /* e^g - 1 - g = g^2 (c0 + ... + c5 g^5) to 2^-66.2 for |g| <= 2^-5.52 */
    .terms = 6,
    .c = {0x1.0000000000004p-1, 0x1.555555555555ap-3, 0x1.5555555484cabp-5, 0x1.11111110720b6p-7,
          0x1.6c183dd9f9f2p-10, 0x1.a01badb3e2226p-13},
    .err = 0x1.08p-62,
};
#  define F64_FIRST (&f64_coarse)
#else
#  define F64_FIRST (&f64_fine)
#endif

/* Lanes on their way through the stages. */
struct f64_lanes {
    vd T, f, fl, low, y;
};

/* n + 1.5 * 2^52. */
static inline vd
f64_round(vd x, const struct f64_form *form)
{
    return vd_madd(x, vd_set(form->n_per_x), vd_set(F64_ROUND));
}

/* e^-x = T e^(f+fl), T being scaled by its 2^k.  *t is f64_round(x); `lift`, a multiple of N that it is
 * too large by, scales T by 2^(lift/N) more. */
static inline void
f64_reduce(vd x, const vd *t, double lift, const struct f64_form *form, struct f64_lanes *lanes)
{
    vd n = vd_sub(*t, vd_set(F64_ROUND + lift));
    vd delta;
#if F64_COARSE
    if (form == &f64_coarse) {
        f64_lookup_coarse(*t, &lanes->T, &delta);
    } else
#endif
    {
        f64_lookup(t, &lanes->T, &delta);
    }
    lanes->f = vd_msub(n, vd_set(-form->ln2_hi), x); /* exact */
    lanes->fl = vd_nmadd(n, vd_set(form->ln2_lo), delta);
}

/* 1/D, or what is near enough to it: what the quotient misses is in e. */
static inline vd
f64_quotient(vd D, const struct f64_form *form)
{
#if F64_COARSE
    if (form == &f64_coarse) {
        return vd_reciprocal14(D);
    }
#endif
    (void)form;
    return vd_div(vd_set(1.0), D);
}

/* e^(f+fl) = 1 + f + low, and y.  `many` vectors, a whole group, go side by side: what counts is then how many
 * operations there are, not how long each waits for the one before. */
static inline void
f64_approximate(const struct f64_form *form, int many, struct f64_lanes *lanes)
{
    const double *c = form->c;
    vd g = vd_add(lanes->f, lanes->fl);
    vd g2 = vd_mul(g, g);
    vd p = vd_madd(g, vd_set(c[3]), vd_set(c[2]));
    if (form->terms > 4) {
        vd q = form->terms > 5 ? vd_madd(g, vd_set(c[5]), vd_set(c[4])) : vd_set(c[4]);
        p = vd_madd(q, g2, p);
    }
    p = vd_madd(p, g2, vd_madd(g, vd_set(c[1]), vd_set(c[0])));
    lanes->low = vd_madd(g2, p, lanes->fl);

    /* A coarse denominator will do, so that the quotient need not wait for p.  Many reciprocals may: a sum costs
     * less than a product. */
    vd q = many && form->terms > 5 ? vd_add(lanes->f, lanes->low) : vd_madd(g2, vd_set(0.5), g);
    vd D = vd_madd(lanes->T, q, vd_add(vd_set(1.0), lanes->T));
    lanes->y = vd_truncate24(f64_quotient(D, form));
}

/* The leading bits of f, to multiples of 2^-21. */
static inline vd
f64_head(vd f)
{
    return vd_sub(vd_add(f, vd_set(F64_SPLIT)), vd_set(F64_SPLIT));
}

/* Two doubles between which the correctly rounded sigmoid(x) lies, for F64_LOW <= x <= F64_HIGH: where
 * they are equal, they are it.  `wide` (known at compile time) admits |x| > F64_NARROW. */
static inline void
f64_bounds(const struct f64_lanes *lanes, const struct f64_form *form, int wide, vd *below, vd *above)
{
    const vd one = vd_set(1.0), T = lanes->T, y = lanes->y;
    vd w = vd_mul(y, T);

    /* b = 1 - y - w.  Far from 0, where the smaller of y and w has bits that do not fit, subtract the
     * larger one first and keep what the second subtraction loses. */
    vd b, lost;
    if (wide) {
        vd h = vd_sub(one, vd_max(y, w));
        vd small = vd_min(y, w);
        b = vd_sub(h, small);
        lost = vd_sub(vd_sub(h, b), small);
    } else {
#if FUSED
        b = vd_nmadd(y, vd_add(one, T), one); /* 1 + T is exact */
#else
        b = vd_sub(vd_sub(one, y), w);
#endif
        lost = vd_set(0.0);
    }

#if FUSED
    vd e = vd_nmadd(w, lanes->low, vd_nmadd(w, lanes->f, b));
#else
    /* w f would be rounded; w times the head of f, 13 bits, is exact. */
    vd head = f64_head(lanes->f);
    vd low = vd_add(lanes->low, vd_sub(lanes->f, head));
    vd e = vd_nmadd(w, low, vd_nmadd(w, head, b));
#endif
    if (wide) {
        e = vd_add(e, lost);
    }
    vd s;
    if (form->terms > 5) {
        vd e2 = vd_mul(e, e);
        s = vd_add(e, e2);
        s = vd_madd(s, e2, s); /* e + e^2 + e^3 + e^4 */
    } else {
        s = vd_madd(e, e, e);
    }
    const vd err = vd_set(form->err);
    *below = vd_madd(y, vd_sub(s, err), y);
    *above = vd_madd(y, vd_add(s, err), y);
}

/* Near 0, where sigmoid(x) = 1/2 + x/4 - x^3/48 + ... is apt to be a tie but for its third term.
 * x/4 - x^3/48 is rounded to odd, so that the addition of 1/2 rounds as if nothing had been rounded
 * before.  Returns the lanes that this settles; all of |x| <= F64_TINY but the rarest. */
#define F64_TINY 0x1p-17
/* Twice the bound of proof/f64_tiny.gappa. */
#define F64_TINY_ERR 0x1.ap-37

static inline vd_mask
f64_tiny(vd x, vd *y)
{
    vd q = vd_mul(x, vd_set(0.25));
    vd c = vd_mul(vd_mul(x, x), vd_mul(x, vd_set(0x1.5555555555555p-6)));
    vd h = vd_sub(q, c);
    vd l = vd_sub(vd_sub(q, h), c);
    *y = vd_add(vd_set(0.5), vd_round_to_odd(h, l));
    /* c misses less than half of F64_TINY_ERR c of all the terms that it stands for.  Where l is more
     * than twice that, it has the sign of what h misses.  (Below 2^-60, where h, l or c might be
     * subnormal, no tie is near.) */
    return vd_and(vd_above(vd_abs(l), vd_abs(vd_mul(c, vd_set(F64_TINY_ERR)))),
                  vd_above(vd_abs(x), vd_set(0x1p-60)));
}

/* Subnormal results: sigmoid(x) = e^x to 2^-1022, a multiple of 2^-1074.  With e^x = 2^k E, adding
 * A = 2^(-1022-k) to E rounds it to multiples of 2^(-1074-k), and how many there are is what the pattern of
 * the sum has above that of A: no operation touches a subnormal number.  The error, relative to A,
 * is proved in proof/f64_subnormal.gappa.  Returns the lanes that this settles, for F64_ZERO <= x <=
 * F64_SUBNORMAL. */
#define F64_SUBNORMAL -0x1.6234p+9
#define F64_SUBNORMAL_ERR 0x1.14p-62

static inline vd_mask
f64_subnormal(vd x, vd *y)
{
    struct f64_lanes E;
    x = vd_sub(vd_set(0.0), x);
    /* Where 2^k is no normal number, the pattern of T may be that of a signaling NaN, which some moves, those
     * through an x87 register, change.  2^(k+512) is one. */
    const double lift = 512 << F64_FIRST->table_bits;
    vd t = vd_add(f64_round(x, F64_FIRST), vd_set(lift));
    f64_reduce(x, &t, lift, F64_FIRST, &E);
    f64_approximate(F64_FIRST, 0, &E);
    /* k + 512, in the exponent's place */
    vu k = vu_shift_left(vu_shift_right(vd_bits(t), F64_FIRST->table_bits), 52);
    vd T = vd_from_bits(vu_sub(vd_bits(E.T), k));
    vu a = vu_sub(vu_set(UINT64_C(513) << 52), k);
    vd A = vd_from_bits(a);

    vd head = f64_head(E.f);
    vd hi = vd_madd(T, head, T); /* exact */
    vd lo = vd_mul(T, vd_add(vd_sub(E.f, head), E.low));
    vd z = vd_add(A, hi);
    vd rest = vd_add(vd_sub(hi, vd_sub(z, A)), lo);
    vd err = vd_mul(A, vd_set(F64_SUBNORMAL_ERR));
    vd below = vd_add(z, vd_sub(rest, err));
    vd above = vd_add(z, vd_add(rest, err));
    *y = vd_from_bits(vu_sub(vd_bits(above), a));
    return vd_not(vd_unequal(below, above));
}

/* Whether all lanes are near 0, or all have a subnormal result; if so, computes those that are settled. */
static inline int
f64_special(vd x, vd *y, vd_mask *settled)
{
    if (vd_all(vd_within(x, vd_set(F64_TINY)))) {
        *settled = f64_tiny(x, y);
        return 1;
    }
    if (vd_all(vd_not(vd_above(x, vd_set(F64_SUBNORMAL))))) {
        *settled = f64_subnormal(x, y);
        return 1;
    }
    return 0;
}

/* All stages in one. */
static FS_INLINE void
f64_straight(vd x, const struct f64_form *form, int wide, vd *below, vd *above)
{
    struct f64_lanes lanes;
    vd t = f64_round(x, form);
    f64_reduce(x, &t, 0, form, &lanes);
    f64_approximate(form, 0, &lanes);
    f64_bounds(&lanes, form, wide, below, above);
}

/* So many vectors go through the stages side by side: one vector's way through all of them takes longer than
 * a CPU looks ahead. */
#define F64_GROUP (64 / VD_LANES)

/* Narrow is |x| <= F64_NARROW, wide F64_LOW <= x <= F64_HIGH. */
static inline vd_mask
f64_is_inside(vd x, enum range range)
{
    return range == IN_NARROW
               ? vd_within(x, vd_set(F64_NARROW))
               : vd_and(vd_at_most(vd_set(F64_LOW), x), vd_at_most(x, vd_set(F64_HIGH)));
}

/* Where sigmoid(x) is 0, 1 or NaN. */
static inline vd_mask
f64_is_outside(vd x)
{
    return vd_not(vd_and(vd_above(x, vd_set(F64_ZERO)), vd_above(vd_set(F64_HIGH), x)));
}

/* The last stage: y, but x in the lanes that stay open, which get a bit each. */
static FS_INLINE void
f64_finish(const double *x, double *y, size_t vectors, enum range range, const struct f64_lanes *group,
           uint64_t *open)
{
    uint64_t opened = 0;
    for (size_t i = 0; i < vectors; i++) {
        vd v = vd_load(x + i * VD_LANES);
        vd below, above;
        f64_bounds(group + i, F64_FIRST, range != IN_NARROW, &below, &above);
        vd_mask undecided = vd_unequal(below, above);
        if (range == ANYWHERE) {
            vd_mask outside = f64_is_outside(v);
            undecided = vd_and(vd_or(undecided, vd_above(vd_set(F64_LOW), v)), vd_not(outside));
            above = vd_select(outside, vd_saturated(v), above);
        }
        const uint64_t bits = vd_mask_bits(undecided);
        if (F64_COARSE || bits != 0) { /* where it is rare, a branch costs less than a selection */
            opened |= bits << (i * VD_LANES);
            above = vd_select(undecided, v, above);
        }
        vd_store(y + i * VD_LANES, above);
    }
    *open = opened;
}

static FS_INLINE int
f64_group(const double *x, double *y, size_t vectors, enum range range, uint64_t *open)
{
    struct f64_lanes group[F64_GROUP];
    vd v[F64_GROUP], t[F64_GROUP];
    vd_mask inside = vd_within(vd_set(0.0), vd_set(0.0));
    for (size_t i = 0; i < vectors; i++) {
        v[i] = vd_load(x + i * VD_LANES);
        FS_LOADED(v[i]);
        if (range == ANYWHERE) {
            v[i] = vd_max(vd_set(F64_LOW), vd_min(vd_set(F64_HIGH), v[i]));
        } else {
            inside = vd_and(inside, f64_is_inside(v[i], range));
        }
        t[i] = f64_round(v[i], F64_FIRST);
        if (F64_COARSE) {
            f64_reduce(v[i], t + i, 0, F64_FIRST, group + i);
        }
    }
    if (range != ANYWHERE && !vd_all(inside)) {
        return 0;
    }
    if (!F64_COARSE) {
        /* Another stage: the lookup reads what the first one has written. */
        for (size_t i = 0; i < vectors; i++) {
            f64_reduce(v[i], t + i, 0, F64_FIRST, group + i);
        }
    }
    for (size_t i = 0; i < vectors; i++) {
        f64_approximate(F64_FIRST, vectors == F64_GROUP, group + i);
    }
    f64_finish(x, y, vectors, range, group, open);
    return 1;
}

static inline int
f64_saturate(const double *x, double *y, size_t vectors)
{
    for (size_t i = 0; i < vectors; i++) {
        if (!vd_all(f64_is_outside(vd_load(x + i * VD_LANES)))) {
            return 0;
        }
    }
    for (size_t i = 0; i < vectors; i++) {
        vd_store(y + i * VD_LANES, vd_saturated(vd_load(x + i * VD_LANES)));
    }
    return 1;
}

static inline int
f64_is_subnormal(const double *x, size_t vectors)
{
    for (size_t i = 0; i < vectors; i++) {
        const vd v = vd_load(x + i * VD_LANES);
        if (!vd_all(vd_and(vd_above(v, vd_set(F64_ZERO)), vd_at_most(v, vd_set(F64_SUBNORMAL))))) {
            return 0;
        }
    }
    return 1;
}

static inline uint64_t
f64_special_vector(double *y)
{
    const vd x = vd_load(y);
    vd result;
    vd_mask settled;
    if (!f64_special(x, &result, &settled)) {
        return 0;
    }
    vd_store(y, vd_select(settled, result, x));
    return vd_mask_bits(settled);
}

/* The finer form.  Returns the lanes that this settles. */
static inline vd_mask
f64_second(vd x, vd *y)
{
    vd below;
    f64_straight(vd_max(vd_set(F64_LOW), x), &f64_finer, 1, &below, y);
    return vd_not(vd_or(vd_unequal(below, *y), vd_above(vd_set(F64_LOW), x)));
}

/* Whichever form is the right one for each lane.  Returns the lanes that this settles. */
static inline vd_mask
f64_again(vd x, vd *y)
{
    vd_mask settled;
    if (f64_special(x, y, &settled)) {
        return settled;
    }
    settled = f64_second(x, y);
    const vd_mask tiny = vd_within(x, vd_set(F64_TINY));
    if (vd_any(tiny)) {
        vd result;
        settled = vd_or(vd_and(settled, vd_not(tiny)), vd_and(f64_tiny(x, &result), tiny));
        *y = vd_select(tiny, result, *y);
    }
    const vd_mask subnormal = vd_at_most(x, vd_set(F64_SUBNORMAL));
    if (vd_any(subnormal)) {
        vd result;
        const vd_mask rounded = f64_subnormal(vd_min(vd_set(F64_SUBNORMAL), x), &result);
        settled = vd_or(vd_and(settled, vd_not(subnormal)), vd_and(rounded, subnormal));
        *y = vd_select(subnormal, result, *y);
    }
    return settled;
}

/* What the lanes left open: in lanes again, and what is left then one by one. */
static inline void
f64_rest(struct queue *queue, double *y)
{
    for (size_t i = queue->length; i % VD_LANES != 0; i++) {
        queue->x[i] = 0.0;
    }
    for (size_t i = 0; i < queue->length; i += VD_LANES) {
        vd result;
        const vd_mask settled = f64_again(vd_load(queue->x + i), &result);
        double lanes[VD_LANES];
        vd_store(lanes, result);
        const unsigned bits = vd_mask_bits(settled);
        for (size_t lane = 0; lane < VD_LANES && i + lane < queue->length; lane++) {
            y[queue->at[i + lane]] =
                bits >> lane & 1 ? lanes[lane] : fs_exact(queue->x[i + lane], &fs_binary64);
        }
    }
    queue->length = 0;
}

/* By vectors, as a vector's load has to wait for smaller stores. */
static inline void
f64_fill(double *buffer, const double *x, size_t n)
{
    for (size_t i = 0; i < n; i += VD_LANES) {
        vd_store(buffer + i, vd_load_part(x + i, n - i));
    }
}

static inline void
f64_drain(double *y, const double *buffer, size_t n)
{
    for (size_t i = 0; i < n; i += VD_LANES) {
        vd_store_part(y + i, vd_load(buffer + i), n - i);
    }
}

#define ROW_ELEMENT double
#define ROW_LANES VD_LANES
#define ROW_GROUP F64_GROUP
#define ROW(name) f64_##name
#include "groups.h"
#include "row.h"

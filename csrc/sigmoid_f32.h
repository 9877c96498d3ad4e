/* sigmoid_f32.h - float32 in float64 lanes: the algorithm, written once over the vector operations that
 * the including kernels_<isa>.c defines.
 *
 *   reduce      x = k ln2 + f, k integer, |f| <= ln2/2
 *   rational    e^f = (a+b)/(a-b), a and b even and odd polynomials in f: the quotient is put off
 *   quotient    sigmoid(x) = e^x/(1 + e^x) = c(a+b) / (c(a+b) + (a-b)) with c = 2^k: one division serves
 *               both, and no branch on the sign is needed
 *   test        the quotient v is within 2^-46.2 v of the truth, less than 110 units of its last place:
 *               unless its low 29 bits are that near to the middle of two floats, its rounding to a
 *               float is correct
 *
 * The lanes at the middle, about 1 in 2 million, go to exact.c, and so do those whose result is
 * subnormal.
 *
 * proof/f32.gappa proves the 110 units, proof/f32.sollya makes the constants. */

/* Below this the result is subnormal: ln(2^-126) is -87.3365. */
#define F32_LOW -0x1.5d5p+6
/* From here on the result is 1; it is from 17.33 on. */
#define F32_HIGH 0x1.4p+4
/* To here the result is 0: half the smallest subnormal is sigmoid(-103.97...). */
#define F32_ZERO -0x1.ap+6
/* In units of the last place of the float64 quotient. */
#define F32_WINDOW UINT64_C(110)

static const struct {
    double k_per_x, round, ln2_hi, ln2_lo, a1, a0, b1, b0;
} f32 = {
    .k_per_x = 0x1.71547652b82fep+0, /* 1/ln2 */
    .round = 0x1.8p+52,              /* v + round has the integer nearest to v in its low bits */
    .ln2_hi = 0x1.62e42fefa3ap-1,    /* 45 bits: k ln2_hi is exact */
    .ln2_lo = -0x1.0ca86c3898dp-49,
    /* a = f^4 + a1 f^2 + a0, b = f (b1 f^2 + b0): (a+b)/(a-b) is e^f to a relative 2^-46.3 */
    .a1 = 0x1.685c49a11c75p+7,
    .a0 = 0x1.a4735f3657776p+10,
    .b1 = 0x1.403d7dfabf242p+4,
    .b0 = 0x1.a4735f3656f27p+9,
};

/* sigmoid(x) for F32_LOW <= x <= F32_HIGH to within F32_WINDOW. */
static inline vd
f32_quotient(vd x)
{
    vd t = vd_madd(x, vd_set(f32.k_per_x), vd_set(f32.round));
    vd k = vd_sub(t, vd_set(f32.round));
    vd f = vd_nmadd(k, vd_set(f32.ln2_hi), x); /* exact */
    f = vd_nmadd(k, vd_set(f32.ln2_lo), f);
    vd z = vd_mul(f, f);
    vd a = vd_madd(vd_add(z, vd_set(f32.a1)), z, vd_set(f32.a0));
    vd b = vd_mul(f, vd_madd(z, vd_set(f32.b1), vd_set(f32.b0)));
    vd numerator = vd_mul(vd_pow2(t), vd_add(a, b));
    return vd_div(numerator, vd_add(numerator, vd_sub(a, b)));
}

/* y = sigmoid(x) for n elements, a multiple of VD_LANES, but for those queued. */
static inline void
f32_block(const float *x, float *y, size_t n, struct queue *queue)
{
    for (size_t i = 0; i < n; i += VD_LANES) {
        const vd v = vd_load_f32(x + i);
        const vd_mask outside =
            vd_not(vd_and(vd_above(v, vd_set(F32_ZERO)), vd_above(vd_set(F32_HIGH), v)));
        if (vd_all(outside)) {
            vd_store_f32(y + i, vd_saturated(v));
            continue;
        }
        vd s = f32_quotient(vd_max(vd_set(F32_LOW), vd_min(vd_set(F32_HIGH), v)));
        vd_mask open = vd_or(vd_near_middle(s, F32_WINDOW), vd_above(vd_set(F32_LOW), v));
        if (vd_any(outside)) {
            s = vd_select(outside, vd_saturated(v), s);
            open = vd_and(open, vd_not(outside));
        }
        queue_lanes(open, v, i, queue);
        vd_store_f32(y + i, s);
    }
}

/* What the lanes left open. */
static inline void
f32_rest(struct queue *queue, float *y)
{
    for (size_t i = 0; i < queue->length; i++) {
        y[queue->at[i]] = (float)fs_exact(queue->x[i], &fs_binary32);
    }
}

#define ROW_ELEMENT float
#define ROW(name) f32_##name
#include "row.h"

/* sigmoid_f32_rational.h - float32 in float64 lanes: the algorithm, written once over the vector
 * operations that the including kernels_<isa>.c defines.  It is the first phase where float32 lanes have
 * no FMA, and the second one of sigmoid_f32.h.
 *
 *   reduce      x = k ln2 + f, k integer, |f| <= ln2/2
 *   rational    e^f = (a+b)/(a-b), a and b even and odd polynomials in f: the quotient is put off
 *   quotient    sigmoid(x) = e^x/(1 + e^x) = c(a+b) / (c(a+b) + (a-b)) with c = 2^k: one division serves
 *               both, and no branch on the sign is needed
 *   test        the quotient v is within 2^-46.2 v of the truth, less than 112 units of its last place:
 *               unless its low 29 bits are that near to the middle of two floats, its rounding to a
 *               float is correct
 *
 * The lanes at the middle, about 1 in 2 million, go to exact.c.
 *
 * proof/f32_rational.gappa proves the 112 units, proof/f32_rational.sollya makes the constants. */

/* To here the result is subnormal: the float below ln(2^-126). */
#define F32_LOW -0x1.5d58ap+6
/* From here on the result is 1; it is from 17.33 on. */
#define F32_HIGH 0x1.4p+4
/* To here the result is 0: half the smallest subnormal is sigmoid(-103.97...). */
#define F32_ZERO -0x1.ap+6
/* In units of the last place of the float64 quotient. */
#define F32_WINDOW UINT64_C(112)
/* The same, relative to the quotient. */
#define F32_WINDOW_ERR 0x1.cp-47

static const struct {
    double k_per_x, round, ln2_hi, ln2_lo, a1, a0, b1, b0;
} f32_rational = {
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

/* sigmoid(x) for F32_ZERO <= x <= F32_HIGH to within F32_WINDOW. */
static inline vd
f32_quotient(vd x)
{
    vd t = vd_madd(x, vd_set(f32_rational.k_per_x), vd_set(f32_rational.round));
    vd k = vd_sub(t, vd_set(f32_rational.round));
    vd f = vd_nmadd(k, vd_set(f32_rational.ln2_hi), x); /* exact */
    f = vd_nmadd(k, vd_set(f32_rational.ln2_lo), f);
    vd z = vd_mul(f, f);
    vd a = vd_madd(vd_add(z, vd_set(f32_rational.a1)), z, vd_set(f32_rational.a0));
    vd b = vd_mul(f, vd_madd(z, vd_set(f32_rational.b1), vd_set(f32_rational.b0)));
    vd numerator = vd_mul(vd_pow2(t), vd_add(a, b));
    return vd_div(numerator, vd_add(numerator, vd_sub(a, b)));
}

/* Up to here the middle of two floats may be too near.  With the 1/4 a little less, 1/2 + x/4 is on the
 * right side of it, if not within 112 units: see f32_tiny in sigmoid_f32.h. */
#define F32_TINY 0x1.bp-11f

/* Whether the quotient decides on sigmoid(x), and if so, what it is. */
static inline int
f32_settle(double x, double quotient, float *y)
{
    if (fabs(x) <= F32_TINY) {
        *y = (float)(0.5 + x * (0.25 - 0x1p-28));
        return 1;
    }
    const double err = quotient * F32_WINDOW_ERR;
    if (x > F32_LOW) {
        *y = (float)(quotient + err);
        return *y == (float)(quotient - err);
    }
    /* A multiple of 2^-149.  The sum has those in the low bits of its pattern, so that no operation meets
     * a subnormal number. */
    const double round = 0x1.8p-97;
    const double above = round + (quotient + err);
    uint64_t bits;
    memcpy(&bits, &above, sizeof bits);
    const uint32_t pattern = (uint32_t)(bits & 0xffffff);
    memcpy(y, &pattern, sizeof pattern);
    return above == round + (quotient - err);
}

/* What the lanes left open. */
static inline void
f32_rest(struct queue *queue, float *y)
{
    for (size_t i = queue->length; i % VD_LANES != 0; i++) {
        queue->x[i] = 0.0;
    }
    for (size_t i = 0; i < queue->length; i += VD_LANES) {
        double quotients[VD_LANES];
        vd_store(quotients, f32_quotient(vd_load(queue->x + i)));
        for (size_t lane = 0; lane < VD_LANES && i + lane < queue->length; lane++) {
            const double x = queue->x[i + lane];
            float *result = y + queue->at[i + lane];
            if (!f32_settle(x, quotients[lane], result)) {
                *result = (float)fs_exact(x, &fs_binary32);
            }
        }
    }
    queue->length = 0;
}

#ifndef VF_LANES
/* y = sigmoid(x) for so many elements, or 0 where they are not all in the middle of the range and decided.
 * Straight loops, which compilers turn into vectors of whatever the machine has. */
#define F32_GROUP 64

static inline int
f32_group(const float *given, float *y)
{
    float x[F32_GROUP]; /* see groups.h */
    memcpy(x, given, sizeof x);
    FS_COPIED(x);
    int outside = 0;
    for (int i = 0; i < F32_GROUP; i++) {
        outside |= !(x[i] > (float)F32_LOW) | !(x[i] < (float)F32_HIGH);
    }
    if (outside) {
        return 0;
    }
    double quotients[F32_GROUP];
    for (int i = 0; i < F32_GROUP; i++) {
        quotients[i] = f32_quotient(x[i]);
    }
    int open = 0;
    for (int i = 0; i < F32_GROUP; i++) {
        const double quotient = quotients[i], err = quotient * F32_WINDOW_ERR;
        const float below = (float)(quotient - err);
        y[i] = (float)(quotient + err);
        open |= y[i] != below;
    }
    return !open;
}

/* The same for one element, wherever it lies; queues it unless it is decided. */
static inline void
f32_lane(double x, float *y, size_t i, struct queue *queue)
{
    unsigned open = 0;
    if (x > F32_LOW && x < F32_HIGH) {
        const double quotient = f32_quotient(x);
        open = vd_near_middle(quotient, F32_WINDOW);
        y[i] = (float)quotient;
    } else if (x > F32_ZERO && x < F32_HIGH) {
        open = 1;
    } else {
        y[i] = (float)vd_saturated(x);
    }
    /* Without a branch: written in any case, counted if open. */
    queue->x[queue->length] = x;
    queue->at[queue->length] = queue->first + i;
    queue->length += open;
}

/* y = sigmoid(x) for n elements, but for those queued. */
static inline void
f32_block(const float *x, float *y, size_t n, struct queue *queue)
{
    for (size_t start = 0; start < n;) {
        float results[F32_GROUP];
        if (n - start >= F32_GROUP && f32_group(x + start, results)) {
            memcpy(y + start, results, sizeof results);
            start += F32_GROUP;
            continue;
        }
        const size_t end = n - start < F32_GROUP ? n : start + F32_GROUP;
        for (; start < end; start++) {
            f32_lane(x[start], y, start, queue);
        }
    }
}

static inline void
f32_fill(float *buffer, const float *x, size_t n)
{
    memset(buffer, 0, (n + VD_LANES - 1) / VD_LANES * VD_LANES * sizeof *buffer);
    memcpy(buffer, x, n * sizeof *x);
}

static inline void
f32_drain(float *y, const float *buffer, size_t n)
{
    memcpy(y, buffer, n * sizeof *y);
}

#define ROW_ELEMENT float
#define ROW_LANES VD_LANES
#define ROW(name) f32_##name
#include "row.h"
#endif

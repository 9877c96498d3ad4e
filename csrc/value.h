/* value.h - one value, over one lane.
 *
 * In the middle of the range no operation can raise a flag but inexact or meet a subnormal number, so
 * that of the environment hardly anything matters; all else is a row of one.  Which it is, the patterns tell:
 * a comparison of floats may raise a flag itself, for a signaling NaN or a subnormal number. */

/* Down to here no product underflows. */
#define F64_SMALL 0x1p-100

/* Two doubles between which the correctly rounded sigmoid(x) lies, for F64_SMALL <= |x| <= F64_NARROW. */
#if FUSED
/* Latency is what counts here, not the number of operations; a call takes a sixth less time than with
 * f64_bounds.  The quotient r is a full one, of a denominator good to 2^-38.6; while it is divided for,
 * 1 + E is summed up in H + L.  proof/f64_value.gappa has the bound, that of f64_bounds. */
static inline void
f64_value_bounds(double x, double *below, double *above)
{
    double t = fma(x, f64_fine.n_per_x, F64_ROUND);
    double n = t - F64_ROUND;
    double T, delta;
    f64_lookup(&t, &T, &delta);
    double f = fma(n, -f64_fine.ln2_hi, -x); /* exact */
    double fl = fma(n, -f64_fine.ln2_lo, delta);
    double g = f + fl;
    double g2 = g * g;
    double u = 1.0 + T; /* exact */
    double early = fma(g2, fma(g, 0x1.5555555555555p-3, 0.5), g);
    double r = 1.0 / fma(T, early, u);

    double p = fma(fma(g, f64_fine.c[3], f64_fine.c[2]), g2, fma(g, f64_fine.c[1], f64_fine.c[0]));
    double low = fma(g2, p, fl);
    double H = fma(T, f, u);
    double L = fma(T, low, fma(T, f, u - H));
    double e = fma(-r, L, fma(-r, H, 1.0));
    *below = fma(r, e - f64_fine.err, r);
    *above = fma(r, e + f64_fine.err, r);
}
#else
static inline void
f64_value_bounds(double x, double *below, double *above)
{
    f64_straight(x, &f64_fine, 0, below, above);
}
#endif

/* Apart, so that the usual case needs no stack. */
static FS_NOINLINE double
f64_row_of_one(double x)
{
    double y;
    f64_guarded_row(&x, sizeof x, &y, sizeof y, 1);
    return y;
}

static double
f64_value(double x)
{
    const uint64_t magnitude = vd_bits(x) & ~(UINT64_C(1) << 63), smallest = vd_bits(F64_SMALL);
    if (magnitude - smallest <= vd_bits(F64_NARROW) - smallest && fs_env_is_fit()) {
        double below, above;
        f64_value_bounds(x, &below, &above);
        if (below == above) {
            return above;
        }
    }
    return f64_row_of_one(x);
}

static FS_NOINLINE float
f32_row_of_one(float x)
{
    float y;
    f32_guarded_row(&x, sizeof x, &y, sizeof y, 1);
    return y;
}

static inline uint32_t
float_bits(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static float
f32_value(float x)
{
    const uint32_t bits = float_bits(x), magnitude = bits & ~(UINT32_C(1) << 31);
    const uint32_t limit = float_bits(bits == magnitude ? (float)F32_HIGH : (float)-F32_LOW);
    const int is_subnormal = magnitude != 0 && magnitude < float_bits(FLT_MIN);
    if (magnitude < limit && !is_subnormal && fs_env_is_fit()) {
        const double quotient = f32_quotient(x);
        if (!vd_near_middle(quotient, F32_WINDOW)) {
            return (float)quotient;
        }
    }
    return f32_row_of_one(x);
}

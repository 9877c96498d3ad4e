/* hard_f64.c - float64 inputs whose logit or log_sigmoid lies next to the middle of two numbers of the format.
 *
 *     cc -std=c11 -O2 tests/native/hard_f64.c -lmpfr -lgmp -lm -o hard_f64
 *     ./hard_f64 FUNCTION START END SECONDS SEED     prints the hardest found
 *
 * A sample, no proof.  FUNCTION is logit or log_sigmoid; START and END lie in one binade.  Runs of inputs are taken at random;
 * each is short enough for the function to be a straight line there, and first_hit.h says at once where that comes
 * near a middle.  MPFR says how near.  What changes its binade within a run is left out. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MPFR_USE_INTMAX_T
#include <mpfr.h>

#include "first_hit.h"

#define PRECISION 512
#define HARDEST 8
#define LOG_MOST 26    /* inputs a run, at most: see worst_lines.h, as for the others */
#define ROUNDING 0x1p-37

static int is_logit;
static mpfr_t y, slope, bend, t, u;

/* y = |f(x)|, and the first two derivatives of f, but for their signs. */
static void
evaluate(double x)
{
    if (is_logit) {
        mpfr_set_d(t, x, MPFR_RNDN);
        mpfr_ui_sub(u, 1, t, MPFR_RNDN);
        mpfr_div(y, t, u, MPFR_RNDN);
        mpfr_log(y, y, MPFR_RNDN);
        mpfr_mul(slope, t, u, MPFR_RNDN);
        mpfr_ui_div(slope, 1, slope, MPFR_RNDN);
        mpfr_sub(bend, t, u, MPFR_RNDN);
        mpfr_mul(bend, bend, slope, MPFR_RNDN);
    }
    else {
        mpfr_set_d(t, -x, MPFR_RNDN);
        mpfr_exp(t, t, MPFR_RNDN);
        mpfr_log1p(y, t, MPFR_RNDN);
        mpfr_add_ui(u, t, 1, MPFR_RNDN);
        mpfr_div(slope, t, u, MPFR_RNDN);
        mpfr_ui_div(bend, 1, u, MPFR_RNDN);
    }
    mpfr_mul(bend, bend, slope, MPFR_RNDN);
    mpfr_abs(y, y, MPFR_RNDN);
}

/* The exponent of the last place of y. */
static int
last_place(void)
{
    const int place = (int)mpfr_get_exp(y) - 53;
    return place < -1074 ? -1074 : place;
}

/* v modulo 1 in units of 2^-64. */
static uint64_t
modulo_1(mpfr_t v)
{
    mpfr_floor(t, v);
    mpfr_sub(t, v, t, MPFR_RNDN);
    mpfr_mul_2si(t, t, 64, MPFR_RNDN);
    return (uint64_t)mpfr_get_uj(t, MPFR_RNDZ);
}

static struct {
    double x, distance;
} hardest[HARDEST];

static void
keep(double x)
{
    evaluate(x);
    mpfr_mul_2si(y, y, -last_place(), MPFR_RNDN);
    mpfr_sub_d(y, y, 0.5, MPFR_RNDN);
    mpfr_round(t, y);
    mpfr_sub(y, y, t, MPFR_RNDN);
    const double distance = fabs(mpfr_get_d(y, MPFR_RNDN));
    for (int i = 0; i < HARDEST; i++) {
        if (hardest[i].x == x) {
            return;
        }
        if (hardest[i].x == 0 || distance < hardest[i].distance) {
            memmove(hardest + i + 1, hardest + i, (size_t)(HARDEST - 1 - i) * sizeof *hardest);
            hardest[i].x = x;
            hardest[i].distance = distance;
            return;
        }
    }
}

/* A run of N inputs around one of them, h apart. */
static void
search(double middle, double h, int log_most)
{
    evaluate(middle);
    const int place = last_place();
    mpfr_mul_2si(y, y, -place, MPFR_RNDN);
    mpfr_sub_d(y, y, 0.5, MPFR_RNDN);
    mpfr_mul_d(slope, slope, h, MPFR_RNDN);
    mpfr_mul_2si(slope, slope, -place, MPFR_RNDN);
    mpfr_mul_d(bend, bend, h, MPFR_RNDN);
    mpfr_mul_d(bend, bend, h, MPFR_RNDN);
    mpfr_mul_2si(bend, bend, -place, MPFR_RNDN);
    const double most = 2 * fabs(mpfr_get_d(bend, MPFR_RNDN)) + 0x1p-150;
    int n = (int)floor(-log2(most) / 3);
    n = n < 1 ? 1 : n > log_most ? log_most : n;
    const uint64_t N = UINT64_C(1) << n;
    /* |f| falls for p < 1/2, and for log_sigmoid */
    if (!is_logit || middle < 0.5) {
        mpfr_neg(slope, slope, MPFR_RNDN);
    }
    const double deviation = most * (double)N * (double)N / 8 + ROUNDING;
    if (deviation >= 0.25) {
        return;
    }
    const uint64_t reach = (uint64_t)ldexp(deviation, 64), b = modulo_1(slope);
    const uint64_t a = modulo_1(y) - N / 2 * b + reach;
    for (uint64_t i = 0; i < N; i++) {
        const uint64_t hit = first_hit(a + i * b, b, 0, 2 * reach, N - 1 - i);
        if (hit == NONE) {
            break;
        }
        i += hit;
        keep(middle + ((double)i - (double)(N / 2)) * h);
    }
}

int
main(int argc, char **argv)
{
    if (argc != 6) {
        return 2;
    }
    is_logit = strcmp(argv[1], "logit") == 0;
    const double start = strtod(argv[2], NULL), end = strtod(argv[3], NULL),
                 seconds = strtod(argv[4], NULL);
    unsigned long long state = strtoull(argv[5], NULL, 10) | 1;
    mpfr_inits2(PRECISION, y, slope, bend, t, u, NULL);
    const double first = fmin(fabs(start), fabs(end)),
                 inputs_h = nextafter(first, INFINITY) - first;
    const double inputs = fabs(end - start) / inputs_h;
    int log_most = 0;
    while (log_most < LOG_MOST && ldexp(4, log_most) < inputs) {
        log_most++;
    }
    const clock_t until = clock() + (clock_t)(seconds * CLOCKS_PER_SEC);
    while (clock() < until) {
        for (int i = 0; i < 64; i++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            const double where = rint((double)(state >> 11) * 0x1p-53 * inputs) * inputs_h;
            const double margin = ldexp(inputs_h, log_most);
            if (where > margin && where < fabs(end - start) - margin) {
                search(copysign(first + where, start), inputs_h, log_most);
            }
        }
    }
    for (int i = 0; i < HARDEST && hardest[i].x != 0; i++) {
        printf("%a\n", hardest[i].x);
    }
    return 0;
}

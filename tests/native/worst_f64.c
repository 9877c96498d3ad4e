/* worst_f64.c - the float64 inputs whose sigmoid lies nearest to the middle of two numbers of the format.
 * No input is tried: whole runs of them are shown to hold nothing near.
 *
 *     cc -std=c11 -O2 -ffp-contract=off tests/native/worst_f64.c -lmpfr -lgmp -lm -o worst_f64
 *     ./worst_f64 START [--inputs N] [--state FILE]      e.g. 1, -8, 0.125, -0x1.6232bdd7abcd3p+9
 *     ./worst_f64 --self-test
 *
 * START is where the region begins that is searched, at its end next to 0.  It extends to the next power of
 * 2, to the first subnormal result or to where nothing is left to round.  Its inputs are START + i h.
 *
 * With G(i) = sigmoid(START + i h)/ulp - 1/2, i is hard to round where G(i) is next to an integer.
 * A block of inputs has one Taylor polynomial of G, of degree 4 (MPFR, 256 bits), and is cut into intervals of
 * N inputs.  In each, G is a straight line but for G'' N^2/8 at most, and where a straight line
 * comes that near to an integer is asked of an algorithm like Euclid's, of some ten divisions, after
 * V. Lefevre, "New results on the distance between a segment and Z^2", Arith-17, 2005.  So an interval of
 * 2^11 to 2^26 inputs costs as much as a few values of sigmoid.  N is such that one interval in four finds
 * something; the polynomial then tells whether it is within 2^-36 units, and if so MPFR how near.
 *
 * Nothing nearer than that is missed.  The polynomial is off by less than
 * 2^53 w^5/120 <= 2^-48 units where w, half a block's width, is at most 2^-19, as |sigmoid^(5)| <= s (1-s)
 * for s = sigmoid, and s (1-s) is less than 2^53 units; all else is rounding, below 2^-37 (ROUNDING).
 *
 * The blocks are taken in an order that spreads any number of them over the region; a state file lets a run go
 * on where another one ended, and holds the hardest inputs so far.  Exit status 0, or 2 where the
 * arguments or the state are not understood. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mpfr.h>

__extension__ typedef unsigned __int128 fraction; /* of 1, in units of 2^-128 */

#define PRECISION 256
#define ROUNDING 0x1p-37   /* more than all roundings together, in units in the last place */
#define LOG_INTERVAL 26    /* N at most: (N/2) 2^-64, what the slope's 64 bits lose, is 2^-39 */
#define LOG_INTERVALS 12   /* intervals a block, at most */
#define HARDEST 16         /* how many are kept */
#define NONE UINT64_MAX

static mpfr_t magnitude, small, large, work, scaled, half;

/* ---- a straight line modulo 1 ---------------------------------------------------------------- */

/* The least i <= limit with (a + i b) mod m <= d, where a, b, d < m; m = 0 stands for 2^64. */
static uint64_t
first_hit(uint64_t a, uint64_t b, uint64_t m, uint64_t d, uint64_t limit)
{
    if (a <= d) {
        return 0;
    }
    if (b == 0) {
        return NONE;
    }
    if (b > m - b) { /* v becomes d - v, which [0, d] does not notice: now the steps are short */
        a = m - (a - d);
        b = m - b;
    }
    /* The sum grows until it passes m.  Only there, below b, can it be at most d; and from one such place
     * to the next it goes round b in steps of -m. */
    const uint64_t turn = (m - a - 1) / b + 1;
    if (turn > limit) {
        return NONE;
    }
    const uint64_t landing = a + turn * b - m;
    const uint64_t steps = (m - b) / b + 1, step = b - 1 - (m - 1) % b; /* m / b, and -m mod b */
    const uint64_t turns = first_hit(landing, step, b, d, (limit - turn) / steps);
    if (turns == NONE) {
        return NONE;
    }
    const fraction modulus = m == 0 ? (fraction)1 << 64 : m;
    const fraction last = (landing + (fraction)turns * step) % b;
    const fraction i = turn + (turns * modulus + last - landing) / b;
    return i <= limit ? (uint64_t)i : NONE;
}

/* ---- sigmoid by MPFR ------------------------------------------------------------------------- */

/* sigmoid of x = +-magnitude and of -x, the small one and the large one. */
static void
both_sigmoids(void)
{
    mpfr_neg(work, magnitude, MPFR_RNDN);
    mpfr_exp(small, work, MPFR_RNDN);
    mpfr_add_ui(work, small, 1, MPFR_RNDN);
    mpfr_ui_div(large, 1, work, MPFR_RNDN);
    mpfr_mul(small, small, large, MPFR_RNDN);
}

/* The exponent of the last place of sigmoid(x). */
static int
last_place(int negative)
{
    const int place = (int)mpfr_get_exp(negative ? small : large) - 53;
    return place < -1074 ? -1074 : place;
}

/* How far sigmoid(x) is from the nearest middle, in units of its last place. */
static double
distance(double x)
{
    mpfr_set_d(magnitude, fabs(x), MPFR_RNDN);
    both_sigmoids();
    mpfr_mul_2si(scaled, x < 0 ? small : large, -last_place(x < 0), MPFR_RNDN);
    mpfr_sub(scaled, scaled, half, MPFR_RNDN);
    mpfr_round(work, scaled);
    mpfr_sub(scaled, scaled, work, MPFR_RNDN);
    return fabs(mpfr_get_d(scaled, MPFR_RNDN));
}

/* ---- a region -------------------------------------------------------------------------------- */

struct hard {
    double x, distance;
};

static struct region {
    double start, end, h; /* of |x| */
    double near;          /* what is reported, in units in the last place */
    int negative, log_block, log_interval;
    uint64_t blocks, done, step;
    struct hard hardest[HARDEST]; /* the hardest first */
} region;

static void
keep(double x)
{
    const struct hard found = {x, distance(x)};
    if (found.distance >= region.near) {
        return;
    }
    for (int i = 0; i < HARDEST; i++) {
        struct hard *here = region.hardest + i;
        if (here->x == x) {
            return; /* found with both units of a block in which they change */
        }
        if (here->x == 0 || found.distance < here->distance) {
            memmove(here + 1, here, (size_t)(HARDEST - 1 - i) * sizeof *here);
            *here = found;
            return;
        }
    }
}

/* log2 of the inputs an interval: where |G''| <= second, one in four then finds something. */
static int
log_interval(double second)
{
    const int n = (int)floor(-log2(second) / 3);
    return n > region.log_interval ? region.log_interval : n;
}

/* |G''| = s (1-s) |1-2s| h^2/ulp is less between |x| and |x| + width. */
static double
second_derivative(double x, double width, int place)
{
    const double ln2 = 0.6931471805599453;
    const double units = exp(-x - place * ln2) / (1 + exp(-x)) / (1 + exp(-x)); /* s (1-s)/ulp */
    return units * tanh((x + width) / 2) * region.h * region.h * 1.001;
}

static uint64_t
common_divisor(uint64_t a, uint64_t b)
{
    while (b != 0) {
        const uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static void
find_region(double start)
{
    const double limits[] = {ldexp(1, ilogb(start) + 1),
                             start > 0 ? 0x1.2cp+5 : 0x1.6232bdd7abcd3p+9, 0x1.74ap+9};
    memset(&region, 0, sizeof region);
    region.near = 0x1p-36;
    region.log_interval = LOG_INTERVAL;
    region.negative = start < 0;
    region.start = fabs(start);
    region.h = ldexp(1, ilogb(start) - 52);
    region.end = INFINITY;
    for (int i = 0; i < 3; i++) {
        if (limits[i] > region.start && limits[i] < region.end) {
            region.end = limits[i];
        }
    }
    /* A block has no more intervals than it may have where they are shortest. */
    region.log_block = 52;
    for (int i = 0; i <= 64; i++) {
        const double x = region.start + (region.end - region.start) * i / 64;
        mpfr_set_d(magnitude, x, MPFR_RNDN);
        both_sigmoids();
        const int n = log_interval(second_derivative(x, 0, last_place(region.negative)));
        if (n + LOG_INTERVALS < region.log_block) {
            region.log_block = n + LOG_INTERVALS;
        }
    }
    while (ldexp(region.h, region.log_block - 1) > 0x1p-19) {
        region.log_block--;
    }
    region.blocks = (uint64_t)ceil((region.end - region.start) / ldexp(region.h, region.log_block));
    region.step = (uint64_t)((double)region.blocks * 0.6180339887498949) | 1;
    while (common_divisor(region.step, region.blocks) != 1) {
        region.step++;
    }
}

/* ---- a block --------------------------------------------------------------------------------- */

/* The fraction of v. */
static fraction
fraction_of(mpfr_t v)
{
    mpfr_floor(work, v);
    mpfr_sub(work, v, work, MPFR_RNDN);
    mpfr_mul_2ui(work, work, 64, MPFR_RNDN);
    const uint64_t hi = mpfr_get_uj(work, MPFR_RNDZ);
    mpfr_frac(work, work, MPFR_RNDN);
    mpfr_mul_2ui(work, work, 64, MPFR_RNDN);
    return (fraction)hi << 64 | mpfr_get_uj(work, MPFR_RNDZ);
}

/* The Taylor coefficients of G around the middle of the block, and nearly so. */
static mpfr_t taylor[5];
static double taylor_d[5];

/* With a unit in the last place of 2^place; the sigmoids are those of the middle. */
static void
expand(int place)
{
    /* sigmoid' = t, '' = t u, ''' = t (1-6t), '''' = t u (1-12t), with t = s (1-s) and u = 1-2s */
    static const unsigned factorial[5] = {1, 1, 2, 6, 24};
    static mpfr_t t, u;
    static int ready;
    if (!ready) {
        mpfr_inits2(PRECISION, t, u, (mpfr_ptr)0);
        ready = 1;
    }
    mpfr_mul(t, small, large, MPFR_RNDN);
    mpfr_sub(u, large, small, MPFR_RNDN); /* |u| */
    if (!region.negative) {
        mpfr_neg(u, u, MPFR_RNDN);
    }
    mpfr_mul_2si(taylor[0], region.negative ? small : large, -place, MPFR_RNDN);
    mpfr_sub(taylor[0], taylor[0], half, MPFR_RNDN);
    mpfr_set(taylor[1], t, MPFR_RNDN);
    mpfr_mul(taylor[2], t, u, MPFR_RNDN);
    mpfr_mul_si(work, t, -6, MPFR_RNDN);
    mpfr_add_ui(work, work, 1, MPFR_RNDN);
    mpfr_mul(taylor[3], t, work, MPFR_RNDN);
    mpfr_mul_si(work, t, -12, MPFR_RNDN);
    mpfr_add_ui(work, work, 1, MPFR_RNDN);
    mpfr_mul(taylor[4], taylor[2], work, MPFR_RNDN);
    for (int k = 1; k < 5; k++) {
        mpfr_mul_2si(taylor[k], taylor[k], k * ilogb(region.h) - place, MPFR_RNDN);
        if (region.negative && k % 2 == 1) {
            mpfr_neg(taylor[k], taylor[k], MPFR_RNDN);
        }
        mpfr_div_ui(taylor[k], taylor[k], factorial[k], MPFR_RNDN);
        taylor_d[k] = mpfr_get_d(taylor[k], MPFR_RNDN);
    }
}

/* Differences of the values of a polynomial at equal steps, modulo 1: each step is so many additions. */
struct differences {
    fraction of[5];
};

/* G (derivative 0) or G' (1) at i = first, first + step, ... */
static struct differences
differences(int derivative, double first, double step)
{
    struct differences d;
    for (int j = 0; j < 5; j++) {
        mpfr_set_ui(scaled, 0, MPFR_RNDN);
        for (int k = 4; k >= derivative; k--) {
            mpfr_mul_d(scaled, scaled, first + j * step, MPFR_RNDN);
            if (derivative) {
                mpfr_mul_ui(work, taylor[k], (unsigned)k, MPFR_RNDN);
                mpfr_add(scaled, scaled, work, MPFR_RNDN);
            }
            else {
                mpfr_add(scaled, scaled, taylor[k], MPFR_RNDN);
            }
        }
        d.of[j] = fraction_of(scaled);
    }
    for (int order = 1; order < 5; order++) {
        for (int j = 4; j >= order; j--) {
            d.of[j] -= d.of[j - 1];
        }
    }
    return d;
}

static inline void
next(struct differences *d)
{
    for (int k = 0; k < 4; k++) {
        d->of[k] += d->of[k + 1];
    }
}

/* The block from |x| = first on, taken to have a unit in the last place of 2^place.  (Where it has another
 * one in part, hits there are no middles, and MPFR says so.) */
static void
search(double first, int place)
{
    const double width = ldexp(region.h, region.log_block), inputs = ldexp(1, region.log_block);
    const double second = second_derivative(first, width, place);
    int n = log_interval(second);
    n = n > region.log_block ? region.log_block : n;
    const double N = ldexp(1, n);
    const double deviation = second * N * N / 8 + region.near + 2 * ROUNDING;
    const uint64_t reach = (uint64_t)ldexp(deviation, 64);
    mpfr_set_d(magnitude, first, MPFR_RNDN);
    mpfr_add_d(magnitude, magnitude, width / 2, MPFR_RNDN);
    both_sigmoids();
    expand(place);
    struct differences value = differences(0, N / 2 - inputs / 2, N);
    struct differences slope = differences(1, N / 2 - inputs / 2, N);
    for (uint64_t j = 0; j < UINT64_C(1) << (region.log_block - n);
         j++, next(&value), next(&slope)) {
        const int64_t middle = INT64_C(1) << n >> 1;
        const uint64_t b = (uint64_t)(slope.of[0] >> 64);
        const uint64_t a = (uint64_t)(value.of[0] >> 64) - (uint64_t)middle * b + reach;
        const uint64_t last = (UINT64_C(1) << n) - 1;
        for (uint64_t i = 0; i <= last; i++) {
            const uint64_t hit = first_hit(a + i * b, b, 0, 2 * reach, last - i);
            if (hit == NONE) {
                break;
            }
            i += hit;
            /* The polynomial itself, around the middle of the interval. */
            const int64_t o = (int64_t)i - middle;
            const fraction line = value.of[0] + (fraction)o * slope.of[0];
            const double c = ((double)j + 0.5) * N - inputs / 2, d = (double)o;
            const double second_here = taylor_d[2] + c * (3 * taylor_d[3] + c * 6 * taylor_d[4]);
            const double third_here = taylor_d[3] + c * 4 * taylor_d[4];
            const double bend = d * d * (second_here + d * (third_here + d * taylor_d[4]));
            if (fabs(ldexp((double)(int64_t)(uint64_t)(line >> 64), -64) + bend)
                < region.near + ROUNDING) {
                const double x = first + (ldexp((double)j, n) + (double)i) * region.h;
                if (x < region.end) {
                    keep(region.negative ? -x : x);
                }
            }
        }
    }
}

static void
search_block(uint64_t number)
{
    const double width = ldexp(region.h, region.log_block);
    const double first = region.start + (double)number * width;
    int places[2];
    for (int i = 0; i < 2; i++) {
        mpfr_set_d(magnitude, first, MPFR_RNDN);
        mpfr_add_d(magnitude, magnitude, i * (width - region.h), MPFR_RNDN);
        both_sigmoids();
        places[i] = last_place(region.negative);
    }
    search(first, places[0]);
    if (places[1] != places[0]) {
        search(first, places[1]);
    }
}

/* ---- the program ----------------------------------------------------------------------------- */

/* The inputs of the region, and how many of them the blocks done hold. */
static double
all_inputs(void)
{
    return (region.end - region.start) / region.h;
}

static double
searched(void)
{
    const double inputs = ldexp((double)region.done, region.log_block);
    return inputs < all_inputs() ? inputs : all_inputs();
}

static int
read_state(const char *path)
{
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return 1;
    }
    double start, inputs, all;
    int log_block;
    int ok = fscanf(file, "%la %lf of %lf: %" SCNu64 " blocks of 2^%d", &start, &inputs, &all,
                    &region.done, &log_block)
                 == 5
             && fabs(start) == region.start && (start < 0) == region.negative
             && log_block == region.log_block && region.done <= region.blocks;
    struct hard *last = region.hardest;
    while (last < region.hardest + HARDEST
           && fscanf(file, "%la %la", &last->x, &last->distance) == 2) {
        last++;
    }
    fclose(file);
    return ok;
}

static void
write_state(FILE *file)
{
    fprintf(file, "%a %.0f of %.0f: %" PRIu64 " blocks of 2^%d\n",
            region.negative ? -region.start : region.start, searched(), all_inputs(), region.done,
            region.log_block);
    for (int i = 0; i < HARDEST && region.hardest[i].x != 0; i++) {
        fprintf(file, "%a %.6a\n", region.hardest[i].x, region.hardest[i].distance);
    }
}

static void
save(const char *path)
{
    char name[4096];
    snprintf(name, sizeof name, "%s.new", path);
    FILE *file = fopen(name, "w");
    if (file == NULL) {
        perror(name);
        exit(2);
    }
    write_state(file);
    if (fclose(file) != 0 || rename(name, path) != 0) {
        perror(path);
        exit(2);
    }
}

static void
progress(void)
{
    const int width = 40, filled = (int)(searched() / all_inputs() * width);
    fprintf(stderr, "\r[%.*s%*s] %.3g of %.3g inputs", filled,
            "########################################", width - filled, "", searched(),
            all_inputs());
}

static uint64_t
random64(void)
{
    static uint64_t state = 1;
    uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* The line against trying each i; then some blocks, each input near a middle that MPFR finds in them. */
static int
self_test(void)
{
    int wrong = 0;
    for (int round = 0; round < 200000; round++) {
        const int bits = (int)(random64() % 64);
        const uint64_t m = round % 3 == 0 ? 0 : (random64() >> bits) + 1,
                       d = (m - 1) >> random64() % 12;
        const uint64_t a = random64() % (m - 1 + (m == 1)), limit = random64() % 500;
        const uint64_t b = (random64() >> random64() % 64) % (m - 1 + (m == 1));
        uint64_t value = a, i = 0;
        for (; i <= limit && value > d; i++) {
            value = value >= m - b && b != 0 ? value - (m - b) : value + b;
        }
        wrong += first_hit(a, b, m, d, limit) != (i <= limit ? i : NONE);
    }
    printf("%d of 200000 lines wrong\n", wrong);
    /* START, and where in that region: among others where the unit changes, at ln 3 and 736 ln 2. */
    static const double places[][2] = {
        {1, 1.25},
        {-1, 0x1.193ea7aad030bp+0},
        {0.125, 0.2},
        {-0.03125, 0.04},
        {8, 8},
        {-8, 11},
        {32, 0x1.22a69334db8c9p+5},
        {0x1p-20, 0x1.80000001p-20},
        {-512, 0x1.001d74000e42ep+9},
        {-512, 700},
        {-0x1.6232bdd7abcd3p+9, 720},
        {-0x1.6232bdd7abcd3p+9, 0x1.73c30b431398bp+9},
    };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        find_region(places[i][0]);
        region.near = 0.25;
        region.log_block = 16;
        region.log_interval = 11;
        const double width = ldexp(region.h, region.log_block);
        const uint64_t number = (uint64_t)((places[i][1] - region.start) / width);
        search_block(number);
        struct hard found[HARDEST];
        memcpy(found, region.hardest, sizeof found);
        memset(region.hardest, 0, sizeof region.hardest);
        for (int j = 0; j < 1 << 16; j++) {
            const double x = region.start + (double)number * width + j * region.h;
            keep(region.negative ? -x : x);
        }
        const int same = memcmp(found, region.hardest, sizeof found) == 0;
        printf("%a: %s\n", found[0].x, same ? "the same as one by one" : "WRONG");
        wrong += !same;
    }
    return wrong != 0;
}

int
main(int argc, char **argv)
{
    mpfr_inits2(PRECISION, magnitude, small, large, work, scaled, half, (mpfr_ptr)0);
    for (int k = 0; k < 5; k++) {
        mpfr_init2(taylor[k], PRECISION);
    }
    mpfr_set_d(half, 0.5, MPFR_RNDN);
    if (argc == 2 && strcmp(argv[1], "--self-test") == 0) {
        return self_test();
    }
    double wanted = INFINITY;
    const char *state = NULL;
    char *end = NULL;
    const double start = argc < 2 ? 0 : strtod(argv[1], &end);
    int ok = argc >= 2 && *end == '\0' && fabs(start) >= 0x1p-25 && start < 37.5 && start > -745.25;
    for (int i = 2; ok && i < argc; i += 2) {
        if (i + 1 < argc && strcmp(argv[i], "--state") == 0) {
            state = argv[i + 1];
        }
        else {
            ok = i + 1 < argc && strcmp(argv[i], "--inputs") == 0
                 && sscanf(argv[i + 1], "%lf", &wanted) == 1;
        }
    }
    if (!ok) {
        fputs("usage: worst_f64 START [--inputs N] [--state FILE], 2^-25 <= |START|\n", stderr);
        return 2;
    }
    find_region(start);
    if (state != NULL && !read_state(state)) {
        fprintf(stderr, "%s: the state of another run\n", state);
        return 2;
    }
    for (uint64_t i = 1; region.done < region.blocks && searched() < wanted; i++) {
        /* number = done * step mod blocks */
        search_block((uint64_t)((fraction)region.done * region.step % region.blocks));
        region.done++;
        if (i % 1024 == 0) {
            progress();
            if (state != NULL && i % 8192 == 0) {
                save(state);
            }
        }
    }
    progress();
    fputc('\n', stderr);
    if (state != NULL) {
        save(state);
    }
    write_state(stdout);
    return 0;
}

/* worst_f64.c - the float64 inputs whose sigmoid lies nearest to the middle of two numbers of the format.
 * No input is tried: whole runs of them are shown to hold nothing near.
 *
 *     cc -std=c11 -O3 -mavx2 -mfma -fno-math-errno tests/native/worst_f64.c -lmpfr -lgmp -lm -o worst_f64
 *     ./worst_f64 search FOLDER START...       goes on where FOLDER/START.txt ends; prints the inputs done each second
 *     ./worst_f64 again FOLDER START N SEED    searches N finished blocks and N with a known input once more
 *     ./worst_f64 compare START N SEED         N random pieces by both searches; N planted inputs
 *     ./worst_f64 self-test
 *
 * START, e.g. 1, -8, 0.125, -0x1.6232bdd7abcd3p+9, is where the region begins that is searched, at its end next
 * to 0.  It extends to the next power of 2, to the first subnormal result or to where nothing is left to round.  Its
 * inputs are START + i h.
 *
 * With G(i) = sigmoid(START + i h)/ulp - 1/2, i is hard to round where G(i) is next to an integer.
 * A block of inputs has one Taylor polynomial of G, of degree 6 (MPFR, 256 bits), and is cut into pieces, whose
 * own have degree 4.  Of a piece, the arcs around fractions (worst_arcs.h) tell which inputs may be within 2^-44
 * units; next to 0, where intervals are long, straight lines do (worst_lines.h).  The polynomial says of each of
 * these whether it is, and then MPFR how near.
 *
 * Nothing nearer than that is missed.  The block's polynomial is off by less than 4.3 2^53 w^7/5040 <= 2^-55 units
 * where w, half a block's width, is at most 2^-14, as |sigmoid^(7)| <= 4.3 s (1-s) for s = sigmoid, and s (1-s) is
 * less than 2^53 units; a piece's leaves out 2^53 v^5/120 <= 2^-48.9, where v, half its width, is at most 2^-19.
 * What is taken modulo 1 has 128 bits; the curve of a piece is rounded to 2^-50 of its height.
 *
 * The blocks are taken in an order that spreads any number of them over the region; a state file lets a run go
 * on where another one ended, and holds the hardest inputs so far.  SIGTERM and SIGINT end it after the block.
 * Exit status 0; 1 where a check fails or the search was ended; 2 where the arguments or a state are not understood. */
#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <mpfr.h>

#include "worst_piece.h"
#include "worst_arcs.h"
#include "worst_lines.h"

#define PRECISION 256
#define DEGREE 6
#define NEAR 0x1p-44        /* what is reported, in units in the last place */
#define LOG_WIDTH -13       /* of a block, at most */
#define LOG_PIECE_WIDTH -18 /* of a piece */
#define LOG_LINES 16        /* intervals a block, at most, where it is searched by lines */
#define BY_ARCS 0x1p-3      /* where |START| is at least that */
#define LEAST_BEND 0x1p-64  /* and G''/2: with less, each m has inputs within its tolerance */
#define HARDEST 16          /* how many are kept */
#define STATE_FORMAT "%.6a" /* of a distance */

static mpfr_t magnitude, small, large, work, scaled, half;
static mpfr_t planted; /* added to G everywhere: 0 but in a check */

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
    mpfr_add(scaled, scaled, planted, MPFR_RNDN);
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
    int negative, log_block;
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
    region.near = NEAR;
    region.negative = start < 0;
    region.start = fabs(start);
    region.h = ldexp(1, ilogb(start) - 52);
    region.end = INFINITY;
    for (int i = 0; i < 3; i++) {
        if (limits[i] > region.start && limits[i] < region.end) {
            region.end = limits[i];
        }
    }
    region.log_block = region.start < BY_ARCS ? LOG_LINES + LOG_INTERVAL : 52;
    while (ldexp(region.h, region.log_block) > ldexp(1, LOG_WIDTH)) {
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

/* The Taylor coefficients around the middle of the block of G, or for x > 0 of -G, which bends upwards as well. */
static mpfr_t taylor[DEGREE + 1];
static double taylor_d[DEGREE + 1];

/* With a unit in the last place of 2^place; the sigmoids are those of the middle. */
static void
expand(int place)
{
    /* With t = s (1-s) and u = 1-2s, sigmoid' = t, and each further derivative is t times a polynomial of t,
     * the even ones times u as well. */
    static const int polynomials[DEGREE + 1][3] = {
        {0, 0, 0}, {1, 0, 0}, {1, 0, 0}, {1, -6, 0}, {1, -12, 0}, {1, -30, 120}, {1, -60, 360}};
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
    mpfr_add(taylor[0], taylor[0], planted, MPFR_RNDN);
    unsigned factorial = 1;
    for (int k = 1; k <= DEGREE; k++) {
        mpfr_set_si(work, 0, MPFR_RNDN);
        for (int i = 2; i >= 0; i--) {
            mpfr_mul(work, work, t, MPFR_RNDN);
            mpfr_add_si(work, work, polynomials[k][i], MPFR_RNDN);
        }
        mpfr_mul(work, work, t, MPFR_RNDN);
        if (k % 2 == 0) {
            mpfr_mul(work, work, u, MPFR_RNDN);
        }
        else if (region.negative) {
            mpfr_neg(work, work, MPFR_RNDN);
        }
        factorial *= (unsigned)k;
        mpfr_div_ui(work, work, factorial, MPFR_RNDN);
        mpfr_mul_2si(taylor[k], work, k * ilogb(region.h) - place, MPFR_RNDN);
    }
    for (int k = 0; k <= DEGREE; k++) {
        if (!region.negative) {
            mpfr_neg(taylor[k], taylor[k], MPFR_RNDN);
        }
        taylor_d[k] = mpfr_get_d(taylor[k], MPFR_RNDN);
    }
}

/* Differences of the values of a polynomial at equal steps, modulo 1: each step is so many additions. */
struct differences {
    fraction of[DEGREE + 1];
};

/* G (derivative 0) or G' (1) at i = first, first + step, ... */
static struct differences
differences(int derivative, double first, double step)
{
    struct differences d;
    for (int j = 0; j <= DEGREE; j++) {
        mpfr_set_ui(scaled, 0, MPFR_RNDN);
        for (int k = DEGREE; k >= derivative; k--) {
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
    for (int order = 1; order <= DEGREE; order++) {
        for (int j = DEGREE; j >= order; j--) {
            d.of[j] -= d.of[j - 1];
        }
    }
    return d;
}

static inline void
next(struct differences *d)
{
    for (int k = 0; k < DEGREE; k++) {
        d->of[k] += d->of[k + 1];
    }
}

/* The k-th coefficient around c of the block's polynomial. */
static double
coefficient(int k, double c)
{
    double sum = 0;
    for (int i = DEGREE; i >= k; i--) {
        double binomial = 1;
        for (int j = 0; j < k; j++) {
            binomial = binomial * (i - j) / (j + 1);
        }
        sum = sum * c + binomial * taylor_d[i];
    }
    return sum;
}

static void
try_input(const struct piece *p, int64_t j)
{
    const fraction line = p->value + (fraction)j * p->slope;
    const double g = 0x1p-64 * (double)(int64_t)(uint64_t)(line >> 64) + curve(p, (double)j);
    if (fabs(g - rint(g)) < p->near + p->rounding) {
        const double x = p->middle + (double)j * p->h;
        if (x < region.end) {
            keep(region.negative ? -x : x);
        }
    }
}

static void
by_arcs(const struct piece *p)
{
    if (p->second < LEAST_BEND || !arcs(p)) {
        lines(p);
    }
}

typedef void searcher(const struct piece *);

/* A piece, or all with NONE, of the block from |x| = first on, taken to have a unit in the last place of 2^place.
 * (Where it has another one in part, hits there are no middles, and MPFR says so.) */
static void
search(double first, int place, searcher *by, int log_piece, uint64_t piece)
{
    const double width = ldexp(region.h, region.log_block), inputs = ldexp(1, region.log_block);
    mpfr_set_d(magnitude, first, MPFR_RNDN);
    mpfr_add_d(magnitude, magnitude, width / 2, MPFR_RNDN);
    both_sigmoids();
    expand(place);
    struct piece p = {
        .bend = second_derivative(first, width, place), .near = region.near, .h = region.h};
    p.log_half = log_piece - 1;
    const double N = ldexp(1, log_piece);
    const uint64_t pieces = UINT64_C(1) << (region.log_block - log_piece);
    uint64_t i = piece == NONE ? 0 : piece;
    const uint64_t end = piece == NONE ? pieces : piece + 1;
    struct differences value = differences(0, ((double)i + 0.5) * N - inputs / 2, N);
    struct differences slope = differences(1, ((double)i + 0.5) * N - inputs / 2, N);
    for (; i < end; i++, next(&value), next(&slope)) {
        const double c = ((double)i + 0.5) * N - inputs / 2;
        p.value = value.of[0];
        p.slope = slope.of[0];
        p.second = coefficient(2, c);
        p.third = coefficient(3, c);
        p.fourth = coefficient(4, c);
        p.rounding = 0x1p-48 * (1 + p.second * (N / 2) * (N / 2));
        p.middle = first + ((double)i + 0.5) * N * region.h;
        by(&p);
    }
}

/* log2 of the inputs a piece of a block: so many that it has some hundred fractions (worst_arcs.h), but
 * narrow enough for its polynomial. */
static int
log_piece(double first, int place)
{
    const double width = ldexp(region.h, region.log_block);
    const int many = (int)floor(13.5 - log2(second_derivative(first, width, place) / 2) / 3);
    const int wide = LOG_PIECE_WIDTH - ilogb(region.h);
    const int most = wide < region.log_block ? wide : region.log_block;
    return many < most ? many : most;
}

static double
block_start(uint64_t number)
{
    return region.start + (double)number * ldexp(region.h, region.log_block);
}

/* The exponents of the last place at both ends of a block. */
static void
block_places(uint64_t number, int places[2])
{
    const double width = ldexp(region.h, region.log_block);
    for (int i = 0; i < 2; i++) {
        mpfr_set_d(magnitude, block_start(number), MPFR_RNDN);
        mpfr_add_d(magnitude, magnitude, i * (width - region.h), MPFR_RNDN);
        both_sigmoids();
        places[i] = last_place(region.negative);
    }
}

static void
search_block(uint64_t number)
{
    const double first = block_start(number);
    searcher *by = region.start < BY_ARCS ? lines : by_arcs;
    int places[2];
    block_places(number, places);
    search(first, places[0], by, log_piece(first, places[0]), NONE);
    if (places[1] != places[0]) {
        search(first, places[1], by, log_piece(first, places[1]), NONE);
    }
}

/* ---- a search -------------------------------------------------------------------------------- */

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
    const int ok = fscanf(file, "%la %lf of %lf: %" SCNu64 " blocks of 2^%d", &start, &inputs, &all,
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
        fprintf(file, "%a " STATE_FORMAT "\n", region.hardest[i].x, region.hardest[i].distance);
    }
}

static void
save(const char *path)
{
    char name[4100];
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

static volatile sig_atomic_t stopped;

static void
stop(int number)
{
    (void)number;
    stopped = 1;
}

/* The i-th block to be taken. */
static uint64_t
number_of(uint64_t i)
{
    return (uint64_t)((fraction)i * region.step % region.blocks);
}

static void
search_region(const char *path, const char *name)
{
    time_t told = time(NULL), saved = told;
    while (region.done < region.blocks && !stopped) {
        search_block(number_of(region.done));
        region.done++;
        const time_t now = time(NULL);
        if (now != told || region.done == region.blocks) {
            printf("%s %.0f %.0f\n", name, searched(), all_inputs());
            fflush(stdout);
            told = now;
        }
        if (now >= saved + 60) {
            save(path);
            saved = now;
        }
    }
    save(path);
}

/* ---- checks ---------------------------------------------------------------------------------- */

static uint64_t seed = 1;

static uint64_t
random64(void)
{
    uint64_t z = seed += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* first_hit against trying each i. */
static int
wrong_lines(void)
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
    return wrong;
}

/* Straight lines in some blocks against each input near a middle that MPFR finds in them. */
static int
self_test(void)
{
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
    int wrong = wrong_lines();
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        find_region(places[i][0]);
        region.near = 0.25;
        region.log_block = 16;
        const double width = ldexp(region.h, region.log_block);
        const uint64_t number = (uint64_t)((places[i][1] - region.start) / width);
        int unit[2];
        block_places(number, unit);
        for (int j = 0; j < 1 + (unit[0] != unit[1]); j++) {
            search(block_start(number), unit[j], lines, 11, NONE);
        }
        struct hard found[HARDEST];
        memcpy(found, region.hardest, sizeof found);
        memset(region.hardest, 0, sizeof region.hardest);
        for (int j = 0; j < 1 << 16; j++) {
            const double x = block_start(number) + j * region.h;
            keep(region.negative ? -x : x);
        }
        const int same = memcmp(found, region.hardest, sizeof found) == 0;
        printf("%a: %s\n", found[0].x, same ? "the same as one by one" : "WRONG");
        wrong += !same;
    }
    return wrong != 0;
}

/* Random pieces: what the arcs and the straight lines find within a distance that one or two inputs have; and an
 * input that is made hard there, as near to a middle as any that is reported, found by the arcs. */
static int
compare(int pieces)
{
    uint64_t inputs = 0, found = 0;
    int differ = 0, missed = 0;
    for (int i = 0; i < pieces; i++) {
        const uint64_t number = random64() % region.blocks;
        const double first = block_start(number);
        int places[2];
        block_places(number, places);
        const int n = log_piece(first, places[0]);
        const uint64_t piece = random64() % (UINT64_C(1) << (region.log_block - n));
        if (places[0] != places[1]) {
            continue;
        }
        struct hard by_lines[HARDEST];
        region.near = ldexp(1, -n);
        memset(region.hardest, 0, sizeof region.hardest);
        search(first, places[0], lines, n, piece);
        memcpy(by_lines, region.hardest, sizeof by_lines);
        memset(region.hardest, 0, sizeof region.hardest);
        search(first, places[0], by_arcs, n, piece);
        differ += memcmp(by_lines, region.hardest, sizeof by_lines) != 0;
        for (int j = 0; j < HARDEST; j++) {
            found += by_lines[j].x != 0;
        }
        inputs += UINT64_C(1) << n;

        const double j = (double)((piece << n) + (random64() >> (64 - n)));
        const double x = first + j * region.h;
        region.near = NEAR;
        distance(region.negative ? -x : x); /* leaves it in scaled, with its sign */
        mpfr_neg(planted, scaled, MPFR_RNDN);
        const double near = ldexp((double)(int64_t)random64(), -63) * 0.99 * NEAR;
        mpfr_add_d(planted, planted, near, MPFR_RNDN);
        memset(region.hardest, 0, sizeof region.hardest);
        search(first, places[0], by_arcs, n, piece);
        /* Near x = 37 there may be more within so little than are kept. */
        const struct hard *last = region.hardest + HARDEST - 1;
        int there = x >= region.end || (last->x != 0 && last->distance <= fabs(near));
        for (int k = 0; k < HARDEST; k++) {
            there |= fabs(region.hardest[k].x) == x;
        }
        missed += !there;
        mpfr_set_ui(planted, 0, MPFR_RNDN);
    }
    printf("%d pieces of %" PRIu64 " inputs: both searches find %" PRIu64
           ", differ in %d; %d planted missed\n",
           pieces, inputs, found, differ, missed);
    return differ != 0 || missed != 0;
}

/* A distance as a state has it, which may be less. */
static double
as_written(double distance)
{
    char text[32];
    snprintf(text, sizeof text, STATE_FORMAT, distance);
    return strtod(text, NULL);
}

/* Finished blocks once more, some at random and some with an input of the state: do they hold what the state has?
 * Of all that are found, only those that are among the hardest of the region. */
static int
again(int blocks)
{
    struct hard known[HARDEST];
    memcpy(known, region.hardest, sizeof known);
    int many = 0, differ = 0, found = 0;
    while (many < HARDEST && known[many].x != 0) {
        many++;
    }
    for (int i = 0; i < 2 * blocks && region.done > 0 && many > 0; i++) {
        uint64_t number = number_of(random64() % region.done);
        if (i >= blocks) {
            const double from_start = fabs(known[random64() % (uint64_t)many].x) - region.start;
            number = (uint64_t)(from_start / ldexp(region.h, region.log_block));
        }
        memset(region.hardest, 0, sizeof region.hardest);
        search_block(number);
        struct hard here[HARDEST] = {{0, 0}};
        int n = 0;
        for (int k = 0; k < many; k++) {
            const double x = fabs(known[k].x);
            if (x >= block_start(number) && x < block_start(number + 1)) {
                here[n++] = known[k];
            }
        }
        int m = 0;
        while (m < HARDEST && region.hardest[m].x != 0
               && as_written(region.hardest[m].distance) <= known[many - 1].distance) {
            m++;
        }
        int same = m == n;
        for (int k = 0; same && k < n; k++) {
            same = here[k].x == region.hardest[k].x;
        }
        differ += !same;
        found += n;
    }
    printf("%d blocks with %d of the hardest: %d differ\n", 2 * blocks, found, differ);
    return differ != 0;
}

/* ---- the program ----------------------------------------------------------------------------- */

static double
start_of(const char *text)
{
    char *end;
    const double start = strtod(text, &end);
    if (*end != '\0' || !(fabs(start) >= 0x1p-25 && start < 37.5 && start > -745.25)) {
        fprintf(stderr, "%s: not where a region begins\n", text);
        exit(2);
    }
    return start;
}

/* The region and its state, whose path is returned. */
static const char *
open_region(const char *folder, const char *name)
{
    static char path[4096];
    find_region(start_of(name));
    snprintf(path, sizeof path, "%s/%s.txt", folder, name);
    if (!read_state(path)) {
        fprintf(stderr, "%s: the state of another run\n", path);
        exit(2);
    }
    return path;
}

int
main(int argc, char **argv)
{
    mpfr_inits2(PRECISION, magnitude, small, large, work, scaled, half, planted, (mpfr_ptr)0);
    for (int k = 0; k <= DEGREE; k++) {
        mpfr_init2(taylor[k], PRECISION);
    }
    mpfr_set_d(half, 0.5, MPFR_RNDN);
    mpfr_set_ui(planted, 0, MPFR_RNDN);
    const char *what = argc > 1 ? argv[1] : "";
    if (strcmp(what, "self-test") == 0 && argc == 2) {
        return self_test();
    }
    if (strcmp(what, "search") == 0 && argc > 3) {
        signal(SIGTERM, stop);
        signal(SIGINT, stop);
        for (int i = 3; i < argc && !stopped; i++) {
            search_region(open_region(argv[2], argv[i]), argv[i]);
        }
        return stopped;
    }
    if (strcmp(what, "again") == 0 && argc == 6) {
        open_region(argv[2], argv[3]);
        seed = strtoull(argv[5], NULL, 0);
        return again(atoi(argv[4]));
    }
    if (strcmp(what, "compare") == 0 && argc == 5) {
        find_region(start_of(argv[2]));
        seed = strtoull(argv[4], NULL, 0);
        return compare(atoi(argv[3]));
    }
    fputs(
        "usage: worst_f64 search FOLDER START... | again FOLDER START N SEED | compare START N "
        "SEED | self-test\n",
        stderr);
    return 2;
}

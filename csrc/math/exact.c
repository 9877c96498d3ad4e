/* exact.c - the last word on each function: its phases one after the other. */
#include "exact.h"

#include <stdlib.h>

/* The buffer on the stack holds 16,384 bits.  Each bit beyond the first hundred halves the chance
 * of a doubt, so that no more will ever be asked for.  If it were, and there were no memory, there
 * would be no answer: a wrong one is not given instead. */
double
fs_refine(fs_attempt *attempt, const void *problem, const struct fs_format *format)
{
    enum { FIRST = 8, STACK = 512 };
    limb stack[FS_NUMBERS * (STACK + 1)];
    for (size_t n = FIRST;; n *= 2) {
        limb *memory = stack;
        if (n > STACK) {
            memory = n <= LIMBS_MOST ? malloc(FS_NUMBERS * (n + 1) * sizeof *memory) : NULL;
        }
        if (memory == NULL) {
            abort();
        }
        double result;
        const int decided = attempt(problem, n, memory, format, &result);
        if (memory != stack) {
            free(memory);
        }
        if (decided) {
            return result;
        }
    }
}

#define DEFINE_EXACT(NAME, name) \
    double fs_##name##_exact(double x, const struct fs_format *format) \
    { \
        double result; \
        return fs_##name##_exact128(x, format, &result) ? result : fs_##name##_exact_unbounded(x, format); \
    }
FS_FUNCTIONS(DEFINE_EXACT)

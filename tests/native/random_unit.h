/* random_unit.h - the same random numbers in each run. */
#include <stdint.h>

/* From 0 up to 1. */
static double
random_unit(void)
{
    static uint64_t state = 1;
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(state >> 11) * 0x1p-53;
}

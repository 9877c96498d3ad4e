/* first_hit.h - where a straight line first comes near to an integer. */
#ifndef FIRST_HIT_H
#define FIRST_HIT_H

#include <stdint.h>

__extension__ typedef unsigned __int128 fraction; /* of 1, in units of 2^-128 */

#define NONE UINT64_MAX

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

#endif

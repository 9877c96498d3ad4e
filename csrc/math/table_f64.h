/* table_f64.h - the tables behind exp_f64.inc. */
#ifndef FASTSIGMOID_TABLE_F64_H
#define FASTSIGMOID_TABLE_F64_H

#include <stdint.h>

struct fs_f64_entry {
    uint64_t bits;
    double delta;
};

/* One entry after the other, to be loaded in one piece. */
extern const struct fs_f64_entry fs_f64_table[128];

/* Field by field, to be held in registers. */
extern const struct fs_f64_table16 {
    uint64_t bits[16];
    double delta[16];
} fs_f64_table16;

#endif

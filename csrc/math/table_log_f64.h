/* table_log_f64.h - the table behind log_f64.inc. */
#ifndef FASTSIGMOID_TABLE_LOG_F64_H
#define FASTSIGMOID_TABLE_LOG_F64_H

#include <stdint.h>

struct fs_log_f64_entry {
    uint64_t bits;
    double hi, lo, none;
};

/* For [1, 2), in cells of 1/128 that are centred at 1 + j/128. */
extern const struct fs_log_f64_entry fs_log_f64_table[128];

#endif

/* table_log_sigmoid.h - the table behind log_sigmoid_f64.inc. */
#ifndef FASTSIGMOID_TABLE_LOG_SIGMOID_H
#define FASTSIGMOID_TABLE_LOG_SIGMOID_H

/* R and -log R, to be loaded in one piece. */
struct fs_log_sigmoid_entry {
    double R, log;
};

/* For y in [1/2 + j/512, 1/2 + (j+1)/512). */
extern const struct fs_log_sigmoid_entry fs_log_sigmoid_table[256];

#endif

/* cpus.h - how many CPUs there are for this process. */
#ifndef FASTSIGMOID_CPUS_H
#define FASTSIGMOID_CPUS_H

/* Those that the calling thread may run on at present, at least 1. */
int fs_cpu_count(void);

/* How many CPUs' time the control groups of this process leave it: whole ones, at least 1, or INT_MAX where nothing is said
 * of it.  The files are looked for under root, which is "" but in tests. */
int fs_cpu_quota(const char *root);

#endif

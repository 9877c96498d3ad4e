/* shared.h - what _core and _ufunc know of each other. */
#ifndef FASTSIGMOID_SHARED_H
#define FASTSIGMOID_SHARED_H

#include "sigmoid.h"

/* Where _ufunc finds the kernels: a capsule of _core holds their struct fs_kernels, so that the tables and
 * the choice exist once in a process. */
#define FS_CAPSULE "fastsigmoid._core._kernels"

/* Where _core finds the short way for plain arrays, once NumPy is there: a capsule of _ufunc holds it. */
#define FS_SHORTCUT_CAPSULE "fastsigmoid._ufunc._shortcut"

struct _object;

struct fs_shortcut {
    /* sigmoid(x, out) as a new reference, or NULL without an exception where x and out (or NULL) are not
     * for it. */
    struct _object *(*call)(struct _object *x, struct _object *out);
};

/* From so many elements on, other threads run meanwhile.  Giving the interpreter away and taking it
 * back costs some 50 ns alone, but up to 5 ms where another thread computes in Python: fewer
 * elements than these, a few microseconds of work, are not worth the risk. */
#define FS_UNLOCKED_SIZE 8192

#endif

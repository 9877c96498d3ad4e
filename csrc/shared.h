/* shared.h - where _ufunc finds the kernels: a capsule of _core holds their struct fs_kernels, so that the
 * tables and the choice exist once in a process. */
#ifndef FASTSIGMOID_SHARED_H
#define FASTSIGMOID_SHARED_H

#include "sigmoid.h"

#define FS_CAPSULE "fastsigmoid._core._kernels"

#endif

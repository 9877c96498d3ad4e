/* ufunc.h - what ufunc_module.c (the ufuncs) and ufunc_entry.c (the short way into them) share.
 *
 * Built against the oldest NumPy that is supported, so that one binary runs with it and with all
 * younger ones. */
#ifndef FASTSIGMOID_UFUNC_H
#define FASTSIGMOID_UFUNC_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#define NPY_TARGET_VERSION NPY_1_25_API_VERSION
#define NPY_NO_DEPRECATED_API NPY_1_25_API_VERSION
#define PY_ARRAY_UNIQUE_SYMBOL fs_array_api
#define PY_UFUNC_UNIQUE_SYMBOL fs_ufunc_api
#ifndef FS_UFUNC_MODULE
#  define NO_IMPORT_ARRAY
#  define NO_IMPORT_UFUNC
#endif
#include <numpy/ndarrayobject.h>
#include <numpy/ufuncobject.h>

#include "shared.h"

/* Prepares the short way, and opens it for this ufunc if NumPy calls its ufuncs as it is known to do:
 * returns whether, or -1 with an exception. */
int shortcut_prepare(const struct fs_kernels *kernels, PyObject *expit);

/* From now on arrays of that type, a bfloat16, take the short way into sigmoid, too. */
void shortcut_add_bfloat16(int type);

/* The short way for _core: a capsule of that pointer. */
extern const struct fs_shortcut shortcut;

#endif

/* ufunc.h - what the files of _ufunc share: ufunc_loops.c (the loops), ufunc_entry.c (the short ways past
 * NumPy's dispatch) and ufunc_module.c (the ufuncs).
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

#include <stdbool.h>

#include "shared.h"

/* What becomes of elements of one of NumPy's types: the data of a loop is a struct fs_function. */
struct rule {
    int from, to;
    PyUFuncGenericFunction loop;
};

/* Those of the private ufunc, in the order in which NumPy and other libraries are to look through them. */
extern const struct rule keeping_rules[];
extern const int keeping_count;

/* expit has the first of them... */
#define EXPIT_COUNT 3

/* ... and takes what NumPy would cast for these to float32. */
extern const struct rule narrowing_rules[];
extern const int narrowing_count;

/* For a bfloat16 that some other module has defined, or its bits. */
void loop_bfloat16(char **args, npy_intp const *dimensions, npy_intp const *steps, void *data);

/* The stable ABI of 3.11 has no name for it. */
typedef PyObject *vectorcall(PyObject *callable, PyObject *const *args, size_t nargsf,
                             PyObject *kwnames);

/* One ufunc, and the short way into it. */
struct door {
    PyObject *ufunc;
    vectorcall *numpy_entry;         /* where its vectorcall led before, or NULL */
    struct rule rules[NPY_HALF + 1]; /* by type; loop is NULL where there is none */
    struct rule bfloat16;            /* from is NPY_NOTYPE where there is none */
};

/* That of fastsigmoid.expit, and that behind fastsigmoid.sigmoid. */
extern struct door expit_door, sigmoid_door;

/* Prepares the short ways, and opens them for calls of the ufuncs themselves if NumPy calls its ufuncs as
 * it is known to do: returns whether, or -1 with an exception. */
int short_ways_prepare(const struct fs_core *core);

/* For _core. */
extern const struct fs_ufunc ufunc_interface;

#endif

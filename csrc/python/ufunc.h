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

/* What _core offers. */
extern const struct fs_core *core;

/* What becomes of elements of one of NumPy's types: the data of a loop is the struct door. */
struct rule {
    int from, to;
    PyUFuncGenericFunction loop;
};

/* The stable ABI of 3.11 has no name for it. */
typedef PyObject *vectorcall(PyObject *callable, PyObject *const *args, size_t nargsf,
                             PyObject *kwnames);

/* A function in long double; between low and high it raises no flag but inexact. */
struct longdouble_function {
    npy_longdouble (*value)(npy_longdouble x);
    npy_longdouble low, high;
};

/* As many loops as a ufunc here has at most. */
enum { KEEPING_COUNT = 15 };

/* One ufunc, and the short way into it. */
struct door {
    const struct fs_function *function;
    const struct longdouble_function *longdouble;
    PyObject *ufunc;
    vectorcall *numpy_entry;         /* where its vectorcall led before, or NULL */
    struct rule rules[NPY_HALF + 1]; /* by type; loop is NULL where there is none */
    struct rule bfloat16;            /* from is NPY_NOTYPE where there is none */
    /* What the ufunc was made of, and keeps pointers to. */
    PyUFuncGenericFunction loops[KEEPING_COUNT];
    void *data[KEEPING_COUNT];
    char types[2 * KEEPING_COUNT];
};

/* The ufuncs with SciPy's contract, and the private ones behind the functions of _core: they keep float16, and take
 * bools and narrow integers to float64. */
extern struct door scipy_doors[FS_FUNCTION_COUNT], own_doors[FS_FUNCTION_COUNT];

/* SciPy's ufuncs have the first of the loops of the private ones. */
enum { SCIPY_COUNT = 3, NARROWING_COUNT = 5 };

/* The rules of the private ufuncs, in the order in which NumPy and other libraries are to look through them. */
extern const struct rule keeping_rules[KEEPING_COUNT];

/* What NumPy casts to float32, and not to float64, for those of SciPy's whose first loop is that of float32. */
extern const struct rule narrowing_rules[NARROWING_COUNT];

/* The first loop of SciPy's. */
#define sigmoid_scipy_first NPY_FLOAT
#define logit_scipy_first NPY_DOUBLE
#define log_sigmoid_scipy_first NPY_FLOAT
#define softplus_scipy_first NPY_FLOAT

/* For a bfloat16 that some other module has defined, or its bits. */
void loop_bfloat16(char **args, npy_intp const *dimensions, npy_intp const *steps, void *data);

/* Gives the doors their functions and rules, and prepares the short ways; -1 with an exception. */
int doors_prepare(const struct fs_core *core);

/* Opens the short ways for calls of the ufuncs themselves if NumPy calls its ufuncs as it is known to do: returns
 * whether, or -1 with an exception. */
int doors_open(void);

/* The short way: function(x) into out, or anew where that is NULL; NULL without an exception where they are not
 * for it. */
PyObject *short_way(const struct door *door, PyObject *x, PyObject *out);

/* The kernel that keeps elements of that type, for rows of any layout; NULL where there is none. */
fs_row *row_that_keeps(const struct door *door, int type);

/* What becomes of that type, or NULL. */
const struct rule *rule_of(const struct door *door, int type);

/* The function of one value as a scalar of NumPy. */
PyObject *float64_scalar(double value);

/* How an array lies in memory. */
void lay_out(PyArrayObject *array, struct fs_array *layout);

/* The name of the keyword out, interned, as the names of methods are. */
extern PyObject *out_name, *array_name, *array_ufunc_name, *array_wrap_name;

/* For _core. */
extern const struct fs_ufunc ufunc_interface;

#endif

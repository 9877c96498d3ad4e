/* core.h - what the files of _core share: core_module.c (the module), core_function.c (a call), core_number.c and
 * core_buffer.c (the readers of its arguments), core_threads.c (how many threads compute), core_pointers.c (the functions for
 * compiled code), core_numpy.c, core_error.c, and core_hooks.c for the tests. */
#ifndef FASTSIGMOID_CORE_H
#define FASTSIGMOID_CORE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "shared.h"
#include "walk.h"

/* WIDER are the real numbers that NumPy takes to a float type, or that only it computes. */
enum format { FLOAT16, FLOAT32, FLOAT64, BYTES, WIDER, UNKNOWN };

/* What is needed of NumPy, once it is there. */
struct numpy {
    PyObject *ndarray;
    PyObject *generic;
    PyObject *types[3]; /* by enum format */
    PyObject *empty_like;
    const struct fs_ufunc *ufunc;
};

struct state {
    const struct fs_kernels *kernels;
    PyObject *array_name;
    PyObject *array_ufunc_name;
    PyObject *coerce;    /* the module fastsigmoid._coerce, or NULL until it is needed */
    struct numpy *numpy; /* NULL until NumPy has been seen */
};

/* A function by the kernels in use. */
static inline const struct fs_function *
function_of(const struct state *state, enum fs_function_number number)
{
    return &state->kernels->functions[number];
}

/* The kernels of that name, or NULL. */
const struct fs_kernels *kernels_named(const char *isa);

/* The call function(*args, **kwargs), as METH_FASTCALL | METH_KEYWORDS hands it over. */
PyObject *function_call(struct state *state, enum fs_function_number number, PyObject *const *args,
                        Py_ssize_t nargs, PyObject *kwnames);

/* function(x) into out, or anew where out is NULL; keywords, NULL or a dict, are those of a ufunc. */
PyObject *function_compute(struct state *state, enum fs_function_number number, PyObject *x,
                           PyObject *out, PyObject *keywords);

/* Threads: see shared.h for the first two. */
void threads_share(fs_work *work, const void *data, const void *y, size_t itemsize, size_t n);
int threads_find(void);
PyObject *threads_get(PyObject *module, PyObject *ignored);
PyObject *threads_set(PyObject *module, PyObject *threads);
extern const char threads_get_doc[], threads_set_doc[];

/* The functions by those kernels, for compiled code: a new dict of names and capsules. */
PyObject *pointers_new(const struct fs_kernels *kernels);

/* For the tests; closed by a NULL. */
extern PyMethodDef core_hooks[];

/* For _ufunc; the kernels are the same in each interpreter. */
extern struct fs_core core_interface;

/* What a reader found. */
enum finding { FAILED = -1, NOT_MINE, READ };

/* Elements to be read or written, and what keeps their memory. */
struct operand {
    enum format format;
    struct fs_array array;
    Py_buffer view; /* view.obj is NULL where there is nothing to release */
    double *memory; /* to be freed */
    double value;
};

void operand_init(struct operand *operand);

/* Releases what the operand keeps; more than once does no harm. */
void operand_release(struct operand *operand);

/* Exceptions */

/* Raises one about x; the format names the type of x by %U and may go on with %s. */
void raise_about(PyObject *exception, const char *format, PyObject *x, const char *detail);

/* Whether the exception that is set says nothing of what was asked for: no memory, or Ctrl-C. */
bool is_interruption(void);

/* Clears the exception, if there is one, unless it is to be seen in any case. */
void forgive(void);

/* NumPy */

/* NumPy where it has been imported: no object of its types can exist before.  NULL where it has not,
 * or not to the end; with an exception where there is no memory, after Ctrl-C, and where _ufunc is missing
 * or of another version. */
struct numpy *numpy_if_loaded(struct state *state);

/* The same, but as far as it has been seen before: it imports nothing. */
const struct numpy *numpy_if_kept(const struct state *state);

/* NumPy, imported on this need.  NULL with an exception where that fails. */
struct numpy *numpy_load(struct state *state);

void numpy_free(struct numpy *numpy);

/* A function of the module fastsigmoid._coerce, as a new reference. */
PyObject *wrapper(struct state *state, const char *function);

/* An attribute, where many calls ask for it.  CPython caches lookups by the address of the name: one made anew for each
 * call would fill its cache, and stay in it. */
PyObject *attribute(PyObject *object, const char *name);

/* A module that has been imported already, or NULL, with an exception only on an interruption. */
PyObject *imported(const char *name);

/* Readers: READ fills the operand; NOT_MINE, without an exception, leaves the object to the
 * wrapper; FAILED has raised.  The operand must have been initialised and is to be released in each
 * case. */

/* A number; a list or tuple of numbers or, to any depth, of such lists or tuples of equal length. */
enum finding read_numbers(struct state *state, PyObject *x, struct operand *input);

/* x as a buffer of floats; the flags are those of PyObject_GetBuffer. */
enum finding read_buffer(struct state *state, PyObject *x, int flags, struct operand *operand);

/* out as such a buffer, to be written. */
enum finding read_output(struct state *state, PyObject *out, struct operand *output);

#endif

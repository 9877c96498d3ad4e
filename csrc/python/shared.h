/* shared.h - what _core and _ufunc know of each other. */
#ifndef FASTSIGMOID_SHARED_H
#define FASTSIGMOID_SHARED_H

#include <Python.h>

#include <stdbool.h>
#include <string.h>

#include "fpenv.h"
#include "fastsigmoid.h"
#include "share.h"
#include "walk.h"

/* An upgrade in place may leave one of the two in memory and load the other from its new file: what they
 * hand over begins with this, and is not looked at where it differs. */
struct fs_handshake {
    char version[24]; /* of the package */
    uint32_t sizes[4];
};

/* What _core has for _ufunc, so that the tables and the choice of the kernels exist once in a process. */
struct fs_core {
    struct fs_handshake handshake;
    const struct fs_kernels *kernels;
    void (*walk)(fs_row *row, const struct fs_array *x, const struct fs_array *y);
    /* fs_share, for callers that may or may not hold the interpreter's lock. */
    void (*share)(fs_work *work, const void *data, const void *y, size_t itemsize, size_t n);
    /* Finds out how many threads there may be, for callers that hold the lock and have FS_SHARE_BYTES of results to
     * compute; -1 with an exception where a warning has become one. */
    int (*find_threads)(void);
};

/* What _ufunc has for _core, once NumPy is there.  All of it gives new references, or NULL without an
 * exception where the arguments are not for it. */
struct fs_ufunc {
    struct fs_handshake handshake;
    /* function(x, out) of what NumPy's types are: arrays, their subclasses, scalars, and whatever has a say
     * of its own in ufuncs; keywords is a dict, or NULL as out may be. */
    PyObject *(*call)(enum fs_function_number number, PyObject *x, PyObject *out,
                      PyObject *keywords);
    /* The same of what NumPy makes an array of. */
    PyObject *(*convert)(enum fs_function_number number, PyObject *x, PyObject *out,
                         PyObject *keywords);
    /* A new contiguous array of x's shape and, of its size, float type; read into y as well. */
    PyObject *(*empty)(const struct fs_array *x, struct fs_array *y);
};

/* The capsules that hold them. */
#define FS_CORE_CAPSULE "fastsigmoid._core._interface"
#define FS_UFUNC_CAPSULE "fastsigmoid._ufunc._interface"

#define FS_HANDSHAKE                                                                               \
  {                                                                                                \
    FASTSIGMOID_VERSION,                                                                           \
    {                                                                                              \
      sizeof(struct fs_core), sizeof(struct fs_ufunc), sizeof(struct fs_kernels),                  \
          sizeof(struct fs_array)                                                                  \
    }                                                                                              \
  }

static inline bool
fs_fits(const struct fs_handshake *own, const struct fs_handshake *offered)
{
    return memcmp(own, offered, sizeof *own) == 0;
}

/* The ImportError that names _ufunc. */
static inline void
fs_raise_mismatch(void)
{
    PyObject *name = PyUnicode_FromString("fastsigmoid._ufunc");
    PyObject *message = PyUnicode_FromString(
        "fastsigmoid has been replaced on disk since this process began to use it, and its old and "
        "new "
        "parts do not fit together: restart Python");
    if (name != NULL && message != NULL) {
        PyErr_SetImportError(message, name, NULL);
    }
    Py_XDECREF(name);
    Py_XDECREF(message);
}

static FS_NOINLINE double
fs_rounded(long long value)
{
    return (double)value;
}

/* The float64 nearest to an integer, whatever the caller's rounding mode, and though it has inexact trapped. */
static inline double
fs_nearest(long long value)
{
    const long long exact = 1LL << 53;
    if (-exact <= value && value <= exact) {
        return (double)value;
    }
    const fs_env before = fs_env_enter();
    const double nearest = fs_rounded(value);
    fs_env_leave(before);
    return nearest;
}

/* Whether x has a method of that name, as Python looks for its special ones: in the type. */
static inline bool
fs_has_attribute(PyObject *x, PyObject *name)
{
    return PyObject_HasAttr((PyObject *)Py_TYPE(x), name);
}

/* From so many elements on, other threads run meanwhile.  Giving the interpreter away and taking it
 * back costs some 50 ns alone, but up to 5 ms where another thread computes in Python: fewer
 * elements than these, a few microseconds of work, are not worth the risk. */
#define FS_UNLOCKED_SIZE 8192

/* Before n results of a size are computed: finds out how many threads there may be, by `find`, where that matters, and
 * lets other threads of Python run meanwhile.  fs_lock_again takes what *thread is made; -1 with an exception. */
static inline int
fs_unlock(int (*find)(void), ptrdiff_t n, ptrdiff_t itemsize, PyThreadState **thread)
{
    if ((size_t)(n * itemsize) >= FS_SHARE_BYTES && find() < 0) {
        return -1;
    }
    *thread = n >= FS_UNLOCKED_SIZE ? PyEval_SaveThread() : NULL;
    return 0;
}

static inline void
fs_lock_again(PyThreadState *thread)
{
    if (thread != NULL) {
        PyEval_RestoreThread(thread);
    }
}

#endif

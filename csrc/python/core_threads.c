/* core_threads.c - how many threads a call may use: what the program says, the environment, and where it runs. */
#include "core.h"

#include <limits.h>
#include <stdlib.h>

#define OWN_VARIABLE "FASTSIGMOID_NUM_THREADS"
#define COMMON_VARIABLE "OMP_NUM_THREADS"

/* The number that a variable begins with, or 0 where there is none.  A bad value is warned of and ignored; -1 with an
 * exception where the warning has become one. */
static int
read_variable(const char *name)
{
    const char *value = getenv(name);
    if (value == NULL || *value == '\0') {
        return 0;
    }
    char *end;
    const long threads = strtol(value, &end, 10); /* skips spaces, and stays within its bounds */
    while (*end == ' ') {
        end++;
    }
    if (threads > 0 && (*end == '\0' || (*end == ',' && strcmp(name, COMMON_VARIABLE) == 0))) {
        return threads < INT_MAX ? (int)threads : INT_MAX;
    }
    return PyErr_WarnFormat(
        PyExc_RuntimeWarning, 1,
        "the environment variable %s is '%s', which is not a number of threads: "
        "fastsigmoid ignores it",
        name, value);
}

/* Whether multiprocessing started this process, beside others that are to share the CPUs; -1 with an exception. */
static int
is_one_of_many(void)
{
    PyObject *module = imported("multiprocessing.process");
    PyObject *parent = module == NULL ? NULL : PyObject_CallMethod(module, "parent_process", NULL);
    const int is_one = parent != NULL && parent != Py_None;
    Py_XDECREF(module);
    Py_XDECREF(parent);
    forgive();
    return PyErr_Occurred() ? -1 : is_one;
}

int
threads_find(void)
{
    if (fs_threads_are_known()) {
        return 0;
    }
    /* A call that the warning ends is to be the only one. */
    fs_threads_find(0);
    int threads = read_variable(OWN_VARIABLE);
    threads = threads == 0 ? read_variable(COMMON_VARIABLE) : threads;
    threads = threads == 0 ? is_one_of_many() : threads;
    if (threads > 0) {
        fs_threads_find(threads);
    }
    return threads < 0 ? -1 : 0;
}

void
threads_share(fs_work *work, const void *data, const void *y, size_t itemsize, size_t n)
{
    if (!fs_threads_are_known()) {
        /* A loop that NumPy calls: an exception would go unnoticed there. */
        const PyGILState_STATE state = PyGILState_Ensure();
        if (threads_find() < 0) {
            PyErr_WriteUnraisable(NULL);
        }
        PyGILState_Release(state);
    }
    fs_share(work, data, y, itemsize, n);
}

const char threads_get_doc[] =
    "get_num_threads()\n"
    "--\n\n"
    "How many threads a call may use at present: those of set_num_threads(), or else of the\n"
    "environment variable FASTSIGMOID_NUM_THREADS, or of OMP_NUM_THREADS; or else 1 in a\n"
    "process that multiprocessing started; or else the number of CPUs that this thread may\n"
    "run on, within the quota of its control group.  In WebAssembly always 1: it has no\n"
    "threads.\n\n"
    "    >>> get_num_threads() >= 1\n"
    "    True\n\n"
    "The variables are read when a call first needs them.";

PyObject *
threads_get(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    return threads_find() < 0 ? NULL : PyLong_FromLong(fs_threads());
}

const char threads_set_doc[] =
    "set_num_threads(n, /)\n"
    "--\n\n"
    "Let each call use up to n threads, for the whole process; None leaves their number to\n"
    "the environment again (see get_num_threads).  With 1, no threads are started.\n\n"
    "    >>> set_num_threads(1)\n"
    "    >>> get_num_threads()\n"
    "    1\n"
    "    >>> set_num_threads(None)\n\n"
    "A call uses fewer where the array is too small to be worth them, and one where there are\n"
    "no threads, as in WebAssembly.  The results are the same for any number.";

PyObject *
threads_set(PyObject *Py_UNUSED(module), PyObject *threads)
{
    if (threads == Py_None) {
        fs_threads_choose(0);
        return Py_NewRef(Py_None);
    }
    PyObject *index = PyBool_Check(threads) ? NULL : PyNumber_Index(threads);
    if (index == NULL) {
        if (!PyErr_Occurred() || PyErr_ExceptionMatches(PyExc_TypeError)) {
            PyErr_Clear();
            raise_about(PyExc_TypeError, "set_num_threads() takes an int or None, not %U", threads,
                        NULL);
        }
        return NULL;
    }
    int overflow;
    const long number = PyLong_AsLongAndOverflow(index, &overflow);
    if (overflow < 0 || (overflow == 0 && number < 1)) {
        PyErr_Format(PyExc_ValueError, "set_num_threads() takes at least 1 thread, not %R", index);
    }
    else {
        fs_threads_choose(overflow > 0 || number > INT_MAX ? INT_MAX : (int)number);
    }
    Py_DECREF(index);
    return PyErr_Occurred() ? NULL : Py_NewRef(Py_None);
}

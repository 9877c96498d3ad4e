/* core_threads.c - how many threads a call may use: what the program says, the environment, and where it runs. */
#include "core.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>

#define OWN_VARIABLE "FASTSIGMOID_NUM_THREADS"
#define COMMON_VARIABLE "OMP_NUM_THREADS"

/* The number of threads that a text begins with, which a list may follow; 0 where there is none. */
static int
read_number(const char *text, bool may_be_list)
{
    char *end;
    const long threads =
        strtol(text, &end, 10); /* skips white space, and stays within its bounds */
    while (isspace((unsigned char)*end)) {
        end++;
    }
    if (threads < 1 || (*end != '\0' && !(*end == ',' && may_be_list))) {
        return 0;
    }
    return threads < INT_MAX ? (int)threads : INT_MAX;
}

/* Whether multiprocessing started this process, beside others that are to share the CPUs; -1 with an exception. */
static int
is_one_of_many(void)
{
    PyObject *module = imported("multiprocessing.process");
    if (module == NULL) {
        forgive();
        return PyErr_Occurred() ? -1 : 0;
    }
    PyObject *parent = PyObject_CallMethod(module, "parent_process", NULL);
    int is_one = parent != NULL && parent != Py_None;
    if (parent == Py_None) {
        /* It is not known yet while such a process imports the program's main module. */
        PyObject *current = PyObject_CallMethod(module, "current_process", NULL);
        is_one = current != NULL && PyObject_HasAttrString(current, "_inheriting");
        Py_XDECREF(current);
    }
    Py_XDECREF(parent);
    Py_DECREF(module);
    forgive();
    return PyErr_Occurred() ? -1 : is_one;
}

/* 0, or -1 with an exception. */
static int
append_warning(PyObject *warnings, const char *name, const char *value)
{
    PyObject *text = PyUnicode_FromFormat(
        "the environment variable %s is '%s', which is not a number of threads: "
        "fastsigmoid ignores it",
        name, value);
    const int status = text == NULL ? -1 : PyList_Append(warnings, text);
    Py_XDECREF(text);
    return status;
}

/* False with an exception where a warning has become one. */
static bool
warn_of_all(PyObject *warnings)
{
    for (Py_ssize_t i = 0; i < PyList_Size(warnings); i++) {
        if (PyErr_WarnFormat(PyExc_RuntimeWarning, 1, "%U", PyList_GetItem(warnings, i)) < 0) {
            return false;
        }
    }
    return true;
}

int
threads_find(void)
{
    static const char *const variables[] = {OWN_VARIABLE, COMMON_VARIABLE};
    enum { COUNT = sizeof variables / sizeof *variables };
    if (fs_threads_are_known()) {
        return 0;
    }
    PyObject *warnings = PyList_New(0);
    int threads = warnings == NULL ? -1 : 0;
    for (int i = 0; i < COUNT && threads == 0; i++) {
        const char *value = getenv(variables[i]);
        if (value != NULL && *value != '\0' && (threads = read_number(value, i != 0)) == 0) {
            threads = append_warning(warnings, variables[i], value);
        }
    }
    if (threads == 0) {
        threads = is_one_of_many();
    }
    /* It is known before anything is warned of: only one call is to do so, and where that ends it, others go on. */
    if (threads >= 0 && fs_threads_find(threads) && !warn_of_all(warnings)) {
        threads = -1;
    }
    Py_XDECREF(warnings);
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

/* core_error.c - exceptions: what they say, and which are to be seen in any case. */
#include "core.h"

void
raise_about(PyObject *exception, const char *format, PyObject *x, const char *detail)
{
    PyObject *name = PyType_GetName(Py_TYPE(x));
    if (name != NULL) {
        PyErr_Format(exception, format, name, detail);
        Py_DECREF(name);
    }
}

bool
is_interruption(void)
{
    return PyErr_ExceptionMatches(PyExc_MemoryError) || !PyErr_ExceptionMatches(PyExc_Exception);
}

void
forgive(void)
{
    if (PyErr_Occurred() && !is_interruption()) {
        PyErr_Clear();
    }
}

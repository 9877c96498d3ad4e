/* core_numpy.c - NumPy, _ufunc and the slow lane: found or imported when they are needed, and kept. */
#include "core.h"

/* The last two fields of the state are filled while other threads may read them.  The lock of the
 * interpreter orders that, where there is one. */
#ifdef Py_GIL_DISABLED
#  define LOAD(field) _Py_atomic_load_ptr_acquire(&(field))
#  define PUBLISH(field, value) _Py_atomic_compare_exchange_ptr(&(field), &(void *){NULL}, value)
#else
#  define LOAD(field) (field)
#  define PUBLISH(field, value) ((field) == NULL ? ((field) = (value), 1) : 0)
#endif

/* Whether it is an ImportError that names _ufunc. */
static bool
is_about_ufunc(void)
{
    if (!PyErr_ExceptionMatches(PyExc_ImportError)) {
        return false;
    }
    PyObject *type, *error, *traceback;
    PyErr_Fetch(&type, &error, &traceback);
    PyErr_NormalizeException(&type, &error, &traceback);
    PyObject *name = PyObject_GetAttrString(error, "name");
    const bool is_about = name != NULL && PyUnicode_Check(name)
                          && PyUnicode_CompareWithASCIIString(name, "fastsigmoid._ufunc") == 0;
    Py_XDECREF(name);
    PyErr_Restore(type, error, traceback);
    return is_about;
}

void
numpy_free(struct numpy *numpy)
{
    if (numpy == NULL) {
        return;
    }
    Py_CLEAR(numpy->ndarray);
    Py_CLEAR(numpy->generic);
    for (int i = 0; i < 3; i++) {
        Py_CLEAR(numpy->types[i]);
    }
    Py_CLEAR(numpy->empty_like);
    PyMem_Free(numpy);
}

/* A module that a function of the package imports, where tools that look for imports see it. */
static PyObject *
import_by(const char *function)
{
    PyObject *package = PyImport_ImportModule("fastsigmoid");
    PyObject *load = package == NULL ? NULL : PyObject_GetAttrString(package, function);
    PyObject *module = load == NULL ? NULL : PyObject_CallFunctionObjArgs(load, NULL);
    Py_XDECREF(package);
    Py_XDECREF(load);
    return module;
}

/* What _ufunc offers. */
static const struct fs_ufunc *
ufunc_import(void)
{
    PyObject *module = import_by("_load_ufunc");
    const struct fs_ufunc *offered = module == NULL ? NULL : PyCapsule_Import(FS_UFUNC_CAPSULE, 0);
    if (module != NULL
        && (offered == NULL ? PyErr_ExceptionMatches(PyExc_AttributeError)
                            : !fs_fits(&core_interface.handshake, &offered->handshake))) {
        fs_raise_mismatch();
        offered = NULL;
    }
    Py_XDECREF(module);
    return offered;
}

static struct numpy *
numpy_keep(struct state *state, PyObject *module)
{
    struct numpy *numpy = PyMem_Calloc(1, sizeof *numpy);
    if (numpy == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    if ((numpy->ndarray = PyObject_GetAttrString(module, "ndarray")) == NULL
        || (numpy->generic = PyObject_GetAttrString(module, "generic")) == NULL
        || (numpy->types[FLOAT16] = PyObject_GetAttrString(module, "float16")) == NULL
        || (numpy->types[FLOAT32] = PyObject_GetAttrString(module, "float32")) == NULL
        || (numpy->types[FLOAT64] = PyObject_GetAttrString(module, "float64")) == NULL
        || (numpy->empty_like = PyObject_GetAttrString(module, "empty_like")) == NULL) {
        numpy_free(numpy);
        return NULL;
    }
    numpy->ufunc = ufunc_import();
    if (numpy->ufunc == NULL) {
        numpy_free(numpy);
        return NULL;
    }
    if (!PUBLISH(state->numpy, numpy)) {
        numpy_free(numpy);
    }
    return LOAD(state->numpy);
}

PyObject *
attribute(PyObject *object, const char *name)
{
    PyObject *interned = PyUnicode_InternFromString(name);
    PyObject *value = interned == NULL ? NULL : PyObject_GetAttr(object, interned);
    Py_XDECREF(interned);
    return value;
}

PyObject *
imported(const char *name)
{
    PyObject *key = PyUnicode_FromString(name);
    PyObject *module = key == NULL ? NULL : PyImport_GetModule(key);
    Py_XDECREF(key);
    if (module == NULL) {
        forgive();
    }
    return module;
}

const struct numpy *
numpy_if_kept(const struct state *state)
{
    return LOAD(state->numpy);
}

struct numpy *
numpy_if_loaded(struct state *state)
{
    struct numpy *numpy = LOAD(state->numpy);
    if (numpy != NULL) {
        return numpy;
    }
    PyObject *module = imported("numpy");
    if (module == NULL) {
        return NULL;
    }
    numpy = numpy_keep(state, module);
    Py_DECREF(module);
    if (numpy == NULL && !is_about_ufunc()) {
        forgive(); /* NumPy is being imported */
    }
    return numpy;
}

PyObject *
wrapper(struct state *state, const char *function)
{
    PyObject *module = LOAD(state->coerce);
    if (module == NULL) {
        module = import_by("_load_coerce");
        if (module == NULL) {
            return NULL;
        }
        if (!PUBLISH(state->coerce, module)) {
            Py_DECREF(module);
            module = LOAD(state->coerce);
        }
    }
    return attribute(module, function);
}

struct numpy *
numpy_load(struct state *state)
{
    struct numpy *numpy = numpy_if_loaded(state);
    if (numpy != NULL || PyErr_Occurred()) {
        return numpy;
    }
    PyObject *load = wrapper(state, "load_numpy");
    PyObject *module = load == NULL ? NULL : PyObject_CallFunctionObjArgs(load, NULL);
    numpy = module == NULL ? NULL : numpy_keep(state, module);
    Py_XDECREF(load);
    Py_XDECREF(module);
    return numpy;
}

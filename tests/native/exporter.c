/* exporter.c - a buffer that claims whatever it is told to claim, and counts who holds it. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#define MAX_NDIM 80

/* One of shape, strides and suboffsets; NULL is claimed where it is not given. */
struct sizes {
    int given;
    Py_ssize_t values[MAX_NDIM];
};

typedef struct {
    PyObject_HEAD Py_buffer memory; /* of somebody else, held as long as this lives */
    Py_ssize_t offset, len, itemsize;
    int ndim, readonly, null;
    PyObject *format; /* bytes, or NULL */
    struct sizes shape, strides, suboffsets;
    PyObject *error; /* raised, or NULL, where the request has these flags */
    int error_flags;
    PyObject *hook; /* called on each request, or NULL */
    Py_ssize_t requests, exports;
} Exporter;

static int
read_sizes(PyObject *given, struct sizes *sizes)
{
    sizes->given = given != Py_None;
    if (!sizes->given) {
        return 0;
    }
    const Py_ssize_t n = PyTuple_Size(given);
    if (n < 0 || n > MAX_NDIM) {
        PyErr_SetString(PyExc_ValueError, "a tuple of at most 80 integers");
        return -1;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        sizes->values[i] = PyLong_AsSsize_t(PyTuple_GetItem(given, i));
    }
    return PyErr_Occurred() ? -1 : 0;
}

static int
exporter_init(PyObject *object, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"memory",     "offset", "len",         "itemsize", "ndim",
                            "readonly",   "null",   "format",      "shape",    "strides",
                            "suboffsets", "error",  "error_flags", "hook",     NULL};
    Exporter *self = (Exporter *)object;
    PyObject *memory, *format, *shape, *strides, *suboffsets, *error, *hook;
    if (self->memory.obj != NULL) {
        PyErr_SetString(PyExc_TypeError, "already made");
        return -1;
    }
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OnnniiiOOOOOiO", names, &memory, &self->offset,
                                     &self->len, &self->itemsize, &self->ndim, &self->readonly,
                                     &self->null, &format, &shape, &strides, &suboffsets, &error,
                                     &self->error_flags, &hook)
        || read_sizes(shape, &self->shape) < 0 || read_sizes(strides, &self->strides) < 0
        || read_sizes(suboffsets, &self->suboffsets) < 0
        || PyObject_GetBuffer(memory, &self->memory, PyBUF_WRITABLE) < 0) {
        return -1;
    }
    self->format = format == Py_None ? NULL : Py_NewRef(format);
    self->error = error == Py_None ? NULL : Py_NewRef(error);
    self->hook = hook == Py_None ? NULL : Py_NewRef(hook);
    return 0;
}

static void
exporter_dealloc(PyObject *object)
{
    Exporter *self = (Exporter *)object;
    PyTypeObject *type = Py_TYPE(object);
    PyBuffer_Release(&self->memory);
    Py_XDECREF(self->format);
    Py_XDECREF(self->error);
    Py_XDECREF(self->hook);
    ((freefunc)PyType_GetSlot(type, Py_tp_free))(object);
    Py_DECREF(type);
}

static int
exporter_get(PyObject *object, Py_buffer *view, int flags)
{
    Exporter *self = (Exporter *)object;
    view->obj = NULL;
    self->requests++;
    if (self->hook != NULL) {
        PyObject *result = PyObject_CallFunctionObjArgs(self->hook, NULL);
        if (result == NULL) {
            return -1;
        }
        Py_DECREF(result);
    }
    if (self->error != NULL && (flags & self->error_flags) == self->error_flags) {
        PyErr_SetObject((PyObject *)Py_TYPE(self->error), self->error);
        return -1;
    }
    if ((flags & PyBUF_WRITABLE) != 0 && self->readonly == 1) {
        PyErr_SetString(PyExc_BufferError, "read-only");
        return -1;
    }
    *view = (Py_buffer){
        .buf = self->null ? NULL : (char *)self->memory.buf + self->offset,
        .obj = Py_NewRef(object),
        .len = self->len,
        .itemsize = self->itemsize,
        .readonly = self->readonly,
        .ndim = self->ndim,
        .format = self->format == NULL ? NULL : PyBytes_AsString(self->format),
        .shape = self->shape.given ? self->shape.values : NULL,
        .strides = self->strides.given ? self->strides.values : NULL,
        .suboffsets = self->suboffsets.given ? self->suboffsets.values : NULL,
    };
    self->exports++;
    return 0;
}

static void
exporter_release(PyObject *object, Py_buffer *view)
{
    (void)view;
    ((Exporter *)object)->exports--;
}

static PyObject *
exporter_exports(PyObject *object, void *closure)
{
    (void)closure;
    return PyLong_FromSsize_t(((Exporter *)object)->exports);
}

static PyGetSetDef exporter_getset[] = {
    {"exports", exporter_exports, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot exporter_slots[] = {
    {Py_tp_init, (void *)exporter_init},     {Py_tp_dealloc, (void *)exporter_dealloc},
    {Py_bf_getbuffer, (void *)exporter_get}, {Py_bf_releasebuffer, (void *)exporter_release},
    {Py_tp_getset, (void *)exporter_getset}, {0, NULL},
};

static PyType_Spec exporter_spec = {
    .name = "exporter.Exporter",
    .basicsize = sizeof(Exporter),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .slots = exporter_slots,
};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "exporter", .m_size = -1};

PyMODINIT_FUNC
PyInit_exporter(void)
{
    PyObject *module = PyModule_Create(&definition), *type = PyType_FromSpec(&exporter_spec);
    if (module != NULL && (type == NULL || PyModule_AddObjectRef(module, "Exporter", type) < 0)) {
        Py_CLEAR(module);
    }
    Py_XDECREF(type);
    return module;
}

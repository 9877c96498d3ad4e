/* core_read.c - the reader of arguments: numbers, sequences and buffers become operands.  NumPy is
 * known only as objects that export buffers. */
#include "core.h"

#include <math.h>
#include <string.h>

static const ptrdiff_t itemsizes[] = {[FLOAT16] = 2, [FLOAT32] = 4, [FLOAT64] = 8};

/* The last two fields of the state are filled while other threads may read them.  The lock of the
 * interpreter orders that, where there is one. */
#ifdef Py_GIL_DISABLED
#  define LOAD(field) _Py_atomic_load_ptr_acquire(&(field))
#  define PUBLISH(field, value) _Py_atomic_compare_exchange_ptr(&(field), &(void *){NULL}, value)
#else
#  define LOAD(field) (field)
#  define PUBLISH(field, value) ((field) == NULL ? ((field) = (value), 1) : 0)
#endif

void
operand_init(struct operand *operand)
{
    operand->view.obj = NULL;
    operand->memory = NULL;
}

void
operand_release(struct operand *operand)
{
    PyBuffer_Release(&operand->view);
    PyMem_Free(operand->memory);
    operand_init(operand);
}

void
raise_about(PyObject *exception, const char *format, PyObject *x, const char *detail)
{
    PyObject *name = PyType_GetName(Py_TYPE(x));
    if (name != NULL) {
        PyErr_Format(exception, format, name, detail);
        Py_DECREF(name);
    }
}

/* Whether the exception that is set says nothing of what was asked for: no memory, or Ctrl-C. */
static bool
is_interruption(void)
{
    return PyErr_ExceptionMatches(PyExc_MemoryError) || !PyErr_ExceptionMatches(PyExc_Exception);
}

/* Clears the exception, if there is one, unless it is to be seen in any case. */
static void
forgive(void)
{
    if (PyErr_Occurred() && !is_interruption()) {
        PyErr_Clear();
    }
}

/* NumPy and the wrapper */

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
    Py_CLEAR(numpy->empty);
    Py_CLEAR(numpy->empty_like);
    PyMem_Free(numpy);
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
        || (numpy->empty = PyObject_GetAttrString(module, "empty")) == NULL
        || (numpy->empty_like = PyObject_GetAttrString(module, "empty_like")) == NULL) {
        numpy_free(numpy);
        return NULL;
    }
    /* Where that fails, all works without.  A capsule's import does not import submodules. */
    PyObject *ufunc = PyImport_ImportModule("fastsigmoid._ufunc");
    numpy->shortcut = ufunc == NULL ? NULL : PyCapsule_Import(FS_SHORTCUT_CAPSULE, 0);
    Py_XDECREF(ufunc);
    if (numpy->shortcut == NULL) {
        forgive();
        if (PyErr_Occurred()) {
            numpy_free(numpy);
            return NULL;
        }
    }
    if (!PUBLISH(state->numpy, numpy)) {
        numpy_free(numpy);
    }
    return LOAD(state->numpy);
}

/* A module that has been imported already, or NULL, with an exception only on an interruption. */
static PyObject *
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
    if (numpy == NULL) {
        forgive();
    }
    return numpy;
}

PyObject *
wrapper(struct state *state, const char *function)
{
    PyObject *module = LOAD(state->coerce);
    if (module == NULL) {
        module = PyImport_ImportModule("fastsigmoid._coerce");
        if (module == NULL) {
            return NULL;
        }
        if (!PUBLISH(state->coerce, module)) {
            Py_DECREF(module);
            module = LOAD(state->coerce);
        }
    }
    return PyObject_GetAttrString(module, function);
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

/* Buffers */

static enum format
parse_format(const char *format, bool *swapped)
{
    const uint16_t one = 1;
    const bool little = *(const char *)&one == 1;

    *swapped = false;
    if (format == NULL) {
        return BYTES;
    }
    bool native = true;
    switch (*format) {
        case '<':
            *swapped = !little;
            native = false;
            format++;
            break;
        case '>':
        case '!':
            *swapped = little;
            native = false;
            format++;
            break;
        case '=':
            native = false;
            format++;
            break;
        case '@':
            format++;
            break;
    }
    if (*format == '\0' || format[1] != '\0') {
        return UNKNOWN;
    }
    switch (*format) {
        case 'e':
            return FLOAT16;
        case 'f':
            return FLOAT32;
        case 'd':
            return FLOAT64;
        case 'B':
        case 'b':
        case 'c':
            return native ? BYTES : WIDER;
    }
    return strchr("?hHiIlLqQnNg", *format) != NULL ? WIDER : UNKNOWN;
}

/* Copies shape and strides, checked: an exporter may be anybody's code.  Returns what is wrong, or
 * NULL. */
static const char *
read_layout(const Py_buffer *view, struct fs_array *array)
{
    if (view->ndim < 0 || view->ndim > FS_MAX_NDIM) {
        return "its ndim is not within 0..64";
    }
    if (view->itemsize <= 0 && view->len != 0) {
        return "its itemsize is not positive";
    }
    if (view->ndim > 0 && view->shape == NULL) {
        return "it has no shape";
    }
    if (view->suboffsets != NULL) {
        for (int i = 0; i < view->ndim; i++) {
            if (view->suboffsets[i] >= 0) {
                return "it has suboffsets";
            }
        }
    }
    array->data = view->buf;
    array->ndim = view->ndim;
    ptrdiff_t bytes = view->itemsize, reach = view->itemsize;
    bool empty = false;
    for (int i = 0; i < view->ndim; i++) {
        ptrdiff_t length = view->shape[i];
        if (length < 0) {
            return "its shape is negative";
        }
        array->shape[i] = length;
        if (length == 0) {
            empty = true;
        }
        else if (bytes > PTRDIFF_MAX / length) {
            return "its size overflows";
        }
        else {
            bytes *= length;
        }
    }
    if (view->len != (empty ? 0 : bytes)) {
        return "its len is not the product of shape and itemsize";
    }
    if (view->buf == NULL && view->len != 0) {
        return "it has no memory";
    }
    if (view->strides == NULL) {
        /* ctypes never says that its arrays are contiguous, but they are. */
        fs_make_contiguous(array, view->itemsize);
        return NULL;
    }
    for (int i = 0; i < view->ndim; i++) {
        ptrdiff_t stride = view->strides[i], length = view->shape[i];
        if (empty || length == 1) {
            /* Never stepped along, and free to hold anything. */
            array->strides[i] = 0;
            continue;
        }
        if (stride == PTRDIFF_MIN
            || (stride < 0 ? -stride : stride) > (PTRDIFF_MAX - reach) / length) {
            return "its strides overflow";
        }
        reach += length * (stride < 0 ? -stride : stride);
        array->strides[i] = stride;
    }
    return NULL;
}

static bool
has_attribute(PyObject *x, PyObject *name)
{
    return PyObject_HasAttr((PyObject *)Py_TYPE(x), name);
}

/* Whether elements of format B, b or c are bytes of something else, as most exporters mean them,
 * and not numbers, as NumPy's arrays and array.array mean them.  On an interruption it is true, with
 * the exception. */
static bool
is_untyped(struct state *state, PyObject *x)
{
    if (has_attribute(x, state->array_name)) {
        return false;
    }
    PyObject *module = imported("array");
    PyObject *type = module == NULL ? NULL : PyObject_GetAttrString(module, "array");
    int is_array = type == NULL ? 0 : PyObject_IsInstance(x, type);
    Py_XDECREF(module);
    Py_XDECREF(type);
    forgive();
    return is_array <= 0;
}

/* The exporter has refused, and an exception is set: what does that mean? */
static enum finding
judge_refusal(struct state *state, PyObject *x, int flags)
{
    if (is_interruption()) {
        return FAILED;
    }
    PyObject *type, *error, *traceback;
    PyErr_Fetch(&type, &error, &traceback);
    Py_buffer view;
    if ((flags & PyBUF_WRITABLE) != 0) {
        if (PyObject_GetBuffer(x, &view, flags & ~PyBUF_WRITABLE) == 0) {
            PyBuffer_Release(&view);
            PyErr_SetString(PyExc_ValueError, "out is read-only");
            goto judged;
        }
        PyErr_Clear();
    }
    if (!has_attribute(x, state->array_name)) {
        PyErr_Restore(type, error, traceback);
        return FAILED;
    }
    /* Arrays of dates, for one, are no buffers.  NumPy knows what to say of them. */
judged:
    Py_XDECREF(type);
    Py_XDECREF(error);
    Py_XDECREF(traceback);
    return PyErr_Occurred() ? FAILED : NOT_MINE;
}

/* Whether NumPy has a better claim to the buffer x: its scalars but those of the types read here,
 * and whatever takes part in ufuncs, except an exact ndarray. */
static bool
is_for_numpy(struct state *state, const struct numpy *numpy, PyObject *x)
{
    if (numpy != NULL) {
        PyObject *type = (PyObject *)Py_TYPE(x);
        if (type == numpy->ndarray || type == numpy->types[FLOAT16] || type == numpy->types[FLOAT32]
            || type == numpy->types[FLOAT64]) {
            return false;
        }
        if (PyType_Check(numpy->generic)
            && PyType_IsSubtype(Py_TYPE(x), (PyTypeObject *)numpy->generic)) {
            return true;
        }
    }
    return has_attribute(x, state->array_ufunc_name);
}

enum finding
read_buffer(struct state *state, PyObject *x, int flags, struct operand *operand)
{
    if (!PyObject_CheckBuffer(x)) {
        return NOT_MINE;
    }
    const struct numpy *numpy = numpy_if_loaded(state);
    if (numpy == NULL && PyErr_Occurred()) {
        return FAILED;
    }
    if (is_for_numpy(state, numpy, x)) {
        return NOT_MINE;
    }
    if (PyObject_GetBuffer(x, &operand->view, flags) < 0) {
        operand->view.obj = NULL;
        return judge_refusal(state, x, flags);
    }
    if ((flags & PyBUF_WRITABLE) != 0 && operand->view.readonly) {
        PyErr_SetString(PyExc_ValueError, "out is read-only");
        return FAILED;
    }
    struct fs_array *array = &operand->array;
    const char *problem = read_layout(&operand->view, array);
    if (problem != NULL) {
        raise_about(PyExc_BufferError, "the buffer of %U contradicts itself: %s", x, problem);
        return FAILED;
    }
    operand->format = parse_format(operand->view.format, &array->swapped);
    if (operand->format == BYTES && is_untyped(state, x)) {
        if (!PyErr_Occurred()) {
            raise_about(PyExc_TypeError,
                        "%U holds bytes without a number format; "
                        "where they are float64, pass memoryview(x).cast('d')",
                        x, NULL);
        }
        return FAILED;
    }
    if (operand->format == UNKNOWN && !has_attribute(x, state->array_name)) {
        raise_about(PyExc_TypeError, "%U is a buffer of format '%s', not of real numbers", x,
                    operand->view.format);
        return FAILED;
    }
    if (operand->format > FLOAT64) {
        return NOT_MINE;
    }
    array->itemsize = itemsizes[operand->format];
    if (operand->view.itemsize != array->itemsize) {
        raise_about(PyExc_BufferError, "the buffer of %U contradicts itself: %s", x,
                    "its itemsize is not that of its format");
        return FAILED;
    }
    return READ;
}

/* Numbers and sequences */

static void
read_doubles(struct operand *operand, double *data)
{
    operand->format = FLOAT64;
    operand->array.data = (char *)data;
    operand->array.itemsize = sizeof(double);
    operand->array.swapped = false;
    operand->array.ndim = 0;
}

/* An exact float, int or bool. */
static enum finding
read_number(PyObject *x, struct operand *operand)
{
    if (PyFloat_CheckExact(x)) {
        operand->value = PyFloat_AsDouble(x);
    }
    else if (PyLong_CheckExact(x) || PyBool_Check(x)) {
        /* Where this overflows, sigmoid has reached 0 or 1 long before. */
        int overflow;
        long long value = PyLong_AsLongLongAndOverflow(x, &overflow);
        operand->value = overflow == 0 ? (double)value : overflow * (double)INFINITY;
    }
    else {
        return NOT_MINE;
    }
    read_doubles(operand, &operand->value);
    return READ;
}

/* Item i as a double, if it is an exact float.  Another thread may change a list meanwhile. */
static inline bool
read_item(PyObject *x, bool is_list, Py_ssize_t i, double *value)
{
#ifdef Py_GIL_DISABLED
    PyObject *item = is_list ? PyList_GetItemRef(x, i) : Py_XNewRef(PyTuple_GetItem(x, i));
#else
    PyObject *item = is_list ? PyList_GetItem(x, i) : PyTuple_GetItem(x, i);
#endif
    bool fits = item != NULL && PyFloat_CheckExact(item);
    if (fits) {
        *value = PyFloat_AsDouble(item);
    }
#ifdef Py_GIL_DISABLED
    Py_XDECREF(item);
#endif
    return fits;
}

/* An exact list or tuple of exact floats. */
static enum finding
read_sequence(PyObject *x, struct operand *operand)
{
    bool is_list = PyList_CheckExact(x);
    if (!is_list && !PyTuple_CheckExact(x)) {
        return NOT_MINE;
    }
    Py_ssize_t n = is_list ? PyList_Size(x) : PyTuple_Size(x);
    operand->memory = n > PY_SSIZE_T_MAX / (Py_ssize_t)sizeof(double)
                          ? NULL
                          : PyMem_Malloc((size_t)n * sizeof(double));
    if (operand->memory == NULL) {
        PyErr_NoMemory();
        return FAILED;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        if (!read_item(x, is_list, i, &operand->memory[i])) {
            PyErr_Clear();
            return NOT_MINE;
        }
    }
    read_doubles(operand, operand->memory);
    operand->array.ndim = 1;
    operand->array.shape[0] = n;
    operand->array.strides[0] = sizeof(double);
    return READ;
}

enum finding
read_input(struct state *state, PyObject *x, struct operand *input)
{
    enum finding found = read_number(x, input);
    if (found == NOT_MINE) {
        found = read_sequence(x, input);
    }
    if (found == NOT_MINE) {
        found = read_buffer(state, x, PyBUF_RECORDS_RO, input);
    }
    return found;
}

enum finding
read_output(struct state *state, PyObject *out, struct operand *output)
{
    if (!PyObject_CheckBuffer(out) && !has_attribute(out, state->array_ufunc_name)) {
        raise_about(PyExc_TypeError, "out must be an array or another writable buffer, not %U", out,
                    NULL);
        return FAILED;
    }
    return read_buffer(state, out, PyBUF_RECORDS, output);
}

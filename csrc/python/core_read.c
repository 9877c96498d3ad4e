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

bool
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
        if (is_interruption()) {
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

/* Numbers */

/* Where an int overflows, sigmoid has reached 0 or 1 long before. */
static double
int_value(PyObject *x)
{
    int overflow;
    const long long value = PyLong_AsLongLongAndOverflow(x, &overflow);
    return overflow == 0 ? (double)value : overflow * (double)INFINITY;
}

/* An exact float, int or bool. */
static bool
read_number(PyObject *x, double *value)
{
    if (PyFloat_CheckExact(x)) {
        *value = PyFloat_AsDouble(x);
        return true;
    }
    if (PyLong_CheckExact(x) || PyBool_Check(x)) {
        *value = int_value(x);
        return true;
    }
    return false;
}

/* Sequences: exact lists and tuples, of which another thread may change the lists meanwhile. */

/* As deep as every NumPy has dimensions. */
#define MAX_DEPTH 32

static bool
is_sequence(PyObject *x)
{
    return PyList_CheckExact(x) || PyTuple_CheckExact(x);
}

static Py_ssize_t
length_of(PyObject *x)
{
    return PyList_CheckExact(x) ? PyList_Size(x) : PyTuple_Size(x);
}

/* Item i, or NULL with an exception where there is none any more; to be let go. */
static inline PyObject *
item_of(PyObject *x, bool is_list, Py_ssize_t i)
{
#ifdef Py_GIL_DISABLED
    return is_list ? PyList_GetItemRef(x, i) : Py_XNewRef(PyTuple_GetItem(x, i));
#else
    return is_list ? PyList_GetItem(x, i) : PyTuple_GetItem(x, i);
#endif
}

static inline void
let_go(PyObject *item)
{
#ifdef Py_GIL_DISABLED
    Py_XDECREF(item);
#else
    (void)item; /* borrowed: no code of anybody's runs before it has been read */
#endif
}

/* The shape that the first items have: of x, of its first item, and so on. */
static void
read_shape(PyObject *x, struct fs_array *array)
{
    array->ndim = 0;
    PyObject *holder = NULL;
    while (x != NULL && is_sequence(x) && array->ndim < MAX_DEPTH) {
        const Py_ssize_t n = length_of(x);
        array->shape[array->ndim++] = n;
        PyObject *first = n == 0 ? NULL : item_of(x, PyList_CheckExact(x), 0);
        let_go(holder);
        x = holder = first;
    }
    let_go(holder);
    PyErr_Clear();
}

/* The items of x, of this axis of the array and of the inner ones, from *place on; float64 is NumPy's type or
 * NULL.  False, perhaps with an exception, where some are no numbers or have another shape. */
static bool
read_items(PyObject *x, const struct fs_array *array, int axis, PyObject *float64, double **place)
{
    if (!is_sequence(x) || length_of(x) != array->shape[axis]) {
        return false;
    }
    const bool is_list = PyList_CheckExact(x), is_last = axis == array->ndim - 1;
    bool fits = true;
    for (Py_ssize_t i = 0; fits && i < array->shape[axis]; i++) {
        PyObject *item = item_of(x, is_list, i);
        if (item == NULL) {
            fits = false;
        }
        else if (!is_last) {
            fits = read_items(item, array, axis + 1, float64, place);
        }
        else if (read_number(item, *place)) {
            ++*place;
        }
        else if ((PyObject *)Py_TYPE(item) == float64) {
            *(*place)++ = PyFloat_AsDouble(item);
        }
        else {
            fits = false;
        }
        let_go(item);
    }
    return fits;
}

static void
read_doubles(struct operand *operand, double *data)
{
    operand->format = FLOAT64;
    operand->array.data = (char *)data;
    operand->array.itemsize = sizeof(double);
    operand->array.swapped = false;
}

static enum finding
read_sequence(struct state *state, PyObject *x, struct operand *operand)
{
    struct fs_array *array = &operand->array;
    read_shape(x, array);
    size_t n = 1;
    for (int i = 0; i < array->ndim; i++) {
        const size_t length = (size_t)array->shape[i];
        if (length != 0 && n > PY_SSIZE_T_MAX / sizeof(double) / length) {
            return NOT_MINE;
        }
        n *= length;
    }
    operand->memory = PyMem_Malloc(n * sizeof(double));
    if (operand->memory == NULL) {
        PyErr_NoMemory();
        return FAILED;
    }
    const struct numpy *numpy = LOAD(state->numpy);
    double *place = operand->memory;
    if (!read_items(x, array, 0, numpy == NULL ? NULL : numpy->types[FLOAT64], &place)) {
        PyErr_Clear();
        return NOT_MINE;
    }
    read_doubles(operand, operand->memory);
    fs_make_contiguous(array, sizeof(double));
    return READ;
}

enum finding
read_numbers(struct state *state, PyObject *x, struct operand *input)
{
    if (read_number(x, &input->value)) {
        read_doubles(input, &input->value);
        input->array.ndim = 0;
        return READ;
    }
    return is_sequence(x) ? read_sequence(state, x, input) : NOT_MINE;
}

enum finding
read_output(struct state *state, PyObject *out, struct operand *output)
{
    if (out == Py_Ellipsis) {
        return NOT_MINE; /* a ufunc's way to ask for an array of no dimensions */
    }
    if (!PyObject_CheckBuffer(out) && !has_attribute(out, state->array_ufunc_name)) {
        raise_about(PyExc_TypeError, "out must be an array or another writable buffer, not %U", out,
                    NULL);
        return FAILED;
    }
    return read_buffer(state, out, PyBUF_RECORDS, output);
}

/* core_buffer.c - the reader of buffers, NumPy's arrays among them: floats of any layout become operands. */
#include "core.h"

#include <string.h>

static const ptrdiff_t itemsizes[] = {[FLOAT16] = 2, [FLOAT32] = 4, [FLOAT64] = 8};

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

/* Whether elements of format B, b or c are bytes of something else, as most exporters mean them,
 * and not numbers, as NumPy's arrays and array.array mean them.  On an interruption it is true, with
 * the exception. */
static bool
is_untyped(struct state *state, PyObject *x)
{
    if (fs_has_attribute(x, state->array_name)) {
        return false;
    }
    PyObject *module = imported("array");
    PyObject *type = module == NULL ? NULL : attribute(module, "array");
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
    if (!fs_has_attribute(x, state->array_name)) {
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
    return fs_has_attribute(x, state->array_ufunc_name);
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
    if (operand->format == UNKNOWN && !fs_has_attribute(x, state->array_name)) {
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

enum finding
read_output(struct state *state, PyObject *out, struct operand *output)
{
    if (out == Py_Ellipsis) {
        return NOT_MINE; /* a ufunc's way to ask for an array of no dimensions */
    }
    if (!PyObject_CheckBuffer(out) && !fs_has_attribute(out, state->array_ufunc_name)) {
        raise_about(PyExc_TypeError, "out must be an array or another writable buffer, not %U", out,
                    NULL);
        return FAILED;
    }
    return read_buffer(state, out, PyBUF_RECORDS, output);
}

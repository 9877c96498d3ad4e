/* core_pointers.c - the functions for compiled code: as pointers in capsules, by name.
 *
 * The form is Cython's, for what `cimport` takes from another module; SciPy and numba read it as well.  A capsule's name
 * is the type of what it points to, as Cython writes it. */
#include "core.h"

#define VALUE_TYPE "double (double)"
#define VALUE_F32_TYPE "float (float)"
#define ROW_TYPE "void (void const *, ptrdiff_t, void *, ptrdiff_t, size_t)"

static void
set_row(struct fs_array *array, void *data, ptrdiff_t itemsize, ptrdiff_t stride, size_t n)
{
    array->data = data;
    array->itemsize = itemsize;
    array->swapped = false;
    array->ndim = 1;
    array->shape[0] = (ptrdiff_t)n;
    array->strides[0] = stride;
}

/* fs_walk knows how a row is shared out. */
static void
share_row(fs_row *row, ptrdiff_t itemsize, const void *x, ptrdiff_t x_stride, void *y,
          ptrdiff_t y_stride, size_t n)
{
    struct fs_array from, to;
    set_row(&from, (void *)(uintptr_t)x, itemsize, x_stride, n);
    set_row(&to, y, itemsize, y_stride, n);
    fs_walk(row, &from, &to);
}

/* The rows that are shared out, as far as the number of threads is known: it is not looked for here, which takes the
 * interpreter's lock. */
#define DEFINE_SHARED_ROWS(NAME, name)                                                             \
  static void name##_shared_row(const void *x, ptrdiff_t x_stride, void *y, ptrdiff_t y_stride,    \
                                size_t n)                                                          \
  {                                                                                                \
    share_row(core_interface.kernels->functions[FS_##NAME].row_f64, sizeof(double), x, x_stride,   \
              y, y_stride, n);                                                                     \
  }                                                                                                \
                                                                                                   \
  static void name##f_shared_row(const void *x, ptrdiff_t x_stride, void *y, ptrdiff_t y_stride,   \
                                 size_t n)                                                         \
  {                                                                                                \
    share_row(core_interface.kernels->functions[FS_##NAME].row_f32, sizeof(float), x, x_stride, y, \
              y_stride, n);                                                                        \
  }

FS_FUNCTIONS(DEFINE_SHARED_ROWS)

/* A pointer to a function, as a capsule holds it. */
#define POINTER(function) ((void *)(uintptr_t)(function))

PyObject *
pointers_new(const struct fs_kernels *kernels)
{
#define POINTERS(NAME, name)                                                                       \
  {#name, VALUE_TYPE, POINTER(kernels->functions[FS_##NAME].f64)},                                 \
      {#name "f", VALUE_F32_TYPE, POINTER(kernels->functions[FS_##NAME].f32)},                     \
      {#name "_untrapped", VALUE_TYPE, POINTER(kernels->functions[FS_##NAME].f64_untrapped)},      \
      {#name "f_untrapped", VALUE_F32_TYPE,                                                        \
       POINTER(kernels->functions[FS_##NAME].f32_untrapped)},                                      \
      {#name "_row", ROW_TYPE, POINTER(kernels->functions[FS_##NAME].row_f64)},                    \
      {#name "f_row", ROW_TYPE, POINTER(kernels->functions[FS_##NAME].row_f32)},                   \
      {#name "_shared_row", ROW_TYPE, POINTER(name##_shared_row)},                                 \
      {#name "f_shared_row", ROW_TYPE, POINTER(name##f_shared_row)},

    const struct {
        const char *name, *type;
        void *pointer;
    } entries[] = {FS_FUNCTIONS(POINTERS)};

    PyObject *pointers = PyDict_New();
    for (size_t i = 0; pointers != NULL && i < sizeof entries / sizeof *entries; i++) {
        PyObject *capsule = PyCapsule_New(entries[i].pointer, entries[i].type, NULL);
        if (capsule == NULL || PyDict_SetItemString(pointers, entries[i].name, capsule) < 0) {
            Py_CLEAR(pointers);
        }
        Py_XDECREF(capsule);
    }
    return pointers;
}

/* array.c - where the elements of an array lie, and whether they share memory. */
#include "walk.h"

ptrdiff_t
fs_size(const struct fs_array *array)
{
    ptrdiff_t size = 1;
    for (int i = 0; i < array->ndim; i++) {
        size *= array->shape[i];
    }
    return size;
}

bool
fs_same_shape(const struct fs_array *x, const struct fs_array *y)
{
    if (x->ndim != y->ndim) {
        return false;
    }
    for (int i = 0; i < x->ndim; i++) {
        if (x->shape[i] != y->shape[i]) {
            return false;
        }
    }
    return true;
}

bool
fs_repeats(const struct fs_array *array)
{
    for (int i = 0; i < array->ndim; i++) {
        if (array->shape[i] > 1 && array->strides[i] == 0) {
            return true;
        }
    }
    return false;
}

bool
fs_broadcast(struct fs_array *x, const struct fs_array *y)
{
    int added = y->ndim - x->ndim;
    if (added < 0) {
        return false;
    }
    for (int i = 0; i < x->ndim; i++) {
        if (x->shape[i] != 1 && x->shape[i] != y->shape[added + i]) {
            return false;
        }
    }
    for (int i = y->ndim - 1; i >= 0; i--) {
        bool repeated = i < added || x->shape[i - added] != y->shape[i];
        x->strides[i] = repeated ? 0 : x->strides[i - added];
        x->shape[i] = y->shape[i];
    }
    x->ndim = y->ndim;
    return true;
}

bool
fs_is_contiguous(const struct fs_array *array)
{
    ptrdiff_t stride = array->itemsize;
    for (int i = array->ndim - 1; i >= 0; i--) {
        if (array->shape[i] != 1 && array->strides[i] != stride) {
            return fs_size(array) == 0;
        }
        stride *= array->shape[i];
    }
    return true;
}

void
fs_make_contiguous(struct fs_array *array, ptrdiff_t itemsize)
{
    ptrdiff_t stride = itemsize;
    for (int i = array->ndim - 1; i >= 0; i--) {
        array->strides[i] = stride;
        stride *= array->shape[i];
    }
}

/* Overlap */

/* The bytes from *low up to, not including, *high hold all elements. */
static void
bounds(const struct fs_array *array, uintptr_t *low, uintptr_t *high)
{
    *low = (uintptr_t)array->data;
    *high = *low + (uintptr_t)array->itemsize;
    for (int i = 0; i < array->ndim; i++) {
        ptrdiff_t reach = (array->shape[i] - 1) * array->strides[i];
        if (reach < 0) {
            *low -= (uintptr_t)-reach;
        }
        else {
            *high += (uintptr_t)reach;
        }
    }
}

bool
fs_is_distinct(const struct fs_array *array)
{
    bool used[FS_MAX_NDIM] = {false};
    ptrdiff_t reach = array->itemsize;
    for (;;) {
        int next = -1;
        for (int i = 0; i < array->ndim; i++) {
            if (!used[i] && array->shape[i] > 1
                && (next < 0
                    || fs_magnitude(array->strides[i]) < fs_magnitude(array->strides[next]))) {
                next = i;
            }
        }
        if (next < 0) {
            return true;
        }
        if (fs_magnitude(array->strides[next]) < reach) {
            return false;
        }
        used[next] = true;
        reach += (array->shape[next] - 1) * fs_magnitude(array->strides[next]);
    }
}

static bool
is_same_walk(const struct fs_array *x, const struct fs_array *y)
{
    if (x->data != y->data || x->itemsize != y->itemsize || !fs_same_shape(x, y)) {
        return false;
    }
    for (int i = 0; i < x->ndim; i++) {
        if (x->shape[i] > 1 && x->strides[i] != y->strides[i]) {
            return false;
        }
    }
    return fs_is_distinct(y);
}

static ptrdiff_t
common_divisor(ptrdiff_t a, const struct fs_array *array)
{
    for (int i = 0; i < array->ndim; i++) {
        ptrdiff_t b = array->shape[i] > 1 ? fs_magnitude(array->strides[i]) : 0;
        while (b != 0) {
            ptrdiff_t rest = a % b;
            a = b;
            b = rest;
        }
    }
    return a;
}

/* Whether the elements take turns, as two fields of an array of structs or two columns do: then
 * their distances, modulo what divides every stride, leave room for an element on both sides. */
static bool
is_interleaved(const struct fs_array *x, const struct fs_array *y)
{
    ptrdiff_t period = common_divisor(common_divisor(0, x), y);
    if (period == 0) {
        return false;
    }
    ptrdiff_t distance = (ptrdiff_t)((uintptr_t)y->data - (uintptr_t)x->data) % period;
    if (distance < 0) {
        distance += period;
    }
    return distance >= x->itemsize && period - distance >= y->itemsize;
}

bool
fs_conflict(const struct fs_array *x, const struct fs_array *y)
{
    if (fs_size(x) == 0 || fs_size(y) == 0) {
        return false;
    }
    uintptr_t x_low, x_high, y_low, y_high;
    bounds(x, &x_low, &x_high);
    bounds(y, &y_low, &y_high);
    if (x_high <= y_low || y_high <= x_low) {
        return false;
    }
    return !is_same_walk(x, y) && !is_interleaved(x, y);
}

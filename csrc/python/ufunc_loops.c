/* ufunc_loops.c - the loops of the ufuncs: rows as NumPy hands them over, led to the kernels.
 *
 * NumPy's rows are aligned and of native byte order.  The data of each loop is a struct door. */
#include "ufunc.h"

#include <fenv.h>
#include <math.h>

/* Elements that pass through the stack at a time. */
#define BLOCK 1024

/* A call of a loop, to be done in parts. */
struct call {
    PyUFuncGenericFunction loop;
    char *const *args;
    const npy_intp *steps;
    void *door;
};

static void
call_part(const void *data, size_t first, size_t end)
{
    const struct call *call = data;
    const npy_intp n = (npy_intp)(end - first), start = (npy_intp)first;
    char *args[] = {call->args[0] + start * call->steps[0], call->args[1] + start * call->steps[1]};
    call->loop(args, &n, call->steps, call->door);
}

/* Whether no element of x shares memory with one of y, but for its own where they are of one size. */
static bool
are_apart(char *const *args, const npy_intp *steps, npy_intp n, npy_intp x_size, npy_intp y_size)
{
    const char *x = args[0], *y = args[1];
    const npy_intp x_reach = (n - 1) * steps[0], y_reach = (n - 1) * steps[1];
    const char *x_low = x_reach < 0 ? x + x_reach : x, *x_high = x_reach < 0 ? x : x + x_reach;
    const char *y_low = y_reach < 0 ? y + y_reach : y, *y_high = y_reach < 0 ? y : y + y_reach;
    const bool same = x == y && steps[0] == steps[1] && x_size == y_size;
    return same || x_high + x_size <= y_low || y_high + y_size <= x_low;
}

/* Has a loop over many elements done by as many threads as it is worth. */
static FS_NOINLINE void
share(PyUFuncGenericFunction loop, char **args, const npy_intp *dimensions, const npy_intp *steps,
      void *door, npy_intp x_size, npy_intp y_size)
{
    const npy_intp n = dimensions[0];
    if (are_apart(args, steps, n, x_size, y_size) && (steps[1] >= y_size || -steps[1] >= y_size)) {
        const struct call call = {loop, args, steps, door};
        core->share(call_part, &call, args[1], (size_t)y_size, (size_t)n);
    }
    else {
        loop(args, dimensions, steps, door);
    }
}

/* The loop `name`: that of name_alone, shared out where there is much to do. */
#define DEFINE_SHARED(name, x_type, y_type)                                                        \
  static void name(char **args, npy_intp const *dimensions, npy_intp const *steps, void *data)     \
  {                                                                                                \
    if ((size_t)dimensions[0] < FS_SHARE_BYTES / sizeof(y_type)) {                                 \
      name##_alone(args, dimensions, steps, data);                                                 \
    }                                                                                              \
    else {                                                                                         \
      share(name##_alone, args, dimensions, steps, data, sizeof(x_type), sizeof(y_type));          \
    }                                                                                              \
  }

/* Where the output overlaps the input NumPy may still call a loop, as long as the input keeps ahead of
 * the output, whereas a kernel may look at its input again: such rows pass through a copy. */
static void
run_row(fs_row *row, npy_intp itemsize, char **args, const npy_intp *steps, npy_intp n)
{
    const char *x = args[0];
    char *y = args[1];
    const npy_intp x_step = steps[0], y_step = steps[1];
    if (are_apart(args, steps, n, itemsize, itemsize)) {
        row(x, x_step, y, y_step, (size_t)n);
        return;
    }
    double block[BLOCK];
    for (npy_intp done = 0; done < n; done += BLOCK) {
        npy_intp count = n - done < BLOCK ? n - done : BLOCK;
        for (npy_intp i = 0; i < count; i++) {
            memcpy((char *)block + i * itemsize, x, (size_t)itemsize);
            x += x_step;
        }
        row(block, itemsize, y, y_step, (size_t)count);
        y += count * y_step;
    }
}

/* Types that are kept. */
#define DEFINE_LOOP(name, type, row)                                                               \
  static void name##_alone(char **args, npy_intp const *dimensions, npy_intp const *steps,         \
                           void *data)                                                             \
  {                                                                                                \
    run_row(((const struct door *)data)->function->row, sizeof(type), args, steps, dimensions[0]);    \
  }                                                                                                \
  DEFINE_SHARED(name, type, type)

DEFINE_LOOP(loop_float16, npy_half, row_f16)
DEFINE_LOOP(loop_float32, float, row_f32)
DEFINE_LOOP(loop_float64, double, row_f64)
DEFINE_LOOP(loop_of_bfloat16, uint16_t, row_bf16)

void
loop_bfloat16(char **args, npy_intp const *dimensions, npy_intp const *steps, void *data)
{
    loop_of_bfloat16(args, dimensions, steps, data);
}

/* n integers of 64 bits, side by side, as float64: where all are below 2^51 in magnitude, added to the bits of 1.5 * 2^52
 * they are the last ones of its fraction, which compilers make vectors of, as they do not of a conversion.  False where
 * they are not. */
static FS_NOINLINE bool
copy_small(const uint64_t *x, bool is_signed, double *to, npy_intp n)
{
    const uint64_t offset = is_signed ? UINT64_C(1) << 51 : 0;
    const int shift = is_signed ? 52 : 51;
    uint64_t beyond = 0;
    for (npy_intp i = 0; i < n; i++) {
        const uint64_t bits = x[i] + UINT64_C(0x4338000000000000);
        double sum;
        memcpy(&sum, &bits, sizeof sum);
        to[i] = sum - 0x1.8p52;
        beyond |= (x[i] + offset) >> shift;
    }
    return beyond == 0;
}

/* Bools and integers, to the nearest number whatever the caller's environment.  Compilers make vectors of the copy
 * whose step they know. */
#define DEFINE_LOOP_FROM(name, type, real, row_of_real)                                            \
  static FS_NOINLINE void name##_copy(const char *x, npy_intp x_step, real *to, npy_intp n)        \
  {                                                                                                \
    if (x_step == sizeof(uint64_t) && sizeof(type) == sizeof(uint64_t)                             \
        && sizeof(real) == sizeof(double)                                                          \
        && copy_small((const uint64_t *)x, (type)-1 < (type)1, (double *)to, n)) {                 \
      return;                                                                                      \
    }                                                                                              \
    if (x_step == sizeof(type)) {                                                                  \
      for (npy_intp i = 0; i < n; i++) {                                                           \
        to[i] = (real)((const type *)x)[i];                                                        \
      }                                                                                            \
    }                                                                                              \
    else {                                                                                         \
      for (npy_intp i = 0; i < n; i++) {                                                           \
        to[i] = (real) * (const type *)(x + i * x_step);                                           \
      }                                                                                            \
    }                                                                                              \
  }                                                                                                \
                                                                                                   \
  static void name##_alone(char **args, npy_intp const *dimensions, npy_intp const *steps,         \
                           void *data)                                                             \
  {                                                                                                \
    fs_row *const row = ((const struct door *)data)->function->row_of_real;                        \
    const char *x = args[0];                                                                       \
    char *y = args[1];                                                                             \
    real block[BLOCK];                                                                             \
    const fs_env before = fs_env_enter();                                                          \
    for (npy_intp n = dimensions[0]; n > 0; n -= BLOCK) {                                          \
      const npy_intp count = n < BLOCK ? n : BLOCK;                                                \
      name##_copy(x, steps[0], block, count);                                                      \
      row(block, sizeof(real), y, steps[1], (size_t)count);                                        \
      x += count * steps[0];                                                                       \
      y += count * steps[1];                                                                       \
    }                                                                                              \
    fs_env_leave(before);                                                                          \
  }                                                                                                \
  DEFINE_SHARED(name, type, real)

#define DEFINE_LOOP_TO_FLOAT64(type) DEFINE_LOOP_FROM(float64_from_##type, type, double, row_f64)
#define DEFINE_LOOP_TO_FLOAT32(type) DEFINE_LOOP_FROM(float32_from_##type, type, float, row_f32)

DEFINE_LOOP_TO_FLOAT64(npy_bool)
DEFINE_LOOP_TO_FLOAT64(npy_byte)
DEFINE_LOOP_TO_FLOAT64(npy_ubyte)
DEFINE_LOOP_TO_FLOAT64(npy_short)
DEFINE_LOOP_TO_FLOAT64(npy_ushort)
DEFINE_LOOP_TO_FLOAT64(npy_int)
DEFINE_LOOP_TO_FLOAT64(npy_uint)
DEFINE_LOOP_TO_FLOAT64(npy_long)
DEFINE_LOOP_TO_FLOAT64(npy_ulong)
DEFINE_LOOP_TO_FLOAT64(npy_longlong)
DEFINE_LOOP_TO_FLOAT64(npy_ulonglong)
DEFINE_LOOP_TO_FLOAT32(npy_bool)
DEFINE_LOOP_TO_FLOAT32(npy_byte)
DEFINE_LOOP_TO_FLOAT32(npy_ubyte)
DEFINE_LOOP_TO_FLOAT32(npy_short)
DEFINE_LOOP_TO_FLOAT32(npy_ushort)

#if NPY_SIZEOF_LONGDOUBLE == NPY_SIZEOF_DOUBLE
#  define loop_longdouble loop_float64
#else
/* Whether only inexact can be raised, by few elements of which the function says so, and nobody has it trapped.
 * Saving the environment takes three times as long as one expl. */
static bool
is_harmless(const struct longdouble_function *function, const char *x, npy_intp x_step, npy_intp n)
{
#  ifdef __GLIBC__
    bool harmless = n <= 4 && fegetexcept() == 0;
    for (npy_intp i = 0; harmless && i < n; i++) {
        /* No NaN is, and it raises nothing here. */
        const npy_longdouble value = *(const npy_longdouble *)(x + i * x_step);
        harmless = isgreater(value, function->low) && isless(value, function->high);
    }
    return harmless;
#  else
    (void)function, (void)x, (void)x_step, (void)n;
    return false;
#  endif
}

static void
loop_longdouble_alone(char **args, npy_intp const *dimensions, npy_intp const *steps, void *data)
{
    const struct longdouble_function *function = ((const struct door *)data)->longdouble;
    fenv_t environment;
    const bool harmless = is_harmless(function, args[0], steps[0], dimensions[0]);
    if (!harmless) {
        feholdexcept(&environment);
    }
    for (npy_intp i = 0; i < dimensions[0]; i++) {
        const npy_longdouble x = *(const npy_longdouble *)(args[0] + i * steps[0]);
        *(npy_longdouble *)(args[1] + i * steps[1]) = function->value(x);
    }
    if (!harmless) {
        /* Of underflow in a far tail, or of a pole, which are no errors here, it leaves no trace. */
        fesetenv(&environment);
    }
}

/* The C library rounds as the calling thread has it, and to as many bits as that has the x87 keep: helpers are to do the
 * same. */
struct longdouble_call {
    void *door;
    fenv_t environment; /* the caller's, without its traps and flags */
};

static void
loop_longdouble_part(char **args, npy_intp const *dimensions, npy_intp const *steps, void *data)
{
    const struct longdouble_call *call = data;
    fenv_t own;
    fegetenv(&own);
    fesetenv(&call->environment);
    loop_longdouble_alone(args, dimensions, steps, call->door);
    fesetenv(&own);
}

static void
loop_longdouble(char **args, npy_intp const *dimensions, npy_intp const *steps, void *data)
{
    if ((size_t)dimensions[0] < FS_SHARE_BYTES / sizeof(npy_longdouble)) {
        loop_longdouble_alone(args, dimensions, steps, data);
        return;
    }
    struct longdouble_call call = {.door = data};
    fenv_t before;
    feholdexcept(&before);
    fegetenv(&call.environment);
    share(loop_longdouble_part, args, dimensions, steps, &call, sizeof(npy_longdouble),
          sizeof(npy_longdouble));
    fesetenv(&before);
}
#endif

/* NumPy takes the first loop that fits exactly, or else the first to which it may cast; other
 * libraries only ever do the latter.  Hence float32 first, and the integers last. */
const struct rule keeping_rules[KEEPING_COUNT] = {
    {NPY_FLOAT, NPY_FLOAT, loop_float32},
    {NPY_DOUBLE, NPY_DOUBLE, loop_float64},
    {NPY_LONGDOUBLE, NPY_LONGDOUBLE, loop_longdouble},
    {NPY_HALF, NPY_HALF, loop_float16},
    {NPY_BOOL, NPY_DOUBLE, float64_from_npy_bool},
    {NPY_BYTE, NPY_DOUBLE, float64_from_npy_byte},
    {NPY_UBYTE, NPY_DOUBLE, float64_from_npy_ubyte},
    {NPY_SHORT, NPY_DOUBLE, float64_from_npy_short},
    {NPY_USHORT, NPY_DOUBLE, float64_from_npy_ushort},
    {NPY_INT, NPY_DOUBLE, float64_from_npy_int},
    {NPY_UINT, NPY_DOUBLE, float64_from_npy_uint},
    {NPY_LONG, NPY_DOUBLE, float64_from_npy_long},
    {NPY_ULONG, NPY_DOUBLE, float64_from_npy_ulong},
    {NPY_LONGLONG, NPY_DOUBLE, float64_from_npy_longlong},
    {NPY_ULONGLONG, NPY_DOUBLE, float64_from_npy_ulonglong},
};

const struct rule narrowing_rules[NARROWING_COUNT] = {
    {NPY_BOOL, NPY_FLOAT, float32_from_npy_bool},
    {NPY_BYTE, NPY_FLOAT, float32_from_npy_byte},
    {NPY_UBYTE, NPY_FLOAT, float32_from_npy_ubyte},
    {NPY_SHORT, NPY_FLOAT, float32_from_npy_short},
    {NPY_USHORT, NPY_FLOAT, float32_from_npy_ushort},
};

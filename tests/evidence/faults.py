"""Plants faults in the code, one at a time, and says what notices: python -m tests.evidence.faults [NAME...]

Each fault replaces a text that occurs once, in a copy of the project; it fails loudly where that is gone.  What is
changed is compiled, and then the test suite runs until its first failure: the file expected to fail, then all, on the
instruction set named.  Without the fault, what failed must pass.  What no test on any number can notice (a constant
that is off by its last bit, a bound that is no longer proved) is for csrc/proof/check, which needs Gappa and Sollya.  A
fault that nothing notices is a hole: exit status 1.  The Python modules have faults, too.  By hand, from an environment
with the tests' requirements; over an hour."""

import argparse
import functools
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np

import fastsigmoid

from .builds import avx512_by_avx2

ROOT = Path(__file__).parents[2]
FLAGS = [
    "-std=c11",
    "-O2",
    "-ffp-contract=off",
    "-fvisibility=hidden",
    "-fPIC",
    "-w",
    "-DPy_LIMITED_API=0x030B0000",
    f'-DFASTSIGMOID_VERSION="{fastsigmoid.__version__}"',
]
ISAS = fastsigmoid.cpu_info()["available"]
AVX512_BY_AVX2 = "avx2" in ISAS and "avx512" not in ISAS
INCLUDES = ["-Icsrc/math", f"-I{sysconfig.get_path('include')}", f"-I{np.get_include()}"]


class Fault(NamedTuple):
    name: str
    file: str  # in csrc, or the name of a module
    text: str
    planted: str
    tests: str = ""  # the file expected to notice; "proof" for csrc/proof/check
    isa: str = ""  # the best one


EXP, F64, F32 = "math/exp_f64.inc", "math/sigmoid_f64.inc", "math/sigmoid_f32.inc"
LOG_SIGMOID, SOFTPLUS = "math/log_sigmoid_f64.inc", "math/softplus_f64.inc"
LOGIT, LOG = "math/logit_f64.inc", "math/log_f64.inc"
LANES, EXACT = "math/lanes.inc", "math/sigmoid_exact.c"
EXP_EXACT, ROUND = "math/exp_exact.c", "math/round.c"
LOG_EXACT, LOGIT_EXACT, LOG_SIGMOID_EXACT = (
    "math/log_exact.c",
    "math/logit_exact.c",
    "math/log_sigmoid_exact.c",
)
LOGIT_F32, LOG_SIGMOID_F32 = "math/logit_f32.inc", "math/log_sigmoid_f32.inc"
FAULTS = [
    # constants
    Fault("c0's last bit", EXP, ".c = {0x1.ffffffffffdb1p-2", ".c = {0x1.ffffffffffdb2p-2", "proof"),
    Fault("c3's last bit", EXP, "0x1.11111686f05f4p-7", "0x1.11111686f05f5p-7", "proof"),
    Fault("coarse c5's last bit", EXP, "0x1.a01badb3e2226p-13", "0x1.a01badb3e2227p-13", "proof"),
    Fault("ln2_lo's last bit", EXP, "0x1.cf79abc9e3b3ap-47", "0x1.cf79abc9e3b3bp-47", "proof"),
    Fault("a delta's last bit", "math/table_f64.c", "-0x1.c50eced68a5a2p-17", "-0x1.c50eced68a5a3p-17", "proof"),
    Fault("a delta's sign", "math/table_f64.c", "0x1.0e54d2bae6faap-17", "-0x1.0e54d2bae6faap-17", "accuracy", "avx2"),
    Fault("a T's last bit", "math/table_f64.c", "0x3fef464000000000), -0x1.fb95fa89e19d8p-19", "0x3fef468000000000), -0x1.fb95fa89e19d8p-19", "accuracy", "avx2"),
    Fault("a power's last bit", EXP_EXACT, "7b9d0c7aed980fc3", "7b9d0c7aed980fc2", "proof"),
    Fault("a power's 64th bit", EXP_EXACT, "eac0c6e7dd24392e", "eac0c6e7dd24392f", "worst"),
    Fault("a term's last bit", EXP_EXACT, "bc74aad8e671f558", "bc74aad8e671f559", "proof"),
    # bounds
    Fault("fine ERR lowered", F64, "FUSED ? 0x1.24p-65", "FUSED ? 0x1.20p-65", "proof"),
    Fault("unfused ERR lowered", F64, ": 0x1.44p-65", ": 0x1.40p-65", "proof"),
    Fault("coarse ERR lowered", F64, ".err = 0x1.08p-62", ".err = 0x1.00p-62", "proof"),
    Fault("coarse ERR halved", F64, ".err = 0x1.08p-62", ".err = 0x1.08p-63", "proof"),
    Fault("coarse ERR / 16", F64, ".err = 0x1.08p-62", ".err = 0x1.08p-66", "accuracy", "avx512"),
    Fault("finer ERR lowered", F64, "FUSED ? 0x1.68p-67", "FUSED ? 0x1.60p-67", "proof"),
    Fault("tiny ERR lowered", F64, "SIGMOID_F64_TINY_ERR 0x1.ap-37", "SIGMOID_F64_TINY_ERR 0x1.ap-38", "proof"),
    Fault("subnormal ERR lowered", EXP, "EXP_F64_SUBNORMAL_ERR 0x1.14p-62", "EXP_F64_SUBNORMAL_ERR 0x1.10p-62", "proof"),
    Fault("128-bit ERR lowered", EXACT, "#define ERR 16", "#define ERR 15", "proof"),
    Fault("window lowered", "math/sigmoid_f32_rational.inc", "F32_WINDOW UINT64_C(112)", "F32_WINDOW UINT64_C(111)", "proof"),
    Fault("window ignored", LANES, "vu_sub(distance, vu_set(2 * window + 1))", "distance", "accuracy", "portable"),
    Fault("a sum without its low part", F64, "vd_add(E->f, E->low)", "E->f", "accuracy", "avx512"),
    # thresholds
    Fault("narrow to 24", F64, "#define SIGMOID_F64_NARROW 0x1.4p+4", "#define SIGMOID_F64_NARROW 0x1.8p+4", "accuracy", "portable"),
    Fault("1 from 36 on", F64, "#define SIGMOID_F64_HIGH 0x1.4p+5", "#define SIGMOID_F64_HIGH 0x1.2p+5", "accuracy"),
    Fault("0 from -744 on", F64, "#define SIGMOID_F64_ZERO -0x1.74ap+9", "#define SIGMOID_F64_ZERO -0x1.74p+9", "accuracy"),
    Fault("normal down to -712", F64, "F64_LOW -0x1.62p+9", "F64_LOW -0x1.64p+9", "accuracy"),
    Fault("subnormal from -700 on", EXP, "#define EXP_F64_SUBNORMAL 0x1.6234p+9", "#define EXP_F64_SUBNORMAL 0x1.5ep+9", "accuracy"),
    Fault("ties to 2^-7", F64, "#define SIGMOID_F64_TINY 0x1p-17", "#define SIGMOID_F64_TINY 0x1p-7", "worst"),
    Fault("third term to 2^-16", EXACT, "a.exponent < -36 - 52", "a.exponent < -16 - 52", "phases"),
    Fault("1/2 one binade too far", EXACT, "biased < 1023 - format->precision", "biased <= 1023 - format->precision", "accuracy"),
    Fault("last place one too high", ROUND, "format->emin - format->precision + 1;", "format->emin - format->precision + 2;", "accuracy"),
    # log_sigmoid and softplus
    Fault("log_sigmoid's c3's last bit", LOG_SIGMOID, "0x1.999a029fee475p-3", "0x1.999a029fee476p-3", "proof"),
    Fault("a logarithm's last bit", "math/table_log_sigmoid.c", "-0x1.5fd37c2f0322p-1", "-0x1.5fd37c2f0321p-1", "proof"),
    Fault("log_sigmoid's ERR_R lowered", LOG_SIGMOID, "FUSED ? 0x1.b2p-51", "FUSED ? 0x1.a2p-51", "proof"),
    Fault("log_sigmoid's ERR_W lowered", LOG_SIGMOID, ": 0x1.58p-65", ": 0x1.50p-65", "proof"),
    Fault("log_sigmoid's ERR_W / 64", LOG_SIGMOID, "FUSED ? 0x1.22p-65", "FUSED ? 0x1.22p-71", "accuracy", "avx2"),
    Fault("log_sigmoid's wide ERR lowered", LOG_SIGMOID, ".err_wide = 0x1.8ap-65", ".err_wide = 0x1.80p-65", "proof"),
    Fault("log_sigmoid narrow to 40", LOG_SIGMOID, "#define LOG_SIGMOID_F64_NARROW 0x1p+4", "#define LOG_SIGMOID_F64_NARROW 0x1.4p+5", "accuracy"),
    Fault("log_sigmoid wide from 4 on", LOG_SIGMOID, "#define LOG_SIGMOID_F64_WIDE 0x1.6p+3", "#define LOG_SIGMOID_F64_WIDE 0x1p+2", "accuracy"),
    Fault("log_sigmoid is x from -24 on", LOG_SIGMOID, "#define LOG_SIGMOID_F64_LOW -0x1.1p+5", "#define LOG_SIGMOID_F64_LOW -0x1.8p+4", "accuracy"),
    Fault("log_sigmoid is 0 from 744 on", LOG_SIGMOID, "#define LOG_SIGMOID_F64_ZERO 0x1.74ap+9", "#define LOG_SIGMOID_F64_ZERO 0x1.74p+9", "accuracy"),
    Fault("log_sigmoid is +0.0", LOG_SIGMOID, "vd_set(-0.0), x)", "vd_set(0.0), x)", "accuracy"),
    Fault("log_sigmoid's y with 41 bits", LOG_SIGMOID, "(FUSED ? 33 : 29)", "(FUSED ? 41 : 37)", "accuracy", "avx2"),
    Fault("softplus turns NaN's sign", SOFTPLUS, "y, vd_quiet(x))", "y, vd_negative(vd_quiet(x)))", "accuracy"),
    # logit
    Fault("logit's c1's last bit", LOG, "0x1.5555555555553p-2", "0x1.5555555555554p-2", "proof"),
    Fault("logit's ln2_lo's last bit", LOG, "0x1.ef35793c7673p-45", "0x1.ef35793c76731p-45", "proof"),
    Fault("logit's logarithm's last bit", "math/table_log_f64.c", "-0x1.98770e7341672p-44", "-0x1.98770e7341673p-44", "proof"),
    Fault("a logarithm's sign", "math/table_log_f64.c", "-0x1.98770e7341672p-44", "0x1.98770e7341672p-44", "accuracy", "avx2"),
    Fault("logit's GROWTH lowered", LOGIT, "FUSED ? 0x1.e8p-52", "FUSED ? 0x1.d8p-52", "proof"),
    Fault("logit's GROWTH / 16", LOGIT, "FUSED ? 0x1.e8p-52", "FUSED ? 0x1.e8p-56", "accuracy", "avx2"),
    Fault("logit's STAY lowered", LOGIT, ": 0x1.0ap-73", ": 0x1.00p-73", "proof"),
    Fault("logit's STAY / 2^20", LOGIT, "FUSED ? 0x1.0ap-77", "FUSED ? 0x1.0ap-97", "accuracy", "avx2"),
    Fault("logit near 1/2: ERR lowered", LOGIT, "TINY_ERR 0x1.58p-51", "TINY_ERR 0x1.50p-51", "proof"),
    Fault("logit near 1/2 to 2^-4", LOGIT, "#define LOGIT_F64_TINY 0x1p-8", "#define LOGIT_F64_TINY 0x1p-4", "accuracy"),
    Fault("logit narrow from 2^-40 on", LOGIT, "#define LOGIT_F64_NARROW 0x1p-25", "#define LOGIT_F64_NARROW 0x1p-40", "accuracy", "avx2"),
    Fault("logit's y with 34 bits", LOGIT, "(FUSED ? 28 : 24)", "(FUSED ? 28 : 34)", "accuracy", "portable"),
    Fault("what 1-p has lost, lost", LOGIT, "vd_nmadd(y, ql, vd_nmadd(y, q, p))", "vd_nmadd(y, q, p)", "accuracy", "avx2"),
    Fault("subnormal p by the wrong power", LOGIT, "vd_select(vu_below(bits, vu_set(UINT64_C(1) << 52)), subnormal, normal)", "normal", "accuracy"),
    Fault("logit(1) is NaN", LOGIT, "vd_nan(), vd_set(INFINITY)", "vd_nan(), vd_nan()", "accuracy"),
    Fault("logit drops NaN", LOGIT, "vd_select(vd_within(p, vd_set(INFINITY)), y, vd_quiet(p))", "y", "accuracy"),
    # masks and bits
    Fault("y cut to 21 bits", LANES, "(UINT64_C(1) << (53 - bits)) - 1", "(UINT64_C(1) << (56 - bits)) - 1", "accuracy", "portable"),
    Fault("rounded to even, not odd", LANES, "vu_or(vu_sub(vd_bits(h), beyond), vu_set(1))", "vu_sub(vd_bits(h), beyond)", "accuracy"),
    Fault("NaN not quieted", LANES, "vu_set(UINT64_C(1) << 51)", "vu_set(UINT64_C(1) << 50)", "accuracy"),
    Fault("NaN dropped", F64, "vd_select(vd_within(x, vd_set(INFINITY)), y, vd_quiet(x))", "vd_select(vd_within(x, vd_set(INFINITY)), y, y)", "accuracy"),
    Fault("half NaN not quieted", "math/half.c", "(uint16_t)(bits | quiet)", "(uint16_t)(bits | 0 * quiet)", "accuracy"),
    Fault("32 bits swapped by 31", "math/copy.h", "<< 32 | fs_swap32((uint32_t)(a >> 32))", "<< 32 | fs_swap32((uint32_t)(a >> 31))", "bits"),
    # rows, strides, queues
    Fault("a wrong stride", "math/half.c", "y += 8 * y_stride", "y += 7 * y_stride", "bits"),
    Fault("queue counts from the block", "math/groups.inc", "queue->at[queue->length++] = queue->first + i;", "queue->at[queue->length++] = i;", "bits"),
    Fault("queue counts the first from the block", "math/groups.inc", "queue->at[queue->length] = queue->first + i;", "queue->at[queue->length] = i;", "bits", "avx2"),
    Fault("marks of no vector", "math/stages_f32.inc", "ROW_IS_BYTE && vectors != ROW_GROUP", "ROW_IS_BYTE && 0", "accuracy", "avx2"),
    Fault("queue counts from the block, portable", "math/stages_f32_wide.inc", "queue->at[queue->length++] = at + i + lane;", "queue->at[queue->length++] = i + lane;", "bits", "portable"),
    Fault("open elements forgotten", "math/row.inc", "ROW(rest)(&queue, base);\n        }\n        if (!to_y) {", "}\n        if (!to_y) {", "accuracy"),
    Fault("an axis not rewound", "math/walk.c", "y.data -= index[i] * axes[i].y_stride;", "", "bits"),
    Fault("turns taken too narrowly", "math/array.c", "distance >= x->itemsize && period", "distance > 0 && period", "bits"),
    Fault("every overlap is apart", "python/ufunc_short.c", "distance != 0 && distance <", "false && distance <", "bits"),
    Fault("byte order not asked for", "python/ufunc_short.c", "PyArray_ISALIGNED(x) && PyArray_ISNOTSWAPPED(x)", "PyArray_ISALIGNED(x)", "bits"),
    # threads
    Fault("parts that start late", "math/pool.c", "end_of(&job->parts, i - 1), end_of", "end_of(&job->parts, i - 1) + 1, end_of", "pool"),
    Fault("a part starts in the first row", "math/walk.c", "ptrdiff_t outer = start / inner->n;", "ptrdiff_t outer = 0;", "pool"),
    Fault("shared elements by many threads", "math/walk.c", "if (fs_is_distinct(y)) {", "if (1) {", "pool"),
    Fault("overlapping rows by many threads", "python/ufunc_loops.c", "if (are_apart(args, steps, n, x_size, y_size) &&", "if (1 &&", "pool"),
    Fault("helpers are not waited for", "math/pool.c", "while (fs_load(&pool.inside) > 0) {", "while (0) {", "pool"),
    Fault("two callers have the pool", "math/pool.c", "threads > 1 && fs_replace(&taken, 0, 1)", "threads > 1", "pool"),
    Fault("helpers live on at a fork", "math/pool.c", "if (!fs_replace(&taken, 0, 1)) {", "if (1) {", "pool"),
    Fault("a child has the parent's pool", "math/pool.c", "(before_fork, after_fork, in_child)", "(before_fork, after_fork, NULL)", "pool"),
    Fault("no helper is woken", "math/pool.c", "    wake_two_of(helpers);", "", "pool"),
    Fault("helpers have signals", "math/thread.h", "sigfillset(&blocked);", "sigemptyset(&blocked);", "pool"),
    Fault("a refused thread is tried for at once", "math/pool.c", "pool.jobs_without = pool.count < count ? JOBS_WITHOUT : 0;", "", "pool"),
    Fault("a child keeps what its parent found", "math/share.c", "fs_store(&found, UNKNOWN);", "", "pool"),
    Fault("the quota of one group alone", "math/cpus.c", "if (slash == NULL) {", "if (1) {", "pool"),
    Fault("a container's path is the host's", "math/cpus.c", "? path + hidden :", "? path :", "pool"),
    Fault("a bool is a number of threads", "python/core_threads.c", "PyBool_Check(threads) ? NULL :", "", "pool"),
    Fault("OMP_NUM_THREADS comes first", "python/core_threads.c", "{OWN_VARIABLE, COMMON_VARIABLE}", "{COMMON_VARIABLE, OWN_VARIABLE}", "pool"),
    Fault("one of many is not known while it imports", "python/core_threads.c", 'PyObject_HasAttrString(current, "_inheriting")', "0", "pool"),
    Fault("what comes after a bad variable is not read", "python/core_threads.c", "(threads = read_number(value, i != 0)) == 0) {", "(threads = read_number(value, i != 0)) == 0) {\n            i = COUNT - 1;", "pool"),
    Fault("helpers round long doubles as they like", "python/ufunc_loops.c", "    fesetenv(&call->environment);\n", "", "pool"),
    Fault("a group whose name begins alike", "math/cpus.c", "(path[hidden] == '/' || path[hidden] == '\\0')", "true", "pool"),
    Fault("a controller whose name begins alike", "math/cpus.c", "&& (list[length] == ',' || list[length] == '\\0')", "", "pool"),
    Fault("helpers take the default stack", "math/thread.h", "pthread_attr_setstacksize(&attributes, FS_STACK_SIZE) == 0", "true", "pool"),
    Fault("strides overflow together", "python/core_buffer.c", "(PTRDIFF_MAX - reach) / length", "PTRDIFF_MAX / length", "buffers"),
    Fault("integers are written as floats", "python/ufunc_short.c", "rule->from != rule->to || ", "", "out"),
    Fault("more threads than there is work for", "math/share.c", "(threads = (size_t)fs_threads()) > worth)", "(threads = (size_t)fs_threads()) > worth + 5)", "pool"),
    # the environment
    Fault("modes repaired when right", "math/fpenv.h", "!= FS_MXCSR_DEFAULT)", "== FS_MXCSR_DEFAULT)", "bits"),
    Fault("flags left as they come", "math/fpenv.h", "_mm_setcsr(before | (after & FS_MXCSR_INEXACT));", "_mm_setcsr(after);", "bits"),
    Fault("one rounding mode missed", "math/fpenv.h", "define FS_MXCSR_FIT 0x7000u", "define FS_MXCSR_FIT 0x5000u", "bits"),
    Fault("traps not asked for", "math/fpenv.h", "define FS_MXCSR_FIT 0x7000u", "define FS_MXCSR_FIT 0x6000u", "bits"),
    Fault("products that underflow", "math/sigmoid_value.inc", "#define SIGMOID_F64_SMALL 0x1p-100", "#define SIGMOID_F64_SMALL 0x1p-1060", "bits"),
    # references, memory, arguments
    Fault("a missing release", "python/core_buffer.c", "PyBuffer_Release(&operand->view);\n    PyMem_Free", "PyMem_Free", "leaks"),
    Fault("memory not freed", "python/core_buffer.c", "PyMem_Free(operand->memory);", "", "leaks"),
    Fault("a missing decref", "python/core_function.c", "Py_XDECREF(slow_lane);", "", "leaks"),
    Fault("a name that is not freed", "python/core_function.c", "Py_XDECREF(name);", "", "leaks"),
    Fault("a new name of the function", "python/core_function.c", "PyUnicode_InternFromString(function)", "PyUnicode_FromString(function)", "leaks"),
    Fault("a new name of the slow lane", "python/core_numpy.c", "PyUnicode_InternFromString(name)", "PyUnicode_FromString(name)", "leaks"),
    Fault("a new name of array's", "python/core_buffer.c", 'attribute(module, "array")', 'PyObject_GetAttrString(module, "array")', "leaks"),
    Fault("copy not freed", "python/core_function.c", "PyMem_Free(copy);\n    if (!fits)", "if (!fits)", "leaks"),
    Fault("out of any tuple", "python/core_function.c", "PyTuple_Size(out) == 1", "PyTuple_Size(out) >= 1", "out"),
    Fault("large ints give 1/2", "python/core_number.c", "overflow * (double)INFINITY", "overflow * 0.0", "accuracy"),
    Fault("'>' is native", "python/core_buffer.c", "*swapped = little;", "*swapped = false;", "bits"),
    Fault("expit has float16", "python/ufunc.h", "SCIPY_COUNT = 3", "SCIPY_COUNT = 4", "special"),
    Fault("lists of any lengths", "python/core_number.c", "|| length_of(x) != array->shape[axis]", "", "inputs"),
    Fault("repeated elements anywhere", "python/ufunc_short.c", "!is_row && repeats(x)", "false", "inputs"),
    Fault("another version is let in", "python/shared.h", "memcmp(own, offered, sizeof *own) == 0", "own != NULL && offered != NULL", "versions"),
    Fault("integers in the caller's environment", "python/shared.h", "const fs_env before = fs_env_enter();\n    const double nearest", "const fs_env before = 0;\n    const double nearest", "inputs"),
    Fault("a pickle by any module", "_pickling.py", "ufunc.__module__ = module", "pass", "pickles"),
    # float32
    Fault("float32 ERR / 8", F32, ".err = 0x1.28p-32f", ".err = 0x1.28p-35f", "accuracy", "avx2"),
    Fault("float32 refined ERR lowered", F32, ".err = 0x1.28p-32f", ".err = 0x1.26p-32f", "proof"),
    Fault("float32 wide to the subnormals", F32, "#define SIGMOID_F32_WIDE -0x1.5d4p+6", "#define SIGMOID_F32_WIDE -0x1.5d58ap+6", "dispatch", "avx2"),
    Fault("float32 narrow too far", F32, "#define SIGMOID_F32_NARROW -0x1.09p+4", "#define SIGMOID_F32_NARROW -0x1.19p+4", "accuracy", "avx2"),
    # logit, log_sigmoid and softplus of float32, in float64 lanes
    Fault("logit's window lowered", LOGIT_F32, "F32_WINDOW UINT64_C(1840)", "F32_WINDOW UINT64_C(1820)", "proof"),
    Fault("logit's c4's last bit", LOGIT_F32, "0x1.9c184f9f9c8f5p-3", "0x1.9c184f9f9c8f6p-3", "proof"),
    Fault("logit's k from halves", LOGIT_F32, "half = vu_set(UINT64_C(1) << 51)", "half = vu_set(0)", "accuracy", "avx2"),
    Fault("logit(0) is computed", LOGIT, "vd_not(vd_and(vd_above(p, vd_set(0.0)), ", "vd_not(vd_and(vd_at_most(vd_set(0.0), p), ", "accuracy", "avx2"),
    Fault("one logit of a subnormal p", LOGIT_F32, "bits - float_bits(FLT_MIN) < float_bits(1.0f) - float_bits(FLT_MIN)", "bits < float_bits(1.0f)", "bits"),
    Fault("log_sigmoid's window lowered", LOG_SIGMOID_F32, "F32_WINDOW UINT64_C(784)", "F32_WINDOW UINT64_C(768)", "proof"),
    Fault("log_sigmoid's c6's last bit", LOG_SIGMOID_F32, "0x1.99ef848688bdcp-3", "0x1.99ef848688bddp-3", "proof"),
    Fault("log_sigmoid 0 from 103 on", LOG_SIGMOID_F32, "F32_ZERO 0x1.ap+6", "F32_ZERO 0x1.9cp+6", "accuracy", "avx2"),
    Fault("softplus(-inf) is -0.0", SOFTPLUS, "vd_negative(log_sigmoid_f64_saturated(vd_negative(x)))", "log_sigmoid_f64_saturated(vd_negative(x))", "accuracy", "avx2"),
    Fault("softplus without x", "math/softplus_f32.inc", "vd_add(vd_max(x, vd_set(0.0)), ", "vd_add(vd_set(0.0), ", "accuracy", "avx2"),
    Fault("subnormal results without a sign", LANES, "| (uint32_t)(sign >> 63) << 31", "| 0 * (uint32_t)sign", "accuracy", "avx2"),
    Fault("subnormal results cut off", LANES, "round = 0x1.8p-97", "round = 0x1.8p-96", "accuracy", "avx2"),
    Fault("open lanes of a group forgotten", "math/stages_f32_wide.inc", "return !vd_any(vu_is_negative(open));", "return 1;", "accuracy", "avx2"),
    Fault("a group is always inside", "math/stages_f32_wide.inc", "if (!vd_all(inside)) {", "if (0) {", "accuracy", "avx2"),
    Fault("a size that overflows", "python/core_buffer.c", "bytes > PTRDIFF_MAX / length", "false", "buffers"),
    Fault("float32 ties by 1/2 + x/4", F32, "vf_set(0x1.fffffep-3f)", "vf_set(0x1p-2f)", "accuracy", "avx2"),
    # one phase decides nothing
    Fault("the first phase gives up", "math/phases.inc", "format == &fs_binary64 && function", "0 && function", "phases"),
    Fault("the first phase of float32 gives up", "math/phases.inc", "format == &fs_binary32 && function", "0 && function", "phases"),
    Fault("the second phase gives up", "math/phases.inc", "format == &fs_binary64 && !phases", "0 && !phases", "phases"),
    # the last word on logit, log_sigmoid and softplus
    Fault("128-bit logarithm's ERR lowered", "math/log_exact.h", "FS_LOG128_ERR 22", "FS_LOG128_ERR 21", "proof"),
    Fault("the exact logarithm's last bit", LOG_EXACT, "731f55c41b8b823f", "731f55c41b8b823e", "proof"),
    Fault("a logarithm's 64th bit", LOG_EXACT, "723fdf1e6a6886b0", "723fdf1e6a6886b1", "phases"),
    Fault("1/13's last bit", LOG_EXACT, "3b13b13b13b13b13", "3b13b13b13b13b12", "proof"),
    Fault("two steps of the table", LOG_EXACT, "LOG[j], e", "LOG[j & 14], e", "phases"),
    Fault("k ln2 forgotten", LOG_EXACT, "add(add(whole, shift_right(LOG[j], e)), ", "add(shift_right(LOG[j], e), ", "phases"),
    Fault("a is 1", LOGIT_EXACT, "part.s > 75", "part.s > 1075", "phases"),
    Fault("logit's sign", LOGIT_EXACT, "result = negative ? -result : result;", "", "phases"),
    Fault("1 is no probability", LOGIT_EXACT, "bits > one", "bits >= one", "phases"),
    Fault("logit(1/2) is -0.0", LOGIT_EXACT, "bits == half ? 0.0", "bits == half ? -0.0", "phases"),
    Fault("subnormal p twice as large", LOGIT_EXACT, "v->s = 1022 - (biased > 0 ? biased : 1);", "v->s = 1022 - (biased > 0 ? biased : 2);", "phases"),
    Fault("b halved, k as it was", LOGIT_EXACT, "-54, n);\n        k--;", "-54, n);", "phases"),
    Fault("log_sigmoid is 0 from 597 on", LOG_SIGMOID_EXACT, "limit = format->precision - format->emin", "limit = 650 - format->precision", "phases"),
    Fault("-x is forgotten", LOG_SIGMOID_EXACT, "limbs_add(log, r, n);\n    }", "}", "phases"),
    Fault("softplus of x, not of -x", LOG_SIGMOID_EXACT, "fs_log_sigmoid_exact128(-x, format, result)", "fs_log_sigmoid_exact128(x, format, result)", "phases"),
    Fault("-0.0 is 0.0", LOG_SIGMOID_EXACT, "*result = 0.0;\n        return 1;", "*result = -0.0;\n        return 1;", "phases"),
    Fault("the first term alone", LOG_EXACT, "for (limb i = 3;; i += 2)", "for (limb i = 5;; i += 2)", "phases"),
    Fault("a carry lost", "math/limbs.h", "carry += (uint64_t)a[i] * factor;", "carry = (uint64_t)a[i] * factor;", "phases"),
    Fault("results below 2", ROUND, "size_t top = 32 * n + 31;", "size_t top = 32 * n;", "phases"),
    Fault("no infinity", ROUND, "> 2 - format->emin", "> 3 - format->emin", "phases"),
    # coercion
    Fault("a mapping is a sequence", "_coerce.py", "(str, bytes, Mapping)", "(str, bytes)", "inputs"),
    Fault("the caller's out is not returned", "_coerce.py", "return out if result is target else result", "return result", "out"),
    Fault("text takes cut digits", "_coerce.py", 'target.dtype.kind in "SUT"', "False", "out"),
    Fault("complex is a real number", "_coerce.py", 'if dtype.kind in "biuf":', 'if dtype.kind in "biufc":', "errors"),
    Fault("a huge Rational is 0", "_coerce.py", 'return float("inf") if x > 0', 'return 0.0 if x > 0', "coercion"),
    # the command line
    Fault("-1e3 is an option", "__main__.py", '" " + a if is_number(a) else a', "a", "cli"),
    Fault("the wrong line is named", "__main__.py", 'Failure(f"line {number}:', 'Failure(f"line {line}:', "cli"),
    Fault("a bad argument is not named", "__main__.py", 'ArgumentTypeError(f"not a number: {token!r}")', 'ArgumentTypeError("not a number")', "cli"),
    Fault("a terminal is waited for", "__main__.py", "sys.stdin is None or is_terminal(sys.stdin)", "sys.stdin is None", "cli"),
    Fault("--info names the first kernels", "__main__.py", """{info['isa']}""", """{info['available'][-1]}""", "cli"),
    # packaging
    Fault("NumPy is loaded by the import", "__init__.py", "from ._core import", "import numpy\nfrom ._core import", "packaging"),
    # compiled code
    Fault("a pointer to another function", "python/core_pointers.c", '{#name "f_row", ROW_TYPE, POINTER(kernels->functions[FS_##NAME].row_f32)}', '{#name "f_row", ROW_TYPE, POINTER(kernels->functions[FS_LOGIT].row_f32)}', "pointers"),
    Fault("a value of the wrong width", "python/core_pointers.c", "POINTER(kernels->functions[FS_##NAME].f32)}", "POINTER(kernels->functions[FS_##NAME].f64)}", "pointers"),
    Fault("a shared row takes x's stride for both", "python/core_pointers.c", "set_row(&to, y, itemsize, y_stride, n)", "set_row(&to, y, itemsize, x_stride, n)", "pointers"),
    Fault("an untrapped value trusts the rounding mode", "math/value_f64.inc", "&& fs_env_is_nearest()", "", "pointers"),
    Fault("an untrapped float trusts the rounding mode", "math/value_f32.inc", "&& fs_env_is_nearest()", "", "pointers"),
]  # fmt: skip


def path_of(tree, file):
    return Path(tree, "src/fastsigmoid" if file.endswith(".py") else "csrc", file)


def not_to_be_planted(faults):
    """What is said of those whose text does not occur once any more."""
    counts = {fault: path_of(ROOT, fault.file).read_text().count(fault.text) for fault in faults}
    return [
        f"{fault.name}: {fault.file} has {fault.text!r} {count} times"
        for fault, count in counts.items()
        if count != 1
    ]


class Copy:
    """A copy of the project, compiled file by file, and compiled again where something has changed.

    In one with AVX-512 by AVX2 its own tests say that this CPU has none."""

    def __init__(self, folder, with_avx512_by_avx2):
        folder.mkdir()
        self.left_out = ["tests/test_faults.py"]  # which any planted fault would fail
        self.left_out += ["tests/test_dispatch.py"] * with_avx512_by_avx2
        self.tree = Path(folder, "tree")
        self.site = Path(folder, "site")
        self.objects = Path(folder, "objects")
        self.objects.mkdir()
        ignored = shutil.ignore_patterns(
            ".git", ".venv", "build", "__pycache__", "*.egg-info", "*.so"
        )
        shutil.copytree(ROOT, self.tree, ignore=ignored)
        folder = self.tree / "csrc"
        if with_avx512_by_avx2:
            avx512_by_avx2(folder / "math")
        self.sources = sorted(str(path.relative_to(folder)) for path in folder.rglob("*.c"))
        self.uses = {source: self.dependencies(source) for source in self.sources}

    def dependencies(self, source):
        command = ["cc", "-MM", *FLAGS, *INCLUDES, f"csrc/{source}"]
        rule = subprocess.run(
            command, cwd=self.tree, check=True, capture_output=True, text=True
        ).stdout
        return set(re.findall(r"csrc/(\S+)", rule))

    def build(self, changed=None):
        """Whether it compiles.  Only what the changed file is part of is compiled."""
        shutil.copytree(
            self.tree / "src/fastsigmoid", self.site / "fastsigmoid", dirs_exist_ok=True
        )
        for source in self.sources:
            if changed is None or changed in self.uses[source]:
                command = [
                    "cc",
                    *FLAGS,
                    *INCLUDES,
                    "-c",
                    f"csrc/{source}",
                    "-o",
                    self.objects / f"{Path(source).name}.o",
                ]
                if subprocess.run(command, cwd=self.tree, check=False).returncode != 0:
                    return False
        for module in ("_core", "_ufunc"):
            own = ("math/", "python/core_") if module == "_core" else "python/ufunc_"
            parts = [source for source in self.sources if source.startswith(own)]
            target = self.site / f"fastsigmoid/{module}.abi3.so"
            objects = [self.objects / f"{Path(source).name}.o" for source in parts]
            subprocess.run(["cc", "-shared", *objects, "-lm", "-pthread", "-o", target], check=True)
        return True

    def failing_test(self, isa, tests):
        """The first test that fails, or what else ends the run; None if all pass."""
        environment = {**os.environ, "PYTHONPATH": str(self.site), "FASTSIGMOID_ISA": isa}
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-x",
            "-q",
            "-p",
            "no:cacheprovider",
            "-m",
            "slow or not slow",
            "-rfE",
            *(f"--ignore={test}" for test in self.left_out),
            *tests,
        ]
        run = subprocess.run(
            command, cwd=self.tree, env=environment, check=False, capture_output=True, text=True
        )
        if run.returncode == 0:
            return None
        failed = re.search(r"^(?:FAILED|ERROR) ([^\s\[]+)", run.stdout, re.MULTILINE)
        if failed is None and run.returncode > 0:
            sys.exit(f"the tests could not be run:\n{run.stdout}{run.stderr}")
        return failed[1] if failed else f"the interpreter ended with {run.returncode}"

    def failing_proof(self):
        run = subprocess.run(
            [self.tree / "csrc/proof/check"], check=False, capture_output=True, text=True
        )
        if run.returncode == 0:
            return None
        return "csrc/proof/check: " + run.stdout.strip().rpartition("\n")[2]


def catcher(copy, fault):
    """What notices the fault, or None."""
    if not copy.build(fault.file):
        return "the compiler"
    if fault.tests == "proof":
        return copy.failing_proof() or copy.failing_test(fault.isa, [])
    return copy.failing_test(fault.isa, [f"tests/test_{fault.tests}.py"]) or copy.failing_test(
        fault.isa, []
    )


def plant(copy, fault):
    path = path_of(copy.tree, fault.file)
    original = path.read_text()
    path.write_text(original.replace(fault.text, fault.planted))
    try:
        noticed = catcher(copy, fault)
    finally:
        path.write_text(original)
        copy.build(fault.file)
    if noticed and noticed.startswith("tests/") and copy.failing_test(fault.isa, [noticed]):
        sys.exit(f"without the fault '{fault.name}', {noticed} fails as well")
    return noticed


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.evidence.faults")
    parser.add_argument("names", nargs="*", help="only these")
    names = parser.parse_args().names
    if unknown := {*names} - {fault.name for fault in FAULTS}:
        parser.error(f"there is no fault of this name: {', '.join(sorted(unknown))}")
    faults = [fault for fault in FAULTS if not names or fault.name in names]
    if lost := not_to_be_planted(faults):
        sys.exit("\n".join(lost))
    here = ["", *ISAS, *["avx512"] * AVX512_BY_AVX2]
    for fault in faults:
        if fault.isa not in here:
            print(f"SKIPPED: {fault.name}: this CPU has no {fault.isa}")
    faults = [fault for fault in faults if fault.isa in here]
    unnoticed = []
    with tempfile.TemporaryDirectory() as folder:

        @functools.cache
        def copy_with(avx512_by_avx2):
            copy = Copy(Path(folder, f"avx512_by_avx2={avx512_by_avx2}"), avx512_by_avx2)
            copy.build()
            return copy

        if not names and (failing := copy_with(False).failing_test("", [])):
            sys.exit(f"without any fault, {failing} fails")
        for number, fault in enumerate(faults, 1):
            noticed = plant(copy_with(AVX512_BY_AVX2 and fault.isa == "avx512"), fault)
            where = f"{fault.file}{f' on {fault.isa}' if fault.isa else ''}"
            print(
                f"{number:2} of {len(faults)}: {fault.name} ({where}): {noticed or 'NOTHING'}",
                flush=True,
            )
            if noticed is None:
                unnoticed.append(fault.name)
    print(
        f"{len(faults) - len(unnoticed)} of {len(faults)} faults noticed", *unnoticed, sep=", not "
    )
    sys.exit(bool(unnoticed))


if __name__ == "__main__":
    main()

# Makes of kernels_avx512.c one for AVX2, by the operations of avx512.h: sed -f tests/native/avx512.sed
s/avx512f,avx512dq,avx512vl,//
s/_mm512_/m512_/g
s/__m512/m512/g
s/^#define ISA_NEEDS .*/#define ISA_NEEDS (FS_AVX2 | FS_FMA)/
s|^#define FUSED 1|#include "avx512.h"\n\n&|

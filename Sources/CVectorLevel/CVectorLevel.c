#include "CVectorLevel.h"

// In a package that is used as a dependency the kernels are compiled for what the whole build was told to compile for:
// those for other instructions would be slow, however able the processor.
#if defined(LEVEL_OF_BUILD)
#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512CD__) && defined(__AVX512DQ__) && \
    defined(__AVX512VL__)
#define HIGHEST 4
#elif defined(__AVX2__) && defined(__FMA__) && defined(__BMI2__)
#define HIGHEST 3
#else
#define HIGHEST 0
#endif
#else
#define HIGHEST 4
#endif

int c_vector_level(void) {
#if defined(__x86_64__) && HIGHEST > 0
  __builtin_cpu_init();
#if HIGHEST > 3
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    return 4;
#endif
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2"))
    return 3;
#endif
  return 0;
}

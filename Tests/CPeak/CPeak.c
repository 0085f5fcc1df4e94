#include "CPeak.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <time.h>

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec + 1e-9 * now.tv_nsec;
}

// Twelve accumulators: more than the latency (4) times the units (2).
#define LOOP(vector, set, multiply_add)                                                                                \
  vector x = set(0.999f), y = set(0.001f), a[12];                                                                      \
  for (int i = 0; i < 12; i++) a[i] = set(i);                                                                          \
  const double start = seconds();                                                                                      \
  for (int k = 0; k < count; k++)                                                                                      \
    for (int i = 0; i < 12; i++) a[i] = multiply_add(a[i], x, y);                                                      \
  const double taken = seconds() - start;                                                                              \
  for (int i = 0; i < 12; i++) __asm__ volatile("" ::"x"(a[i]));                                                       \
  return 2.0 * 12 * count * (sizeof(vector) / 4) / taken;

enum { count = 200000 };

__attribute__((target("avx512f"))) static double wide(void) { LOOP(__m512, _mm512_set1_ps, _mm512_fmadd_ps) }
__attribute__((target("avx2,fma"))) static double narrow(void) { LOOP(__m256, _mm256_set1_ps, _mm256_fmadd_ps) }

double c_peak(void) {
  if (__builtin_cpu_supports("avx512f")) return wide();
  if (__builtin_cpu_supports("fma")) return narrow();
  return 0;
}
#else
double c_peak(void) { return 0; }
#endif

#ifndef C_REGISTERS_H
#define C_REGISTERS_H

// Arithmetic of 8 and of 16 numbers at once. Swift's own operators for SIMD8 and SIMD16 reach LLVM lane by lane, and it
// mostly finds the vectors again: the LSTM's products come out the same, loops with comparisons (exp, log, tanh) take half
// of the time with these, and the three levels of kernels a third of the time to compile.

typedef float c_float8 __attribute__((__ext_vector_type__(8)));
typedef float c_float16 __attribute__((__ext_vector_type__(16)));

#define C_REGISTER_FUNCTION static inline __attribute__((__always_inline__, __overloadable__))

#define C_REGISTER_FUNCTIONS(T)                                                                             \
  C_REGISTER_FUNCTION T c_sum(T a, T b) { return a + b; }                                                   \
  C_REGISTER_FUNCTION T c_difference(T a, T b) { return a - b; }                                            \
  C_REGISTER_FUNCTION T c_product(T a, T b) { return a * b; }                                               \
  C_REGISTER_FUNCTION T c_quotient(T a, T b) { return a / b; }                                              \
  C_REGISTER_FUNCTION T c_negative(T a) { return -a; }                                                      \
  /* a b + c, rounded once. */                                                                              \
  C_REGISTER_FUNCTION T c_fused_multiply_add(T a, T b, T c) { return __builtin_elementwise_fma(a, b, c); }  \
  /* x where a > b, where a >= b, and where a = b, else y. */                                               \
  C_REGISTER_FUNCTION T c_where_greater(T a, T b, T x, T y) { return a > b ? x : y; }                       \
  C_REGISTER_FUNCTION T c_where_at_least(T a, T b, T x, T y) { return a >= b ? x : y; }                     \
  C_REGISTER_FUNCTION T c_where_equal(T a, T b, T x, T y) { return a == b ? x : y; }

C_REGISTER_FUNCTIONS(c_float8)
C_REGISTER_FUNCTIONS(c_float16)

// The sum of the lanes: halves are added to each other until one number is left. (By address: compilers warn of a call
// with eight numbers at once where processors need not have AVX, although none is left when it is inlined.)
C_REGISTER_FUNCTION float c_total_at(const c_float8 *x) {
  const __typeof__(x->lo) four = x->lo + x->hi;
  return (four.x + four.z) + (four.y + four.w);
}
C_REGISTER_FUNCTION float c_total(c_float8 x) { return c_total_at(&x); }
C_REGISTER_FUNCTION float c_total(c_float16 x) {
  const c_float8 eight = x.lo + x.hi;
  return c_total_at(&eight);
}

#endif

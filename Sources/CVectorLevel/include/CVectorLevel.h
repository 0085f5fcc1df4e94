#ifndef C_VECTOR_LEVEL_H
#define C_VECTOR_LEVEL_H

/// The vector instructions this processor offers, as the x86-64 ABI levels name them:
/// 4 for AVX-512 (x86-64-v4), 3 for AVX2 with FMA (x86-64-v3), 0 for anything else.
int c_vector_level(void);

#endif

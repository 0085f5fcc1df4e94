#ifndef C_PREFETCH_H
#define C_PREFETCH_H

/// Begins to fetch the cache line of an address, which may be any.
static inline void c_prefetch(const void *address) { __builtin_prefetch(address); }

#endif

// libFuzzer as a library: https://llvm.org/docs/LibFuzzer.html#using-libfuzzer-as-a-library.

#include <stddef.h>
#include <stdint.h>

/// Calls back with inputs that reach more and more of the program, until the time or number of runs that the arguments
/// set is over; ends the process at the first crash.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*callback)(const uint8_t *data, size_t size));

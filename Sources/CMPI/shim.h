#include <mpi.h>
#include <stdint.h>

// MPI_COMM_WORLD and the types of data are macros with casts, which Swift does not import. MPI's own handling of errors
// is left as it is: a call that fails ends the job with a message.
static inline void mpi_start(int *rank, int *count) {
  int initialized = 0, provided = 0;
  MPI_Initialized(&initialized);
  if (!initialized) MPI_Init_thread(0, 0, MPI_THREAD_SERIALIZED, &provided);
  MPI_Comm_rank(MPI_COMM_WORLD, rank);
  MPI_Comm_size(MPI_COMM_WORLD, count);
}
static inline void mpi_end(void) {
  int finalized = 0;
  MPI_Finalized(&finalized);
  if (!finalized) MPI_Finalize();
}
static inline void mpi_gather_sizes(int32_t own, int32_t *all) {
  MPI_Allgather(&own, 1, MPI_INT32_T, all, 1, MPI_INT32_T, MPI_COMM_WORLD);
}
static inline void mpi_gather_bytes(const uint8_t *own, int32_t size, uint8_t *all, const int32_t *sizes,
                                    const int32_t *offsets) {
  MPI_Allgatherv(own, size, MPI_BYTE, all, sizes, offsets, MPI_BYTE, MPI_COMM_WORLD);
}
static inline void mpi_abort(int code) { MPI_Abort(MPI_COMM_WORLD, code); }

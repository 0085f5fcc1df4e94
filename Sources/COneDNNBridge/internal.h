#ifndef C_ONEDNN_BRIDGE_INTERNAL_H
#define C_ONEDNN_BRIDGE_INTERNAL_H

#include "COneDNNBridge.h"

#if !__has_include(<oneapi/dnnl/dnnl.h>)
#error "oneDNN is missing: apt-get install libdnnl-dev, or brew install onednn"
#endif
#include <oneapi/dnnl/dnnl.h>
#include <oneapi/dnnl/dnnl_version.h>

// A description of how numbers lie in memory: a value in version 2, an object to be destroyed from version 3 on.
#if DNNL_VERSION_MAJOR >= 3
typedef dnnl_memory_desc_t layout;
typedef const_dnnl_memory_desc_t layout_of_plan;
#define LAYOUT_IN(name) (name)
#define layout_destroy(name) ((name) ? (void)dnnl_memory_desc_destroy(name) : (void)0)
#define layout_create(result, rank, sizes, tag) dnnl_memory_desc_create_with_tag(result, rank, sizes, dnnl_f32, tag)
#else
typedef dnnl_memory_desc_t layout;
typedef const dnnl_memory_desc_t *layout_of_plan;
#define LAYOUT_IN(name) (&(name))
#define layout_destroy(name) ((void)(name))
#define layout_create(result, rank, sizes, tag) dnnl_memory_desc_init_by_tag(result, rank, sizes, dnnl_f32, tag)
#endif

#define TRY(call)                                                                                                      \
  do {                                                                                                                 \
    if ((status = (call)) != dnnl_success) goto done;                                                                  \
  } while (0)

// What a plan has oneDNN do. A forward convolution may also be `turned`: the gradient of a convolution's input, from its
// output to its input, which with kernels turned by half a circle is the same.
typedef enum { forward, turned, weight_gradient } onednn_kind;

// The three arguments of a convolution: forward input, weights, output; of a weight gradient input, output gradient,
// weight gradient.
enum { first, second, third };

// An image that the fastest code of this processor wants in another order than ours, such as blocks of 8 channels.
typedef struct {
  dnnl_primitive_t in, out;
} conversion;

struct onednn_plan {
  onednn_kind kind;
  bool bias;
  dnnl_primitive_desc_t description;
  dnnl_primitive_t primitive, pack, unpack;
  layout plain, input, output;
  /// By argument; without primitives where the order is ours.
  conversion converted[3];
};

struct onednn_context {
  const onednn_plan *plan;
  dnnl_stream_t stream;
  /// The three arguments, scratch memory and (forward) bias.
  dnnl_exec_arg_t values[5];
  int count;
  /// Ours, where it is converted, and the memory of the converted one.
  dnnl_memory_t ours[3];
  void *theirs[3];
  void *scratch;
};

dnnl_engine_t processor(void);
void use_one_thread(void);
dnnl_status_t execute_reordering(dnnl_primitive_t primitive, dnnl_stream_t stream, dnnl_memory_t from, dnnl_memory_t to);
layout_of_plan argument_layout(const onednn_plan *plan, int argument);

#endif

#ifndef C_ONEDNN_BRIDGE_H
#define C_ONEDNN_BRIDGE_H

#include <stdbool.h>
#include <stddef.h>

/// A convolution of stride 1 over one image or a batch of them, in single precision.
///
/// Images lie in memory as [batch][channels / 16][height][width][16], so that 16 channels of a pixel are one vector;
/// channel counts are multiples of 16, but for an input that is `planar`, [batch][channels][height][width], or
/// `interleaved`, [batch][height][width][channels].
typedef struct {
  long batch, inputs, outputs;
  /// Of the input; the output has height + 2 padding - kernel + 1 rows.
  long height, width;
  /// The kernel is square.
  long kernel;
  /// Rows and columns of zeros put around the input.
  long padding;
  bool planar, interleaved;
  /// Forward only: a number is added to each output channel.
  bool bias;
  /// Forward only: negative outputs become 0.
  bool rectified;
  /// Forward only: the result is added to what stands in the output.
  bool accumulating;
  /// Forward only: Winograd's algorithm where oneDNN has it for this processor and shape, the direct one elsewhere.
  bool winograd;
} onednn_shape;

/// A convolution that is worked out for one shape. It does not change and may be used by many threads at once.
typedef struct onednn_plan onednn_plan;

/// The scratch memory of one plan in use by one thread at a time.
typedef struct onednn_context onednn_context;

/// Functions that return int return 0 for success or oneDNN's status code.

/// output = input * weights (+ bias), unless it is turned.
int onednn_plan_forward(const onednn_shape *shape, onednn_plan **plan);

/// The gradient of weights from the input and the gradient of the output.
int onednn_plan_weight_gradient(const onednn_shape *shape, onednn_plan **plan);

void onednn_plan_destroy(onednn_plan *plan);

/// Whether a forward plan runs oneDNN's code for the gradient of an input, where that is the faster one. Such a plan
/// takes weights as [inputs][outputs][kernel][kernel], each kernel turned by half a circle, and leaves bias and
/// rectification to the caller.
bool onednn_plan_is_turned(const onednn_plan *plan);

/// The size of the plan's weights in its own order, which may be larger than outputs x inputs x kernel x kernel.
size_t onednn_plan_weight_bytes(const onednn_plan *plan);

/// Brings weights from [outputs][inputs][kernel][kernel] (unless the plan is turned) into the plan's order, or (of a
/// gradient) back.
int onednn_plan_pack(const onednn_plan *plan, const float *plain, float *packed);
int onednn_plan_unpack(const onednn_plan *plan, const float *packed, float *plain);

int onednn_context_create(const onednn_plan *plan, onednn_context **context);
void onednn_context_destroy(onednn_context *context);

/// Runs a forward plan on the calling thread alone. `bias` is not read unless the shape asks for it.
int onednn_forward(onednn_context *context, const float *input, const float *weights, const float *bias, float *output);

/// Runs a weight gradient plan on the calling thread alone.
int onednn_weight_gradient(
    onednn_context *context, const float *input, const float *output_gradient, float *weight_gradient);

/// C = A B, row after row, on the calling thread alone; A is m x k and B k x n, or stored transposed.
int onednn_multiply(
    bool transposed_a, bool transposed_b, long m, long n, long k, const float *a, const float *b, float *c);

#endif

#include "internal.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static dnnl_engine_t engine;
static void (*set_threads)(int);

static void start(void) {
  dnnl_engine_create(&engine, dnnl_cpu, 0);
  // The OpenMP runtime that libdnnl was linked with is the one to be told how many threads to use.
  void *found = dlsym(RTLD_DEFAULT, "omp_set_num_threads");
  memcpy(&set_threads, &found, sizeof found);
}

/// oneDNN shares its work out over OpenMP threads, as many as the calling thread's own setting says. Workers run in
/// parallel outside, so each call gets one.
void use_one_thread(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, start);
  if (set_threads) set_threads(1);
}

dnnl_engine_t processor(void) { return engine; }

/// What orders the arguments lie in: input, weights, output, bias.
typedef struct {
  layout input, weights, output, bias;
} orders;

static dnnl_status_t describe(
    const onednn_shape *s, onednn_kind kind, dnnl_alg_kind_t algorithm, orders lie, dnnl_primitive_desc_t *result) {
  // A turned convolution is planned as the gradient of one from our output to our input.
  const long around = kind == turned ? s->kernel - 1 - s->padding : s->padding;
  const dnnl_dims_t strides = {1, 1}, dilations = {0, 0}, padding = {around, around};
  const layout from = kind == turned ? lie.output : lie.input, to = kind == turned ? lie.input : lie.output;
  const dnnl_prop_kind_t purpose = kind == forward ? dnnl_forward_inference : dnnl_forward_training;
  dnnl_status_t status;
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_post_ops_t after = NULL;
  dnnl_primitive_desc_t hint = NULL;
  TRY(dnnl_primitive_attr_create(&attributes));
  TRY(dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user));
  if (kind == forward) {
    TRY(dnnl_post_ops_create(&after));
#if DNNL_VERSION_MAJOR >= 3
    if (s->accumulating) TRY(dnnl_post_ops_append_sum(after, 1, 0, dnnl_f32));
    if (s->rectified) TRY(dnnl_post_ops_append_eltwise(after, dnnl_eltwise_relu, 0, 0));
#else
    if (s->accumulating) TRY(dnnl_post_ops_append_sum(after, 1));
    if (s->rectified) TRY(dnnl_post_ops_append_eltwise(after, 1, dnnl_eltwise_relu, 0, 0));
#endif
    TRY(dnnl_primitive_attr_set_post_ops(attributes, after));
  }
  dnnl_primitive_desc_t *ahead = kind == forward ? result : &hint;
  const bool biased = kind == forward && s->bias;
#if DNNL_VERSION_MAJOR >= 3
  TRY(dnnl_convolution_forward_primitive_desc_create(
      ahead, engine, purpose, algorithm, from, lie.weights, biased ? lie.bias : NULL, to, strides, dilations, padding,
      padding, kind == forward ? attributes : NULL));
  if (kind == turned)
    TRY(dnnl_convolution_backward_data_primitive_desc_create(
        result, engine, algorithm, from, lie.weights, to, strides, dilations, padding, padding, hint, attributes));
  if (kind == weight_gradient)
    TRY(dnnl_convolution_backward_weights_primitive_desc_create(
        result, engine, algorithm, from, lie.weights, NULL, to, strides, dilations, padding, padding, hint,
        attributes));
#else
  dnnl_convolution_desc_t operation;
  TRY(dnnl_dilated_convolution_forward_desc_init(
      &operation, purpose, algorithm, &from, &lie.weights, biased ? &lie.bias : NULL, &to, strides, dilations, padding,
      padding));
  TRY(dnnl_primitive_desc_create(ahead, &operation, kind == forward ? attributes : NULL, engine, NULL));
  if (kind == turned)
    TRY(dnnl_dilated_convolution_backward_data_desc_init(
        &operation, algorithm, &from, &lie.weights, &to, strides, dilations, padding, padding));
  if (kind == weight_gradient)
    TRY(dnnl_dilated_convolution_backward_weights_desc_init(
        &operation, algorithm, &from, &lie.weights, NULL, &to, strides, dilations, padding, padding));
  if (kind != forward) TRY(dnnl_primitive_desc_create(result, &operation, attributes, engine, hint));
#endif
done:
  if (hint) dnnl_primitive_desc_destroy(hint);
  if (after) dnnl_post_ops_destroy(after);
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  return status;
}

layout_of_plan argument_layout(const onednn_plan *plan, int argument) {
  static const dnnl_query_t queries[][3] = {
      [forward] = {dnnl_query_src_md, dnnl_query_weights_md, dnnl_query_dst_md},
      [turned] = {dnnl_query_diff_dst_md, dnnl_query_weights_md, dnnl_query_diff_src_md},
      [weight_gradient] = {dnnl_query_src_md, dnnl_query_diff_dst_md, dnnl_query_diff_weights_md}};
  return dnnl_primitive_desc_query_md(plan->description, queries[plan->kind][argument], 0);
}

static int weight_argument(const onednn_plan *plan) { return plan->kind == weight_gradient ? third : second; }

/// A reordering whose scratch memory the caller brings: oneDNN's own belongs to the thread that made the primitive, and
/// two threads that use it at once spoil each other's weights.
static dnnl_status_t reordering(layout_of_plan from, layout_of_plan to, dnnl_primitive_t *result) {
  dnnl_primitive_desc_t description = NULL;
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_status_t status;
  TRY(dnnl_primitive_attr_create(&attributes));
  TRY(dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user));
  TRY(dnnl_reorder_primitive_desc_create(&description, from, engine, to, engine, attributes));
  TRY(dnnl_primitive_create(result, description));
done:
  if (description) dnnl_primitive_desc_destroy(description);
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  return status;
}

dnnl_status_t execute_reordering(dnnl_primitive_t primitive, dnnl_stream_t stream, dnnl_memory_t from, dnnl_memory_t to) {
  const_dnnl_primitive_desc_t description;
  dnnl_memory_t scratch = NULL;
  dnnl_status_t status;
  TRY(dnnl_primitive_get_primitive_desc(primitive, &description));
  const layout_of_plan lies = dnnl_primitive_desc_query_md(description, dnnl_query_scratchpad_md, 0);
  if (lies && dnnl_memory_desc_get_size(lies) > 0)
    TRY(dnnl_memory_create(&scratch, lies, engine, DNNL_MEMORY_ALLOCATE));
  const dnnl_exec_arg_t values[] = {
      {DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}, {DNNL_ARG_SCRATCHPAD, scratch}};
  TRY(dnnl_primitive_execute(primitive, stream, scratch ? 3 : 2, values));
done:
  if (scratch) dnnl_memory_destroy(scratch);
  return status;
}

/// Converts an argument where the plan wants it in another order than ours.
static dnnl_status_t convert(onednn_plan *plan, int argument, layout_of_plan ours, bool in, bool out) {
  const layout_of_plan theirs = argument_layout(plan, argument);
  dnnl_status_t status = dnnl_success;
  if (dnnl_memory_desc_equal(ours, theirs)) return status;
  if (in) TRY(reordering(ours, theirs, &plan->converted[argument].in));
  if (out) TRY(reordering(theirs, ours, &plan->converted[argument].out));
done:
  return status;
}

/// Whether the name of oneDNN's code for a plan begins so.
static bool is_code(const onednn_plan *plan, const char *beginning) {
  const char *name = NULL;
  dnnl_primitive_desc_query(plan->description, dnnl_query_impl_info_str, 0, &name);
  return name && strncmp(name, beginning, strlen(beginning)) == 0;
}

/// Whether the only code that oneDNN has for a plan is its slow reference.
static bool is_reference(const onednn_plan *plan) { return is_code(plan, "ref"); }

static void forget(onednn_plan *plan) {
  if (plan->description) dnnl_primitive_desc_destroy(plan->description);
  plan->description = NULL;
}

static void exchange(layout *a, layout *b) {
  const layout first = *a;
  *a = *b;
  *b = first;
}

/// How many outputs, inputs, rows and columns the weights have that a plan takes or gives.
#define WEIGHT_SIZES(s, kind) \
  { (kind) == turned ? (s)->inputs : (s)->outputs, (kind) == turned ? (s)->outputs : (s)->inputs, (s)->kernel, (s)->kernel }

/// Describes a plan in the orders that oneDNN is fastest with, ours where it can be.
static dnnl_status_t describe_best(const onednn_shape *s, onednn_plan *plan) {
  layout weights = {0}, bias = {0}, any_input = {0}, any_output = {0}, last_input = {0}, last_output = {0};
  const long rows = s->height + 2 * s->padding - s->kernel + 1, columns = s->width + 2 * s->padding - s->kernel + 1;
  const dnnl_dims_t input_sizes = {s->batch, s->inputs, s->height, s->width}, bias_sizes = {s->outputs};
  const dnnl_dims_t output_sizes = {s->batch, s->outputs, rows, columns};
  const dnnl_dims_t weight_sizes = WEIGHT_SIZES(s, plan->kind);
  dnnl_status_t status;
  TRY(layout_create(&weights, 4, weight_sizes, dnnl_format_tag_any));
  TRY(layout_create(&bias, 1, bias_sizes, dnnl_a));
  TRY(layout_create(&any_input, 4, input_sizes, dnnl_format_tag_any));
  TRY(layout_create(&any_output, 4, output_sizes, dnnl_format_tag_any));
  const orders ours = {plan->input, weights, plan->output, bias};
  status = dnnl_unimplemented;
  if (s->winograd && plan->kind == forward)
    status = describe(s, plan->kind, dnnl_convolution_winograd, ours, &plan->description);
  if (status != dnnl_success)
    TRY(describe(s, plan->kind, dnnl_convolution_direct, ours, &plan->description));
  // Blocks of 16 channels are AVX-512's. A single block lies as channels that come last do, with which AVX2's code is as
  // fast as with an order of its own: without conversions loss and gradient of the ConvNet take .93 of the time.
  if (is_reference(plan) && s->outputs == 16 && (s->interleaved || (s->inputs == 16 && !s->planar))) {
    TRY(layout_create(&last_input, 4, input_sizes, dnnl_nhwc));
    TRY(layout_create(&last_output, 4, output_sizes, dnnl_nhwc));
    const orders last = {last_input, weights, last_output, bias};
    forget(plan);
    status = describe(s, plan->kind, dnnl_convolution_direct, last, &plan->description);
    if (status == dnnl_success && !is_reference(plan)) {
      exchange(&plan->input, &last_input);
      exchange(&plan->output, &last_output);
    }
  }
  // Everything else is faster by far in an order of its own.
  if (status != dnnl_success || is_reference(plan)) {
    const orders any = {any_input, weights, any_output, bias};
    forget(plan);
    TRY(describe(s, plan->kind, dnnl_convolution_direct, any, &plan->description));
  }
done:
  layout_destroy(weights);
  layout_destroy(bias);
  layout_destroy(any_input);
  layout_destroy(any_output);
  layout_destroy(last_input);
  layout_destroy(last_output);
  return status;
}

/// Has a forward plan run the code for the gradient of an input where both are oneDNN's direct ones for AVX2, of which
/// that one is faster: 3x3 by .77 to .69 of the peak with 64 channels of 64x64 pixels, .67 to .60 with 256 of 16x16,
/// .58 to .25 with 512 of 4x4; 5x5 by .70 to .60 with 16 of 16x16 (a Zen 3 core, oneDNN 2.6).
static void turn_if_faster(const onednn_shape *s, onednn_plan *plan) {
  static const char code[] = "jit:avx2";
  if (s->planar || s->interleaved || s->accumulating || !is_code(plan, code)) return;
  dnnl_primitive_desc_t straight = plan->description;
  plan->description = NULL;
  plan->kind = turned;
  if (describe_best(s, plan) == dnnl_success && is_code(plan, code)) {
    dnnl_primitive_desc_destroy(straight);
    return;
  }
  forget(plan);
  plan->kind = forward;
  plan->description = straight;
}

static int create(const onednn_shape *s, onednn_kind kind, onednn_plan **result) {
  use_one_thread();
  *result = NULL;
  const long rows = s->height + 2 * s->padding - s->kernel + 1, columns = s->width + 2 * s->padding - s->kernel + 1;
  const dnnl_dims_t input_sizes = {s->batch, s->inputs, s->height, s->width};
  const dnnl_dims_t output_sizes = {s->batch, s->outputs, rows, columns};
  const dnnl_format_tag_t order = s->planar ? dnnl_nchw : s->interleaved ? dnnl_nhwc : dnnl_nChw16c;
  dnnl_status_t status = dnnl_out_of_memory;
  onednn_plan *plan = calloc(1, sizeof *plan);
  if (!plan) return status;
  plan->kind = kind;
  TRY(layout_create(&plan->input, 4, input_sizes, order));
  TRY(layout_create(&plan->output, 4, output_sizes, dnnl_nChw16c));
  TRY(describe_best(s, plan));
  const bool is_forward = kind == forward;
  if (is_forward) turn_if_faster(s, plan);
  plan->bias = plan->kind == forward && s->bias;
  const dnnl_dims_t weight_sizes = WEIGHT_SIZES(s, plan->kind);
  TRY(layout_create(&plan->plain, 4, weight_sizes, dnnl_oihw));
  TRY(dnnl_primitive_create(&plan->primitive, plan->description));
  TRY(convert(plan, first, LAYOUT_IN(plan->input), true, false));
  TRY(convert(
      plan, is_forward ? third : second, LAYOUT_IN(plan->output), !is_forward || s->accumulating, is_forward));
  const layout_of_plan packed = argument_layout(plan, weight_argument(plan));
  TRY(is_forward ? reordering(LAYOUT_IN(plan->plain), packed, &plan->pack)
                 : reordering(packed, LAYOUT_IN(plan->plain), &plan->unpack));
done:
  if (status == dnnl_success)
    *result = plan;
  else
    onednn_plan_destroy(plan);
  return status;
}

int onednn_plan_forward(const onednn_shape *shape, onednn_plan **plan) { return create(shape, forward, plan); }

int onednn_plan_weight_gradient(const onednn_shape *shape, onednn_plan **plan) { return create(shape, weight_gradient, plan); }

static void destroy(dnnl_primitive_t primitive) {
  if (primitive) dnnl_primitive_destroy(primitive);
}

void onednn_plan_destroy(onednn_plan *plan) {
  if (!plan) return;
  for (int i = 0; i < 3; i++) {
    destroy(plan->converted[i].in);
    destroy(plan->converted[i].out);
  }
  destroy(plan->pack);
  destroy(plan->unpack);
  destroy(plan->primitive);
  if (plan->description) dnnl_primitive_desc_destroy(plan->description);
  layout_destroy(plan->plain);
  layout_destroy(plan->input);
  layout_destroy(plan->output);
  free(plan);
}

bool onednn_plan_is_turned(const onednn_plan *plan) { return plan->kind == turned; }

size_t onednn_plan_weight_bytes(const onednn_plan *plan) {
  return dnnl_memory_desc_get_size(argument_layout(plan, weight_argument(plan)));
}

static int reorder(const onednn_plan *plan, bool packing, const float *from, float *to) {
  use_one_thread();
  dnnl_status_t status;
  dnnl_memory_t source = NULL, target = NULL;
  dnnl_stream_t stream = NULL;
  const layout_of_plan plain = LAYOUT_IN(plan->plain), packed = argument_layout(plan, weight_argument(plan));
  TRY(dnnl_memory_create(&source, packing ? plain : packed, engine, (void *)from));
  TRY(dnnl_memory_create(&target, packing ? packed : plain, engine, to));
  TRY(dnnl_stream_create(&stream, engine, dnnl_stream_default_flags));
  TRY(execute_reordering(packing ? plan->pack : plan->unpack, stream, source, target));
  TRY(dnnl_stream_wait(stream));
done:
  if (stream) dnnl_stream_destroy(stream);
  if (source) dnnl_memory_destroy(source);
  if (target) dnnl_memory_destroy(target);
  return status;
}

int onednn_plan_pack(const onednn_plan *plan, const float *plain, float *packed) {
  return plan->pack ? reorder(plan, true, plain, packed) : dnnl_invalid_arguments;
}

int onednn_plan_unpack(const onednn_plan *plan, const float *packed, float *plain) {
  return plan->unpack ? reorder(plan, false, packed, plain) : dnnl_invalid_arguments;
}

#include "internal.h"

#include <stdlib.h>

static dnnl_status_t allocate(size_t bytes, void **memory) {
  *memory = aligned_alloc(64, (bytes / 64 + 1) * 64);
  return *memory ? dnnl_success : dnnl_out_of_memory;
}

int onednn_context_create(const onednn_plan *plan, onednn_context **result) {
  use_one_thread();
  *result = NULL;
  onednn_context *context = calloc(1, sizeof *context);
  if (!context) return dnnl_out_of_memory;
  context->plan = plan;
  static const int arguments[][5] = {
      [forward] = {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST, DNNL_ARG_SCRATCHPAD, DNNL_ARG_BIAS},
      [turned] = {DNNL_ARG_DIFF_DST, DNNL_ARG_WEIGHTS, DNNL_ARG_DIFF_SRC, DNNL_ARG_SCRATCHPAD},
      [weight_gradient] = {DNNL_ARG_SRC, DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_SCRATCHPAD}};
  const int *names = arguments[plan->kind];
  dnnl_status_t status;
  for (int i = 0; i < (plan->bias ? 5 : 4); i++) {
    const layout_of_plan lies = dnnl_primitive_desc_query_md(plan->description, dnnl_query_exec_arg_md, names[i]);
    void *memory = DNNL_MEMORY_NONE;
    if (names[i] == DNNL_ARG_SCRATCHPAD) {
      TRY(allocate(dnnl_memory_desc_get_size(lies), &context->scratch));
      memory = context->scratch;
    } else if (i < 3 && (plan->converted[i].in || plan->converted[i].out)) {
      TRY(allocate(dnnl_memory_desc_get_size(lies), &context->theirs[i]));
      memory = context->theirs[i];
      const layout_of_plan ours = i == first ? LAYOUT_IN(plan->input) : LAYOUT_IN(plan->output);
      TRY(dnnl_memory_create(&context->ours[i], ours, processor(), DNNL_MEMORY_NONE));
    }
    context->values[i].arg = names[i];
    TRY(dnnl_memory_create(&context->values[i].memory, lies, processor(), memory));
    context->count++;
  }
  TRY(dnnl_stream_create(&context->stream, processor(), dnnl_stream_default_flags));
done:
  if (status == dnnl_success)
    *result = context;
  else
    onednn_context_destroy(context);
  return status;
}

void onednn_context_destroy(onednn_context *context) {
  if (!context) return;
  for (int i = 0; i < context->count; i++) dnnl_memory_destroy(context->values[i].memory);
  for (int i = 0; i < 3; i++) {
    if (context->ours[i]) dnnl_memory_destroy(context->ours[i]);
    free(context->theirs[i]);
  }
  if (context->stream) dnnl_stream_destroy(context->stream);
  free(context->scratch);
  free(context);
}

static dnnl_status_t convert(onednn_context *context, int argument, bool in) {
  const conversion *converted = &context->plan->converted[argument];
  const dnnl_primitive_t primitive = in ? converted->in : converted->out;
  if (!primitive) return dnnl_success;
  dnnl_memory_t ours = context->ours[argument], theirs = context->values[argument].memory;
  return execute_reordering(primitive, context->stream, in ? ours : theirs, in ? theirs : ours);
}

static int run(onednn_context *context, const void *const given[3], const void *bias) {
  use_one_thread();
  dnnl_status_t status;
  for (int i = 0; i < 3; i++) {
    dnnl_memory_t memory = context->ours[i] ? context->ours[i] : context->values[i].memory;
    TRY(dnnl_memory_set_data_handle(memory, (void *)given[i]));
    TRY(convert(context, i, true));
  }
  if (context->plan->bias) TRY(dnnl_memory_set_data_handle(context->values[4].memory, (void *)bias));
  TRY(dnnl_primitive_execute(context->plan->primitive, context->stream, context->count, context->values));
  for (int i = 0; i < 3; i++) TRY(convert(context, i, false));
  TRY(dnnl_stream_wait(context->stream));
done:
  return status;
}

int onednn_forward(
    onednn_context *context, const float *input, const float *weights, const float *bias, float *output) {
  if (context->plan->kind == weight_gradient) return dnnl_invalid_arguments;
  return run(context, (const void *[]){input, weights, output}, bias);
}

int onednn_weight_gradient(
    onednn_context *context, const float *input, const float *output_gradient, float *gradient) {
  if (context->plan->kind != weight_gradient) return dnnl_invalid_arguments;
  return run(context, (const void *[]){input, output_gradient, gradient}, NULL);
}

int onednn_multiply(
    bool transposed_a, bool transposed_b, long m, long n, long k, const float *a, const float *b, float *c) {
  use_one_thread();
  return dnnl_sgemm(
      transposed_a ? 'T' : 'N', transposed_b ? 'T' : 'N', m, n, k, 1, a, transposed_a ? m : k, b, transposed_b ? k : n,
      0, c, n);
}

#include <png.h>
#include <stdlib.h>
#include <string.h>

#include "CPNGBridge.h"

const int png_bridge_filter_none = PNG_FILTER_NONE;
const int png_bridge_filter_all = PNG_ALL_FILTERS;

typedef struct {
  uint8_t *bytes;
  size_t count;
  size_t capacity;
  png_text *texts;
  char message[PNG_BRIDGE_MESSAGE_SIZE];
} output;

static void on_error(png_structp png, png_const_charp text) {
  output *out = png_get_error_ptr(png);
  strncpy(out->message, text ? text : "unknown error", PNG_BRIDGE_MESSAGE_SIZE - 1);
  png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text) {
  (void)png;
  (void)text;
}

static void on_write(png_structp png, png_bytep from, size_t count) {
  output *out = png_get_io_ptr(png);
  if (out->capacity - out->count < count) {
    size_t capacity = out->capacity * 2 + count + 4096;
    uint8_t *grown = realloc(out->bytes, capacity);
    if (!grown) png_error(png, "out of memory");
    out->bytes = grown;
    out->capacity = capacity;
  }
  memcpy(out->bytes + out->count, from, count);
  out->count += count;
}

static void on_flush(png_structp png) { (void)png; }

static int write_all(png_structp png, png_infop info, output *out, uint32_t width, uint32_t height, int channels,
                     const uint8_t *samples, int textCount, int level, int filters) {
  if (setjmp(png_jmpbuf(png))) return 1;
  png_set_write_fn(png, out, on_write, on_flush);
  png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
  png_set_compression_level(png, level);
  png_set_filter(png, PNG_FILTER_TYPE_BASE, filters);
  png_set_IHDR(png, info, width, height, 8, channels == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY,
               PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_sRGB(png, info, PNG_sRGB_INTENT_PERCEPTUAL);
  if (textCount > 0) png_set_text(png, info, out->texts, textCount);
  png_write_info(png, info);
  for (uint32_t row = 0; row < height; row++)
    png_write_row(png, samples + (size_t)row * width * (size_t)channels);
  png_write_end(png, NULL);
  return 0;
}

int png_bridge_write(uint32_t width, uint32_t height, int channels, const uint8_t *samples,
                     const png_bridge_text *texts, int textCount, int level, int filters, uint8_t **bytes,
                     size_t *count, char *message) {
  output out = {0};
  strcpy(out.message, "out of memory");
  int failed = 1;
  out.texts = calloc((size_t)textCount + 1, sizeof *out.texts);
  png_structp png = out.texts ? png_create_write_struct(PNG_LIBPNG_VER_STRING, &out, on_error, on_warning) : NULL;
  png_infop info = png ? png_create_info_struct(png) : NULL;
  if (info) {
    for (int i = 0; i < textCount; i++) {
      out.texts[i].compression = texts[i].utf8 ? PNG_ITXT_COMPRESSION_NONE : PNG_TEXT_COMPRESSION_NONE;
      out.texts[i].key = (char *)texts[i].key;
      out.texts[i].text = (char *)texts[i].text;
      if (texts[i].utf8) out.texts[i].itxt_length = strlen(texts[i].text);
      else out.texts[i].text_length = strlen(texts[i].text);
    }
    failed = write_all(png, info, &out, width, height, channels, samples, textCount, level, filters);
  }
  png_destroy_write_struct(&png, &info);
  free(out.texts);
  if (failed) {
    strncpy(message, out.message, PNG_BRIDGE_MESSAGE_SIZE - 1);
    message[PNG_BRIDGE_MESSAGE_SIZE - 1] = 0;
    free(out.bytes);
    return 1;
  }
  *bytes = out.bytes;
  *count = out.count;
  return 0;
}

void png_bridge_free(uint8_t *bytes) { free(bytes); }

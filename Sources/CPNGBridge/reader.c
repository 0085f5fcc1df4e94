#include <png.h>
#include <stdlib.h>
#include <string.h>

#include "CPNGBridge.h"

struct png_bridge_reader {
  png_structp png;
  png_infop info;
  const uint8_t *bytes;
  size_t count;
  size_t offset;
  size_t rowSamples;
  uint32_t height;
  uint32_t nextRow;
  int passes;
  char message[PNG_BRIDGE_MESSAGE_SIZE];
};

static void keep(char *destination, const char *text) {
  strncpy(destination, text ? text : "unknown error", PNG_BRIDGE_MESSAGE_SIZE - 1);
  destination[PNG_BRIDGE_MESSAGE_SIZE - 1] = 0;
}

static void on_error(png_structp png, png_const_charp text) {
  png_bridge_reader *reader = png_get_error_ptr(png);
  if (reader) keep(reader->message, text);
  png_longjmp(png, 1);
}

// What libpng would mend or leave out, we refuse; only contradictions about colour spaces are harmless.
static void on_warning(png_structp png, png_const_charp text) {
  if (strncmp(text, "gAMA", 4) && strncmp(text, "sRGB", 4)) on_error(png, text);
}

static void on_read(png_structp png, png_bytep into, size_t count) {
  png_bridge_reader *reader = png_get_io_ptr(png);
  if (reader->count - reader->offset < count) png_error(png, "the file ends too early");
  memcpy(into, reader->bytes + reader->offset, count);
  reader->offset += count;
}

void png_bridge_close(png_bridge_reader *reader) {
  if (!reader) return;
  png_destroy_read_struct(&reader->png, &reader->info, NULL);
  free(reader);
}

// Neither pixels nor their meaning hang on these; unread, they can do no harm. Their checksums are still checked.
static const png_byte skipped[] = "bKGD\0cHRM\0cICP\0cLLI\0eXIf\0hIST\0iCCP\0mDCV\0oFFs\0pCAL\0pHYs\0sBIT\0sCAL\0sPLT\0"
                                  "sTER\0tIME\0";
static const png_byte texts[] = "iTXt\0tEXt\0zTXt\0";

static int open_reader(png_bridge_reader *reader, png_bridge_limits limits, int keepText, png_bridge_header *header) {
  png_structp png = reader->png;
  if (setjmp(png_jmpbuf(png))) return 1;
  png_set_read_fn(png, reader, on_read);
  png_set_user_limits(png, limits.maximumSide, limits.maximumSide);
  png_set_chunk_cache_max(png, limits.maximumChunks);
  png_set_chunk_malloc_max(png, limits.maximumChunkBytes);
  png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
  png_set_benign_errors(png, 1);
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, 0);
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, skipped, (int)(sizeof skipped / 5));
  if (!keepText) png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, texts, (int)(sizeof texts / 5));
  png_read_info(png, reader->info);

  int intent;
  double gamma = 0;
  if (!png_get_sRGB(png, reader->info, &intent)) png_get_gAMA(png, reader->info, &gamma);
  png_set_expand_16(png);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  png_set_swap(png);
#endif
  reader->passes = png_set_interlace_handling(png);
  png_read_update_info(png, reader->info);

  reader->height = png_get_image_height(png, reader->info);
  reader->rowSamples = png_get_rowbytes(png, reader->info) / 2;
  header->width = png_get_image_width(png, reader->info);
  header->height = reader->height;
  header->channels = png_get_channels(png, reader->info);
  header->interlaced = reader->passes > 1;
  header->gamma = gamma;
  if (png_get_bit_depth(png, reader->info) != 16 || reader->rowSamples != (size_t)header->width * header->channels)
    png_error(png, "samples could not be expanded to 16 bits");
  return 0;
}

png_bridge_reader *png_bridge_open(const uint8_t *bytes, size_t count, png_bridge_limits limits, int keepText,
                                   png_bridge_header *header, char *message) {
  png_bridge_reader *reader = calloc(1, sizeof *reader);
  if (!reader) {
    keep(message, "out of memory");
    return NULL;
  }
  reader->bytes = bytes;
  reader->count = count;
  reader->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, reader, on_error, on_warning);
  if (reader->png) reader->info = png_create_info_struct(reader->png);
  if (!reader->info) {
    keep(message, reader->message[0] ? reader->message : "out of memory");
    png_bridge_close(reader);
    return NULL;
  }
  if (open_reader(reader, limits, keepText, header)) {
    keep(message, reader->message);
    png_bridge_close(reader);
    return NULL;
  }
  return reader;
}

int png_bridge_read_rows(png_bridge_reader *reader, uint16_t *samples, size_t rows, char *message) {
  png_structp png = reader->png;
  if (setjmp(png_jmpbuf(png))) {
    keep(message, reader->message);
    return 1;
  }
  if (rows > reader->height - reader->nextRow || (reader->passes > 1 && rows != reader->height))
    png_error(png, "rows asked for that the image does not have");
  for (int pass = 0; pass < reader->passes; pass++)
    for (size_t row = 0; row < rows; row++) png_read_row(png, (png_bytep)(samples + row * reader->rowSamples), NULL);
  reader->nextRow += (uint32_t)rows;
  return 0;
}

int png_bridge_finish(png_bridge_reader *reader, char *message) {
  if (setjmp(png_jmpbuf(reader->png))) {
    keep(message, reader->message);
    return 1;
  }
  png_read_end(reader->png, NULL);
  return 0;
}

int png_bridge_text_count(png_bridge_reader *reader) {
  png_textp texts;
  int count = 0;
  png_get_text(reader->png, reader->info, &texts, &count);
  return count;
}

static png_textp text_at(png_bridge_reader *reader, int index) {
  png_textp texts;
  int count = 0;
  png_get_text(reader->png, reader->info, &texts, &count);
  return index >= 0 && index < count ? texts + index : NULL;
}

const char *png_bridge_text_key(png_bridge_reader *reader, int index) {
  png_textp text = text_at(reader, index);
  return text && text->key ? text->key : "";
}

const char *png_bridge_text_value(png_bridge_reader *reader, int index) {
  png_textp text = text_at(reader, index);
  return text && text->text ? text->text : "";
}

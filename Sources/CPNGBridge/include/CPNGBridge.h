// libpng reports errors by longjmp, which must not cross Swift frames. These functions keep every jump inside C: each
// sets its own landing place and answers with a code and a message.
#ifndef CPNGBRIDGE_H
#define CPNGBRIDGE_H

#include <stddef.h>
#include <stdint.h>

#define PNG_BRIDGE_MESSAGE_SIZE 160

typedef struct png_bridge_reader png_bridge_reader;

// What the file says about itself, after palette, low bit depths and colour keys are expanded.
typedef struct {
  uint32_t width;
  uint32_t height;
  int32_t channels;    // 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha
  int32_t interlaced;  // rows can then be read only all at once
  double gamma;        // of the gAMA chunk; 0 when there is none or the file says sRGB
} png_bridge_header;

typedef struct {
  const char *key;
  const char *text;
  int32_t utf8;  // 0: tEXt (ASCII), 1: iTXt (UTF-8)
} png_bridge_text;

// Limits on what a file may make libpng allocate: text chunks kept at all, and bytes a chunk may inflate to.
typedef struct {
  uint32_t maximumSide;
  uint32_t maximumChunks;
  size_t maximumChunkBytes;
} png_bridge_limits;

// Reads everything before the image data. NULL on failure, with the reason in `message`. `bytes` must stay alive until
// the reader is closed. With `keepText` the text chunks before the image data are kept, else they are skipped unread.
png_bridge_reader *png_bridge_open(const uint8_t *bytes, size_t count, png_bridge_limits limits, int keepText,
                                   png_bridge_header *header, char *message);

// The next `rows` rows as 16-bit samples in the processor's byte order; all rows at once for an interlaced image.
// 0 on success, 1 on failure.
int png_bridge_read_rows(png_bridge_reader *reader, uint16_t *samples, size_t rows, char *message);

// Reads on to the end of the file, so that damage behind the image is noticed. 0 on success, 1 on failure.
int png_bridge_finish(png_bridge_reader *reader, char *message);

int png_bridge_text_count(png_bridge_reader *reader);
const char *png_bridge_text_key(png_bridge_reader *reader, int index);
const char *png_bridge_text_value(png_bridge_reader *reader, int index);

void png_bridge_close(png_bridge_reader *reader);

// Encodes 8-bit samples (`channels` 1 or 3) and marks them sRGB. `filters` is libpng's mask of row filters. On success
// 0, and `*out` is to be freed with png_bridge_free.
int png_bridge_write(uint32_t width, uint32_t height, int channels, const uint8_t *samples,
                     const png_bridge_text *texts, int textCount, int level, int filters, uint8_t **out,
                     size_t *outCount, char *message);
void png_bridge_free(uint8_t *bytes);

extern const int png_bridge_filter_none;
extern const int png_bridge_filter_all;

#endif

/* From a file's bytes to a film, in two steps: open parses the file, decode makes the pixels. */
#ifndef PNEUMOSCOPE_DECODE_H
#define PNEUMOSCOPE_DECODE_H

#include "image/format.h"

/* A file with its header read. The caller owns the file's bytes and keeps them in place. */
typedef struct image_file {
    const format *kind; /* NULL: the file is not open */
    header header;
    const uint8_t *bytes;
    size_t nbytes;
} image_file;

/* Finds the file's kind, reads its header and checks the picture's size against the limits. It takes no memory for
 * pixels. On failure *out is closed. */
pneumoscope_status image_file_open(image_file *out, const uint8_t *bytes, size_t nbytes, uint64_t max_pixels,
                                   detail *why);

/* Decodes an open file. On failure *out is zero. After NEEDS_CODECS the caller may try again. */
pneumoscope_status image_file_decode(image *out, const image_file *, detail *why);

/* Frees the memory of image_file_open. Also safe on a closed or zeroed file. */
void image_file_close(image_file *);

/* All three in one call. */
pneumoscope_status image_decode(image *out, const uint8_t *file, size_t nbytes, uint64_t max_pixels, detail *why);

#endif

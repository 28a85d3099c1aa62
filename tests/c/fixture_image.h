/* Image files made in memory, byte for byte as their formats say, and the few that are read from tests/fixtures/images.
 *
 * Nothing here is shared with src/: a mistake there has no twin here. Every block returned is malloc'd at exactly its
 * size, so that a sanitizer sees a read past its end. */
#ifndef PNEUMOSCOPE_FIXTURE_IMAGE_H
#define PNEUMOSCOPE_FIXTURE_IMAGE_H

#include "image/image.h"

#include <stddef.h>
#include <stdint.h>

/* Sample `index` of the pattern that pictures hold where nothing else is said: 0 .. 2^bits - 1. Its period is a prime,
 * so that swapped or shifted rows differ. */
uint32_t fixture_pattern(size_t index, uint32_t bits);

/* A grey PNG, `bits` 1, 2, 4, 8 or 16, that holds the pattern. */
uint8_t *fixture_png_grey(uint32_t width, uint32_t height, uint32_t bits, size_t *nbytes);

typedef enum fixture_colour { /* as PNG numbers them */
                              FIXTURE_GREY = 0,
                              FIXTURE_RGB = 2,
                              FIXTURE_PALETTE = 3,
                              FIXTURE_GREY_ALPHA = 4,
                              FIXTURE_RGBA = 6
} fixture_colour;

uint32_t fixture_nchannels(fixture_colour);

typedef struct fixture_bytes {
    const void *data;
    size_t nbytes; /* 0: the chunk is left out */
} fixture_bytes;

typedef struct fixture_png {
    uint32_t width, height, bits;
    fixture_colour colour;
    int interlaced;             /* Adam7 */
    const uint16_t *samples;    /* [height][width][nchannels]; NULL: the pattern */
    fixture_bytes palette;      /* PLTE: u8[ncolours][3] */
    fixture_bytes transparency; /* tRNS */
    fixture_bytes exif;         /* eXIf: a TIFF structure */
    uint32_t nexcess;           /* runs of 258 bytes that follow the last row, of 13 bits each in the file */
} fixture_png;

uint8_t *fixture_png_write(const fixture_png *, size_t *nbytes);

/* Puts the right checksum after the chunk that begins at `chunk`, once a test has changed it. */
void fixture_png_seal(uint8_t *chunk);

/* A BMP of the pattern: `bits` 24 (BGR) or 8 (an index into a palette of 256 greys, from white to black). The first
 * stored row is the picture's last, or its first where `top_down`. */
uint8_t *fixture_bmp(uint32_t width, uint32_t height, uint32_t bits, int top_down, size_t *nbytes);

/* An EXIF block (TIFF structure) of `*nbytes` whose second entry is the orientation. */
uint8_t *fixture_exif(int big_endian, uint32_t orientation, size_t *nbytes);

/* A JPEG with that EXIF block put in after its first marker. */
uint8_t *fixture_jpeg_with_exif(const uint8_t *jpeg, size_t jpeg_nbytes, const uint8_t *exif, size_t exif_nbytes,
                                size_t *nbytes);

/* A file of tests/fixtures/images, or of a place named from there. Fails the test where there is none. */
uint8_t *fixture_load(const char *name, size_t *nbytes);

/* The same bytes in a block of their own. A block of no bytes is one that may not be read at all. */
uint8_t *fixture_copy(const void *bytes, size_t nbytes);

/* image_luminance in shares of white, 0..1. */
void fixture_grey(const image *film, uint32_t x, uint32_t y, uint32_t n, float *out);

#endif

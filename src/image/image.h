/* A film as pixels: decoded from a file, or lent by the caller.
 *
 * The samples stay as the file has them (depth, orientation, and colour where it is no JPEG); image_luminance turns
 * them into grey as they are resampled, so that the decoded image is the only memory a reading takes. */
#ifndef PNEUMOSCOPE_IMAGE_H
#define PNEUMOSCOPE_IMAGE_H

#include "status.h"

#include <stdbool.h>

enum { IMAGE_MAX_SIDE = 65535 }; /* pixels; JPEG has room for no more */

typedef struct image {
    uint32_t width, height; /* as stored, before orientation */
    uint32_t nchannels;     /* 1 grey, 2 grey + alpha, 3 RGB, 4 RGBA */
    uint32_t depth;         /* of a sample in memory: 8, u8; or 16, u16 in this machine's byte order */
    uint32_t bits;          /* of a sample as the file stored it, 1..16: what tells how fine its greys are */
    uint32_t white;         /* the largest sample value that there can be; 0 is black */
    uint32_t base;          /* the least there is, of grey samples without alpha; 0 of others */
    uint32_t orientation; /* EXIF: 1..8. 1 upright, 2 mirrored, 3 half a turn, .., 5..8 with rows and columns swapped */
    double aspect;        /* height of a pixel over its width */
    uint32_t warnings;    /* pneumoscope_warning, of what the file or its pixels say */
    uint32_t scope_reasons; /* pneumoscope_scope, of what the file says */
    pneumoscope_film_facts facts;
    const void *samples; /* [height][width][nchannels] */
    void *owned;         /* what image_free gives back; NULL where the samples are lent */
    uint16_t *whole;     /* owned; where the samples are a window's, the greys of all values, linearly; else NULL */
    double window_low, window_high; /* where in these, as 0..1, that window begins and ends */
} image;

/* Decodes a file of any kind that formats.c lists. Size and shape are checked against the limits before anything is
 * allocated. */
pneumoscope_status image_decode(image *out, const uint8_t *file, size_t nbytes, uint64_t max_pixels, detail *why);

/* Wraps samples that the caller owns: u16[height][width], white is 2^bits - 1. */
pneumoscope_status image_lend(image *out, const uint16_t *grey, uint32_t width, uint32_t height, uint32_t bits,
                              uint64_t max_pixels, detail *why);

/* Whether its rows are columns once it stands upright. */
static inline bool image_is_turned(const image *film) { return film->orientation >= 5; }

/* The sample at an index into [height][width][nchannels]. */
static inline uint32_t image_sample(const image *film, size_t index) {
    return film->depth == 8 ? ((const uint8_t *)film->samples)[index] : ((const uint16_t *)film->samples)[index];
}

/* The grey that image_luminance gives as such, in shares of white. */
static inline float image_share(const image *film, float grey) {
    return (grey + (float)film->base) / (float)film->white;
}

/* The same film as all of its values, for showing: what a window cuts off can be looked at. Nothing of it is owned. */
image image_whole(const image *);

/* Gives back what image_decode took. Safe on a zeroed image. */
void image_free(image *);

/* Grey of the pixels x .. x+n-1 of stored row y, base above black, into out[n]: 0..white-base. Colour becomes luminance
 * by ITU-R BT.601 in the 16-bit fixed point that Pillow's convert("L") uses; transparent pixels lie over black.
 *
 * Neither divided by white nor counted from black: a film whose samples are all shifted by some bits, or raised by some
 * level, gives the same digits, and so the same rounding in all that follows. */
void image_luminance(const image *, uint32_t x, uint32_t y, uint32_t n, float *out);

#endif

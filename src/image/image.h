/* A film as pixels: decoded from a file (decode.h), or lent by the caller.
 *
 * The samples keep the file's depth and orientation; a JPEG's are grey, other files' keep their colour. image_luminance
 * makes grey of them row by row while they are resampled, so no second copy of the image is needed. */
#ifndef PNEUMOSCOPE_IMAGE_H
#define PNEUMOSCOPE_IMAGE_H

#include "status.h"

#include <stdbool.h>

typedef struct image {
    uint32_t width, height; /* as stored, before orientation */
    uint32_t nchannels;     /* 1 grey, 2 grey + alpha, 3 RGB, 4 RGBA */
    uint32_t depth;         /* of a sample in memory: 8, u8; or 16, u16 in this machine's byte order */
    uint32_t bits;          /* of a sample as stored in the file, 1..16: how fine its greys are */
    uint32_t white;         /* the largest possible sample; 0 is black */
    uint32_t base;          /* the least sample of a grey film without alpha; 0 of other films */
    uint32_t orientation; /* EXIF: 1..8. 1 upright, 2 mirrored, 3 half a turn, .., 5..8 with rows and columns swapped */
    double aspect;        /* height of a pixel over its width */
    uint32_t warnings;    /* bits of pneumoscope_warning, from the file and its pixels */
    uint32_t scope_reasons; /* bits of pneumoscope_scope, from the file */
    pneumoscope_film_facts facts;
    pneumoscope_film_origin origin;
    const void *samples;            /* [height][width][nchannels] */
    void *owned;                    /* image_free frees it; NULL if the samples are lent */
    uint16_t *unwindowed;           /* owned; if a window cut the samples: the greys of all values, linear; else NULL */
    double window_low, window_high; /* where the window begins and ends in `unwindowed`, 0..1 */
} image;

/* Makes a film of samples that the caller owns: u16[height][width], white is 2^bits - 1. */
pneumoscope_status image_lend(image *out, const uint16_t *grey, uint32_t width, uint32_t height, uint32_t bits,
                              uint64_t max_pixels, detail *why);

/* IMAGE_TOO_LARGE if there are more than max_pixels, or a side is over PNEUMOSCOPE_MAX_SIDE. */
pneumoscope_status image_check_size(uint32_t width, uint32_t height, uint64_t max_pixels, detail *why);

/* Fills the fields that follow from the others: base, the warnings of colour and transparency, and the facts. `kind` is
 * the format's word: "jpeg", ... */
void image_complete(image *, const char *kind);

/* Whether the stored rows become columns of the upright film. */
static inline bool image_is_turned(const image *film) { return film->orientation >= 5; }

/* The sample at an index into [height][width][nchannels]. */
static inline uint32_t image_sample(const image *film, size_t index) {
    return film->depth == 8 ? ((const uint8_t *)film->samples)[index] : ((const uint16_t *)film->samples)[index];
}

/* A grey of image_luminance as a share of white. */
static inline float image_share(const image *film, float grey) {
    return (grey + (float)film->base) / (float)film->white;
}

/* The same film with all its values, without the window's cuts. The result owns no memory. */
image image_unwindowed(const image *);

/* Frees a decoded image. Also safe on a zeroed image. */
void image_free(image *);

/* Grey of the pixels x .. x+n-1 of stored row y, base above black, into out[n]: 0..white-base. Colour becomes luminance
 * by ITU-R BT.601 in the 16-bit fixed point that Pillow's convert("L") uses; transparent pixels lie over black.
 *
 * The greys are not divided by white, and base is subtracted. So a film with all samples shifted by some bits, or
 * raised by some level, gives the same digits, and the same rounding in later steps. */
void image_luminance(const image *, uint32_t x, uint32_t y, uint32_t n, float *out);

#endif

/* From colour to grey. Tells whether the picture had colour. */
#ifndef PNEUMOSCOPE_COLOUR_H
#define PNEUMOSCOPE_COLOUR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A film counts as coloured if its channels differ by more than this, of 255. JPEG's rounding of chroma gives less. */
enum { COLOUR_TOLERANCE = 8 };

/* ITU-R BT.601 in the 16-bit fixed point that Pillow's convert("L") uses. Samples of at most 16 bits. */
static inline uint32_t colour_luminance(uint32_t red, uint32_t green, uint32_t blue) {
    return (red * 19595u + green * 38470u + blue * 7471u + 0x8000u) >> 16;
}

/* The grey of `n` pixels. True if one of them is coloured. */
bool colour_from_rgb(uint8_t *restrict grey, const uint8_t *restrict red, const uint8_t *restrict green,
                     const uint8_t *restrict blue, size_t n);

/* The same from a JPEG's brightness and chroma. They become red, green and blue as in libjpeg, with its rounding. */
bool colour_from_ycc(uint8_t *restrict grey, const uint8_t *restrict y, const uint8_t *restrict cb,
                     const uint8_t *restrict cr, size_t n);

#endif

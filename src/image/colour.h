/* Colour -> grey, and whether there was any. */
#ifndef PNEUMOSCOPE_COLOUR_H
#define PNEUMOSCOPE_COLOUR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Channels may differ by this much (of 255) before a film counts as coloured: JPEG's chroma rounding stays below. */
enum { COLOUR_TOLERANCE = 8 };

/* ITU-R BT.601 in the 16-bit fixed point that Pillow's convert("L") uses. Samples of at most 16 bits. */
static inline uint32_t colour_luminance(uint32_t red, uint32_t green, uint32_t blue) {
    return (red * 19595u + green * 38470u + blue * 7471u + 0x8000u) >> 16;
}

/* The grey of `n` pixels; whether one of them is coloured. */
bool colour_from_rgb(uint8_t *restrict grey, const uint8_t *restrict red, const uint8_t *restrict green,
                     const uint8_t *restrict blue, size_t n);

/* The same for a JPEG's brightness and chroma, turned into red, green and blue as libjpeg does, with its roundings. */
bool colour_from_ycc(uint8_t *restrict grey, const uint8_t *restrict y, const uint8_t *restrict cb,
                     const uint8_t *restrict cr, size_t n);

#endif

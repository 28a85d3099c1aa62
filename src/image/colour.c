#include "image/colour.h"

/* Plain loops without branches, which compilers vectorise. */

static inline int least(int a, int b) { return a < b ? a : b; }
static inline int most(int a, int b) { return a > b ? a : b; }
static inline int to_byte(int x) { return least(most(x, 0), 255); }

/* Sets `*grey`; the difference of the pixel's channels, at most. */
static inline int convert(uint8_t *grey, int red, int green, int blue) {
    *grey = (uint8_t)colour_luminance((uint32_t)red, (uint32_t)green, (uint32_t)blue);
    return most(most(red, green), blue) - least(least(red, green), blue);
}

bool colour_from_rgb(uint8_t *restrict grey, const uint8_t *restrict red, const uint8_t *restrict green,
                     const uint8_t *restrict blue, size_t n) {
    int difference = 0;
    for (size_t i = 0; i < n; i++)
        difference = most(difference, convert(grey + i, red[i], green[i], blue[i]));
    return difference > COLOUR_TOLERANCE;
}

bool colour_from_ycc(uint8_t *restrict grey, const uint8_t *restrict y, const uint8_t *restrict cb,
                     const uint8_t *restrict cr, size_t n) {
    int difference = 0;
    for (size_t i = 0; i < n; i++) {
        int b = cb[i] - 128, r = cr[i] - 128; /* factors of 16 fraction bits: 1.402, 0.34414, 0.71414, 1.772 */
        int red = to_byte(y[i] + ((91881 * r + 32768) >> 16));
        int green = to_byte(y[i] + ((-22554 * b - 46802 * r + 32768) >> 16));
        int blue = to_byte(y[i] + ((116130 * b + 32768) >> 16));
        difference = most(difference, convert(grey + i, red, green, blue));
    }
    return difference > COLOUR_TOLERANCE;
}

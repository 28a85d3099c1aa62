/* The inverse DCT of a JPEG block, bit for bit that of libjpeg's accurate integer method, which Pillow uses and which
 * therefore made the pixels that the network was trained on. stb_image's own has 12-bit constants and is off by one now
 * and then: enough to move a probability by half a percent. */
#ifndef PNEUMOSCOPE_JPEG_IDCT_H
#define PNEUMOSCOPE_JPEG_IDCT_H

#include <stdint.h>

/* coefficients: i16[8][8], dequantised, row by row of vertical frequency; out: eight rows of eight samples, each
 * `stride` bytes after the last. The signature is the one of stb_image's hook. */
void jpeg_idct(uint8_t *out, int stride, int16_t coefficients[64]);

#endif

/* The inverse DCT of a JPEG block. It gives the same bits as libjpeg's accurate integer method. Pillow uses that
 * method, so it made the pixels that the network was trained on. stb_image's own has 12-bit constants and is sometimes
 * off by one, which moves a probability by up to half a percent. */
#ifndef PNEUMOSCOPE_JPEG_IDCT_H
#define PNEUMOSCOPE_JPEG_IDCT_H

#include <stdint.h>

/* coefficients: i16[8][8], dequantised, a row for each vertical frequency; out: eight rows of eight samples, `stride`
 * bytes apart. stb_image's hook has this signature. */
void jpeg_idct(uint8_t *out, int stride, int16_t coefficients[64]);

/* The same in plain C. Without SSE2, jpeg_idct is this function. */
void jpeg_idct_plain(uint8_t *out, int stride, int16_t coefficients[64]);

#endif

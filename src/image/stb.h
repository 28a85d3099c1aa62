/* Compressed bytes -> samples, by stb_image, which this file alone knows of: the `decode` of formats.h for three
 * formats of at most INT_MAX bytes. A JPEG's samples come out grey. A file that needs much more memory than the pixels
 * of its header is damaged. */
#ifndef PNEUMOSCOPE_STB_H
#define PNEUMOSCOPE_STB_H

#include "image/formats.h"

pneumoscope_status stb_decode_jpeg(image *out, const uint8_t *file, size_t nbytes, const header *, detail *why);
pneumoscope_status stb_decode_png(image *out, const uint8_t *file, size_t nbytes, const header *, detail *why);
pneumoscope_status stb_decode_bmp(image *out, const uint8_t *file, size_t nbytes, const header *, detail *why);

/* Inflates raw deflate (RFC 1951) into malloc'ed memory of at most `capacity` bytes, and says how many there are and
 * whether that is all. NULL where it is damaged, with a sentence, or where there is no memory, without one. */
void *stb_inflate(const uint8_t *deflated, size_t nbytes, size_t capacity, size_t *ninflated, bool *whole, detail *why);

#endif

/* Compressed bytes -> samples, by stb_image, which this file alone knows of, for three formats of at most INT_MAX
 * bytes. As the `decode` of formats.h. A JPEG's samples come out grey. A file that needs much more memory than the
 * pixels of its header is damaged. */
#ifndef PNEUMOSCOPE_STB_H
#define PNEUMOSCOPE_STB_H

#include "image/formats.h"

pneumoscope_status stb_decode_jpeg(image *out, const uint8_t *file, size_t nbytes, const header *, detail *why);

/* A PNG or BMP, in samples of 8 or 16 bits. */
pneumoscope_status stb_decode_other(image *out, uint32_t depth, const uint8_t *file, size_t nbytes, const header *,
                                    detail *why);

/* Inflates raw deflate (RFC 1951) into malloc'ed memory of at most `capacity` bytes, and says how many there are and
 * whether that is all. NULL where it is damaged, with a sentence, or where there is no memory, without one. */
void *stb_inflate(const uint8_t *deflated, size_t nbytes, size_t capacity, size_t *ninflated, bool *whole, detail *why);

/* Inflates zlib's format (RFC 1950) for as far as it goes: at most INT_MAX bytes. What was not written keeps its value.
 * So many bytes there are; 0 where the stream breaks off before its end and the capacity's. */
size_t stb_inflate_into(uint8_t *out, size_t capacity, const uint8_t *zlib, size_t nbytes);

#endif

/* Decodes JPEG, PNG and BMP with stb_image. No other file includes stb_image. The first two functions are `decode`
 * functions of format.h, for files of at most INT_MAX bytes. A JPEG's samples come out grey. A file is refused as
 * damaged if it asks for much more memory than the pixels of its header need. */
#ifndef PNEUMOSCOPE_STB_H
#define PNEUMOSCOPE_STB_H

#include "image/format.h"

pneumoscope_status stb_decode_jpeg(image *out, const uint8_t *file, size_t nbytes, const header *, detail *why);

/* A PNG or BMP, in samples of 8 or 16 bits. */
pneumoscope_status stb_decode_other(image *out, uint32_t depth, const uint8_t *file, size_t nbytes, const header *,
                                    detail *why);

/* Inflates raw deflate (RFC 1951) into malloc'ed memory of at most `capacity` bytes. Tells how many bytes there are,
 * and whether they are all. NULL if the stream is damaged, with a sentence; NULL without a sentence if memory is short.
 */
void *stb_inflate(const uint8_t *deflated, size_t nbytes, size_t capacity, size_t *ninflated, bool *complete,
                  detail *why);

/* Inflates zlib's format (RFC 1950) as far as it goes, at most INT_MAX bytes, and returns the number of bytes. Bytes
 * that it does not write keep their values. 0 if the stream ends before its own end and before the capacity's. */
size_t stb_inflate_into(uint8_t *out, size_t capacity, const uint8_t *zlib, size_t nbytes);

#endif

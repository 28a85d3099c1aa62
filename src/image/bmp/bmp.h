/* BMP, uncompressed. format.h describes the functions. */
#ifndef PNEUMOSCOPE_BMP_H
#define PNEUMOSCOPE_BMP_H

#include "image/format.h"

pneumoscope_status bmp_probe(header *out, const uint8_t *file, size_t nbytes, detail *why);
pneumoscope_status bmp_decode(image *out, const uint8_t *file, size_t nbytes, const header *, detail *why);

#endif

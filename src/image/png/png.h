/* PNG, 1 to 16 bits a sample. format.h describes the functions. */
#ifndef PNEUMOSCOPE_PNG_H
#define PNEUMOSCOPE_PNG_H

#include "image/format.h"

pneumoscope_status png_probe(header *out, const uint8_t *file, size_t nbytes, detail *why);
pneumoscope_status png_decode(image *out, const uint8_t *file, size_t nbytes, const header *, detail *why);

#endif

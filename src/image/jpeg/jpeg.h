/* JPEG, baseline and progressive, 8 bits a sample. format.h describes the function; stb.h has the decoder. */
#ifndef PNEUMOSCOPE_JPEG_H
#define PNEUMOSCOPE_JPEG_H

#include "image/format.h"

pneumoscope_status jpeg_probe(header *out, const uint8_t *file, size_t nbytes, detail *why);

#endif

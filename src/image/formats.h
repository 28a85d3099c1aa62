/* The table of image formats. A file's format is looked up here once. */
#ifndef PNEUMOSCOPE_FORMATS_H
#define PNEUMOSCOPE_FORMATS_H

#include "image/format.h"

/* Finds the format of a file and probes the file. The caller sets max_pixels of *out and zeros the rest. BAD_IMAGE if
 * the file is no image. */
pneumoscope_status format_probe(const format **kind, header *out, const uint8_t *file, size_t nbytes, detail *why);

/* Frees the memory that a successful probe keeps. */
void format_close(const format *, header *);

#endif

/* The three formats behind probe_file, one a file. Each gets a file that begins as its format does, fills width,
 * height, bits and orientation, and may leave width and height 0, which probe_file refuses. */
#ifndef PNEUMOSCOPE_PROBE_FORMATS_H
#define PNEUMOSCOPE_PROBE_FORMATS_H

#include "image/probe.h"

pneumoscope_status probe_jpeg(probe *out, const uint8_t *file, size_t nbytes, detail *why);
pneumoscope_status probe_png(probe *out, const uint8_t *file, size_t nbytes, detail *why);
pneumoscope_status probe_bmp(probe *out, const uint8_t *file, size_t nbytes, detail *why);

#endif

#ifndef PNEUMOSCOPE_EXIF_H
#define PNEUMOSCOPE_EXIF_H

#include <stddef.h>
#include <stdint.h>

/* The orientation tag of an EXIF block (TIFF structure), 1..8. An absent or damaged tag gives 1: a broken comment is no
 * reason to refuse a film. EXIF 2.32, tag 0x0112. */
uint32_t exif_orientation(const uint8_t *tiff, size_t nbytes);

#endif

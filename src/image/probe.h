/* What an image file's headers say, read before a single pixel is decoded or a byte allocated.
 *
 * stb_image is lenient: it decodes a truncated JPEG or BMP to a half-grey picture and never looks at a PNG's checksums.
 * A film with a missing half must not get an answer, so this walk refuses such files first, and names what is wrong. */
#ifndef PNEUMOSCOPE_PROBE_H
#define PNEUMOSCOPE_PROBE_H

#include "status.h"

typedef struct probe {
    uint32_t width, height; /* as stored, before orientation; both above 0 */
    uint32_t bits;          /* per sample: 1..16 */
    uint32_t orientation;   /* EXIF: 1..8; 1 is upright */
} probe;

/* BAD_IMAGE for damage or for what is no image, UNSUPPORTED_IMAGE for a kind that stb_image does not decode. */
pneumoscope_status probe_file(probe *out, const uint8_t *file, size_t nbytes, detail *why);

/* The orientation tag of an EXIF block (TIFF structure), 1 where it is absent or damaged: a film is not refused
 * for a broken comment. EXIF 2.32, tag 0x0112. */
uint32_t probe_exif_orientation(const uint8_t *tiff, size_t nbytes);

#endif

/* The kinds of file that a film comes in: one table, in which a kind is found once.
 *
 * stb_image is lenient: it decodes a truncated JPEG or BMP to a half-grey picture and never looks at a PNG's checksums.
 * A film with a missing half must not get an answer, so each format's probe walks its file first, before a single pixel
 * is decoded or a byte allocated, and names what is wrong. */
#ifndef PNEUMOSCOPE_FORMATS_H
#define PNEUMOSCOPE_FORMATS_H

#include "image/image.h"

/* What a file says of its picture before it is decoded. */
typedef struct header {
    uint32_t width, height; /* as stored, before orientation; both above 0 */
    uint32_t bits;          /* per sample as stored: 1..16 */
    uint32_t orientation;   /* EXIF: 1..8; 1 is upright */
    uint64_t max_pixels;    /* that a file may make the probe ask for memory for; set by the caller */
} header;

typedef struct format {
    const char *kind; /* in one word, for programs; NULL of what is not read */
    const char *name; /* as it stands in a sentence, with its article */
    size_t magic_at;  /* a file of this kind has `magic_nbytes` of `magic` there */
    const char *magic;
    size_t magic_nbytes;

    /* Gets a file that begins as its format does; fills the header and may leave width and height 0, which is refused.
     * BAD_IMAGE for damage, UNSUPPORTED_IMAGE for a kind that is not decoded. NULL where the format is known, not read.
     */
    pneumoscope_status (*probe)(header *out, const uint8_t *file, size_t nbytes, detail *why);

    /* Gets a file that was probed; fills width, height, nchannels, depth, white, owned and what it knows of the
     * warnings. BAD_IMAGE or NO_MEMORY, with nothing left behind. */
    pneumoscope_status (*decode)(image *out, const uint8_t *file, size_t nbytes, const header *, detail *why);

    pneumoscope_status refusal; /* of a format that is not read: UNSUPPORTED_IMAGE, or BAD_IMAGE for what is no image */
} format;

/* Finds the kind of a file and probes it, *out being zero but for max_pixels. BAD_IMAGE for what is no image. */
pneumoscope_status format_probe(const format **kind, header *out, const uint8_t *file, size_t nbytes, detail *why);

/* The rows' functions. */
pneumoscope_status dicom_probe(header *out, const uint8_t *file, size_t nbytes, detail *why);
pneumoscope_status dicom_decode(image *out, const uint8_t *file, size_t nbytes, const header *, detail *why);
pneumoscope_status jpeg_probe(header *out, const uint8_t *file, size_t nbytes, detail *why);
pneumoscope_status png_probe(header *out, const uint8_t *file, size_t nbytes, detail *why);
pneumoscope_status png_decode(image *out, const uint8_t *file, size_t nbytes, const header *, detail *why);
pneumoscope_status bmp_probe(header *out, const uint8_t *file, size_t nbytes, detail *why);
pneumoscope_status bmp_decode(image *out, const uint8_t *file, size_t nbytes, const header *, detail *why);

/* Refuses a picture of which more than a fiftieth of the rows is missing, as "incomplete". */
pneumoscope_status refuse_missing(uint32_t nmissing, uint32_t width, uint32_t height, const char *kind, detail *why);

/* The orientation tag of an EXIF block (TIFF structure), 1 where it is absent or damaged: a film is not refused
 * for a broken comment. EXIF 2.32, tag 0x0112. */
uint32_t exif_orientation(const uint8_t *tiff, size_t nbytes);

#endif

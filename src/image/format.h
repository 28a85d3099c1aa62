/* One image format. Every decoder includes this file; formats.c has the table of all formats.
 *
 * stb_image is lenient. It decodes a truncated JPEG or BMP to a half-grey picture, and it ignores a PNG's checksums.
 * But half a film must not get an answer. So each format has a probe: it walks over the file before a pixel is decoded
 * and says what is wrong. */
#ifndef PNEUMOSCOPE_FORMAT_H
#define PNEUMOSCOPE_FORMAT_H

#include "image/image.h"

/* What a file says about its picture before the picture is decoded. */
typedef struct header {
    uint32_t width, height;           /* as stored, before orientation; both above 0 */
    uint32_t bits;                    /* per sample as stored: 1..16 */
    uint32_t orientation;             /* EXIF: 1..8; 1 is upright */
    size_t cut_at;                    /* where the sound part of a cut JPEG ends; 0: the file is not cut */
    uint64_t max_pixels;              /* most pixels that the probe may take memory for; the caller sets it */
    uint32_t warnings, scope_reasons; /* found by the probe */
    void *parsed;                     /* kept by the probe for the decoder; `close` frees it */
} header;

typedef struct format {
    const char *kind; /* a word for programs; of a format that is not read, the refusal's reason */
    const char *name; /* words for a sentence, with an article; of a format that is not read, also what to do */
    size_t magic_at;  /* the file has the `magic_nbytes` bytes of `magic` at this offset */
    const char *magic;
    size_t magic_nbytes;

    /* Reads the header of a file that has the format's magic. Width and height may be 0; the caller refuses that.
     * BAD_IMAGE for damage, UNSUPPORTED_IMAGE for a kind that is not decoded; then nothing stays allocated. NULL if the
     * library knows the format and does not read it. */
    pneumoscope_status (*probe)(header *out, const uint8_t *file, size_t nbytes, detail *why);

    /* Decodes a probed file. Fills width, height, nchannels, depth, white, owned and its warnings. BAD_IMAGE or
     * NO_MEMORY; then nothing stays allocated. After NEEDS_CODECS the caller may try again. */
    pneumoscope_status (*decode)(image *out, const uint8_t *file, size_t nbytes, const header *, detail *why);

    void (*close)(header *); /* frees `parsed`; NULL if the probe keeps nothing */

    pneumoscope_status refusal; /* of a format that is not read: UNSUPPORTED_IMAGE; BAD_IMAGE if it is no image */
} format;

#endif

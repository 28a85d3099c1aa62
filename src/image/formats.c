#include "image/formats.h"

#include "image/dicom/dicom.h"
#include "image/stb.h"

#include <math.h>
#include <string.h>

static const format formats[] = {
    /* First, since what stands in the 128 bytes before its magic is free, and may be another format's. */
    {"dicom", "a DICOM file", 128, "DICM", 4, dicom_probe, dicom_decode, PNEUMOSCOPE_OK},
    {"jpeg", "a JPEG", 0, "\xff\xd8\xff", 3, jpeg_probe, stb_decode_jpeg, PNEUMOSCOPE_OK},
    {"png", "a PNG", 0, "\x89PNG\r\n\x1a\n", 8, png_probe, png_decode, PNEUMOSCOPE_OK},
    {"bmp", "a BMP", 0, "BM", 2, bmp_probe, bmp_decode, PNEUMOSCOPE_OK},
    {NULL, "a GIF", 0, "GIF8", 4, NULL, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE},
    {NULL, "a TIFF", 0, "II*\0", 4, NULL, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE},
    {NULL, "a TIFF", 0, "MM\0*", 4, NULL, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE},
    {NULL, "a BigTIFF", 0, "II+\0", 4, NULL, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE},
    {NULL, "a JPEG XL", 0, "\xff\x0a", 2, NULL, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE},
    {NULL, "a JPEG XL", 0, "\0\0\0\x0cJXL ", 8, NULL, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE},
    {NULL, "a JPEG 2000", 0, "\xff\x4f\xff\x51", 4, NULL, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE},
    {NULL, "a gzip archive, not an image", 0, "\x1f\x8b", 2, NULL, NULL, PNEUMOSCOPE_BAD_IMAGE},
    {NULL, "a WebP image", 8, "WEBP", 4, NULL, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE},
    {NULL, "a HEIF, AVIF or video file", 4, "ftyp", 4, NULL, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE},
    {NULL, "a JPEG 2000", 0, "\0\0\0\x0cjP  ", 8, NULL, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE},
    {NULL, "a PDF document, not an image", 0, "%PDF", 4, NULL, NULL, PNEUMOSCOPE_BAD_IMAGE},
    {NULL, "a ZIP archive, not an image", 0, "PK\3\4", 4, NULL, NULL, PNEUMOSCOPE_BAD_IMAGE},
    {NULL, "a web page, not an image", 0, "<!", 2, NULL, NULL, PNEUMOSCOPE_BAD_IMAGE},
    {NULL, "a web page, not an image", 0, "<html", 5, NULL, NULL, PNEUMOSCOPE_BAD_IMAGE},
};

pneumoscope_status refuse_missing(uint32_t nmissing, uint32_t width, uint32_t height, const char *kind, detail *why) {
    if ((uint64_t)nmissing * 50 <= height)
        return PNEUMOSCOPE_OK;
    return status_refuse(
        why, PNEUMOSCOPE_BAD_IMAGE, "incomplete",
        "The %s is cut short: %.0f %% of its %u x %u pixels are missing. Copy or export the film again.", kind,
        ceil(100.0 * nmissing / height), width, height);
}

/* A data set of DICOM without its preamble has no magic: it is asked for when nothing else is found. */
static const format *headless_dicom = &formats[0];

static const format *format_of(const uint8_t *file, size_t nbytes) {
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        const format *f = &formats[i];
        if (nbytes >= f->magic_at + f->magic_nbytes && memcmp(file + f->magic_at, f->magic, f->magic_nbytes) == 0)
            return f;
    }
    return dicom_sniff(file, nbytes) ? headless_dicom : NULL;
}

pneumoscope_status format_probe(const format **kind, header *out, const uint8_t *file, size_t nbytes, detail *why) {
    if (nbytes == 0)
        return status_fail(why, PNEUMOSCOPE_BAD_IMAGE, "The file is empty; a DICOM, JPEG, PNG or BMP would be read.");
    const format *f = *kind = format_of(file, nbytes);
    if (!f)
        return status_fail(why, PNEUMOSCOPE_BAD_IMAGE,
                           "The file is not an image: it begins like no DICOM, JPEG, PNG or BMP, which would be read.");
    if (!f->probe)
        return status_fail(why, f->refusal, "The file is %s; a DICOM, JPEG, PNG or BMP would be read.", f->name);
    out->orientation = 1;
    pneumoscope_status status = f->probe(out, file, nbytes, why);
    if (!status && (out->width == 0 || out->height == 0))
        return status_fail(why, PNEUMOSCOPE_BAD_IMAGE, "The file is %s without pixels: %u x %u.", f->name, out->width,
                           out->height);
    return status;
}

#include "image/formats.h"

#include "image/stb.h"

#include <string.h>

static const format formats[] = {
    {"a JPEG", 0, "\xff\xd8\xff", 3, jpeg_probe, stb_decode_jpeg, PNEUMOSCOPE_OK},
    {"a PNG", 0, "\x89PNG\r\n\x1a\n", 8, png_probe, stb_decode_png, PNEUMOSCOPE_OK},
    {"a BMP", 0, "BM", 2, bmp_probe, stb_decode_bmp, PNEUMOSCOPE_OK},
    {"a DICOM file", 128, "DICM", 4, NULL, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE},
    {"a GIF", 0, "GIF8", 4, NULL, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE},
    {"a TIFF", 0, "II*\0", 4, NULL, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE},
    {"a TIFF", 0, "MM\0*", 4, NULL, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE},
    {"a WebP image", 8, "WEBP", 4, NULL, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE},
    {"a HEIF, AVIF or video file", 4, "ftyp", 4, NULL, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE},
    {"a JPEG 2000", 0, "\0\0\0\x0cjP  ", 8, NULL, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE},
    {"a PDF document, not an image", 0, "%PDF", 4, NULL, NULL, PNEUMOSCOPE_BAD_IMAGE},
    {"a ZIP archive, not an image", 0, "PK\3\4", 4, NULL, NULL, PNEUMOSCOPE_BAD_IMAGE},
    {"a web page, not an image", 0, "<!", 2, NULL, NULL, PNEUMOSCOPE_BAD_IMAGE},
    {"a web page, not an image", 0, "<html", 5, NULL, NULL, PNEUMOSCOPE_BAD_IMAGE},
};

static const format *format_of(const uint8_t *file, size_t nbytes) {
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        const format *f = &formats[i];
        if (nbytes >= f->magic_at + f->magic_nbytes && memcmp(file + f->magic_at, f->magic, f->magic_nbytes) == 0)
            return f;
    }
    return NULL;
}

pneumoscope_status format_probe(const format **kind, header *out, const uint8_t *file, size_t nbytes, detail *why) {
    if (nbytes == 0)
        return status_fail(why, PNEUMOSCOPE_BAD_IMAGE, "The file is empty; a JPEG, PNG or BMP would be read.");
    const format *f = *kind = format_of(file, nbytes);
    if (!f)
        return status_fail(why, PNEUMOSCOPE_BAD_IMAGE,
                           "The file is not an image: it begins like no JPEG, PNG or BMP, which would be read.");
    if (!f->probe)
        return status_fail(why, f->refusal, "The file is %s; a JPEG, PNG or BMP would be read.", f->name);
    *out = (header){.orientation = 1};
    pneumoscope_status status = f->probe(out, file, nbytes, why);
    if (!status && (out->width == 0 || out->height == 0))
        return status_fail(why, PNEUMOSCOPE_BAD_IMAGE, "The file is %s without pixels: %u x %u.", f->name, out->width,
                           out->height);
    return status;
}

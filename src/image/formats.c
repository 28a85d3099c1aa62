#include "image/probe.h"

#include "image/formats.h"

#include <string.h>

typedef pneumoscope_status (*probe_function)(probe *, const uint8_t *, size_t, detail *);

static const struct kind {
    size_t offset;
    const char *magic;
    size_t magic_nbytes;
    probe_function probe; /* NULL: known, not read */
    pneumoscope_status status;
    const char *name;
} kinds[] = {
    {0, "\xff\xd8\xff", 3, probe_jpeg, PNEUMOSCOPE_OK, "a JPEG"},
    {0, "\x89PNG\r\n\x1a\n", 8, probe_png, PNEUMOSCOPE_OK, "a PNG"},
    {0, "BM", 2, probe_bmp, PNEUMOSCOPE_OK, "a BMP"},
    {128, "DICM", 4, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "a DICOM file"},
    {0, "GIF8", 4, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "a GIF"},
    {0, "II*\0", 4, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "a TIFF"},
    {0, "MM\0*", 4, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "a TIFF"},
    {8, "WEBP", 4, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "a WebP image"},
    {4, "ftyp", 4, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "a HEIF, AVIF or video file"},
    {0, "\0\0\0\x0cjP  ", 8, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE, "a JPEG 2000"},
    {0, "%PDF", 4, NULL, PNEUMOSCOPE_BAD_IMAGE, "a PDF document, not an image"},
    {0, "PK\3\4", 4, NULL, PNEUMOSCOPE_BAD_IMAGE, "a ZIP archive, not an image"},
    {0, "<!", 2, NULL, PNEUMOSCOPE_BAD_IMAGE, "a web page, not an image"},
    {0, "<html", 5, NULL, PNEUMOSCOPE_BAD_IMAGE, "a web page, not an image"},
};

pneumoscope_status probe_file(probe *out, const uint8_t *file, size_t nbytes, detail *why) {
    if (nbytes == 0)
        return status_fail(why, PNEUMOSCOPE_BAD_IMAGE, "The file is empty; a JPEG, PNG or BMP would be read.");
    *out = (probe){.orientation = 1};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const struct kind *kind = &kinds[i];
        if (nbytes < kind->offset + kind->magic_nbytes ||
            memcmp(file + kind->offset, kind->magic, kind->magic_nbytes) != 0)
            continue;
        if (!kind->probe)
            return status_fail(why, kind->status, "The file is %s; a JPEG, PNG or BMP would be read.", kind->name);
        pneumoscope_status status = kind->probe(out, file, nbytes, why);
        if (!status && (out->width == 0 || out->height == 0))
            return status_fail(why, PNEUMOSCOPE_BAD_IMAGE, "The file is %s without pixels: %u x %u.", kind->name,
                               out->width, out->height);
        return status;
    }
    return status_fail(why, PNEUMOSCOPE_BAD_IMAGE,
                       "The file is not an image: it begins like no JPEG, PNG or BMP, which would be read.");
}

#include "image/formats.h"

#include "image/bmp/bmp.h"
#include "image/dicom/dicom.h"
#include "image/dicom/film.h"
#include "image/jpeg/jpeg.h"
#include "image/png/png.h"
#include "image/stb.h"

#include <string.h>

#define NOT_READ ", which is not read here: save it as JPEG or PNG, or export it as DICOM"
#define UNPACK ": unpack it, and read the films in it"
#define NO_IMAGE ", not an image: a DICOM, JPEG, PNG or BMP would be read"

static const format formats[] = {
    /* First: the 128 bytes before its magic are free, and may hold another format's magic. */
    {"dicom", "a DICOM file", 128, "DICM", 4, dicom_probe, dicom_decode, dicom_close, PNEUMOSCOPE_OK},
    {"jpeg", "a JPEG", 0, "\xff\xd8\xff", 3, jpeg_probe, stb_decode_jpeg, NULL, PNEUMOSCOPE_OK},
    {"png", "a PNG", 0, "\x89PNG\r\n\x1a\n", 8, png_probe, png_decode, NULL, PNEUMOSCOPE_OK},
    {"bmp", "a BMP", 0, "BM", 2, bmp_probe, bmp_decode, NULL, PNEUMOSCOPE_OK},
    {"gif", "a GIF" NOT_READ, 0, "GIF8", 4, NULL, NULL, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE},
    {"tiff", "a TIFF" NOT_READ, 0, "II*\0", 4, NULL, NULL, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE},
    {"tiff", "a TIFF" NOT_READ, 0, "MM\0*", 4, NULL, NULL, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE},
    {"tiff", "a BigTIFF" NOT_READ, 0, "II+\0", 4, NULL, NULL, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE},
    {"tiff", "a BigTIFF" NOT_READ, 0, "MM\0+", 4, NULL, NULL, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE},
    {"jpeg-xr", "a JPEG XR" NOT_READ, 0, "II\xbc", 3, NULL, NULL, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE},
    {"jpeg-xl", "a JPEG XL" NOT_READ, 0, "\xff\x0a", 2, NULL, NULL, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE},
    {"jpeg-xl", "a JPEG XL" NOT_READ, 0, "\0\0\0\x0cJXL ", 8, NULL, NULL, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE},
    {"jpeg-2000", "a JPEG 2000" NOT_READ, 0, "\xff\x4f\xff\x51", 4, NULL, NULL, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE},
    {"jpeg-2000", "a JPEG 2000" NOT_READ, 0, "\0\0\0\x0cjP  ", 8, NULL, NULL, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE},
    {"webp", "a WebP" NOT_READ, 8, "WEBP", 4, NULL, NULL, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE},
    {"avif", "an AVIF" NOT_READ, 4, "ftypavi", 7, NULL, NULL, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE},
    {"heic", "a HEIC" NOT_READ, 4, "ftyphei", 7, NULL, NULL, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE},
    {"heic", "a HEIC" NOT_READ, 4, "ftyphev", 7, NULL, NULL, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE},
    {"heic", "a HEIC" NOT_READ, 4, "ftypmif1", 8, NULL, NULL, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE},
    {"heic", "a HEIC" NOT_READ, 4, "ftypmsf1", 8, NULL, NULL, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE},
    {"netpbm", "a PGM" NOT_READ, 0, "P2\n", 3, NULL, NULL, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE},
    {"netpbm", "a PGM" NOT_READ, 0, "P2 ", 3, NULL, NULL, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE},
    {"netpbm", "a PGM" NOT_READ, 0, "P5\n", 3, NULL, NULL, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE},
    {"netpbm", "a PGM" NOT_READ, 0, "P5 ", 3, NULL, NULL, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE},
    {"netpbm", "a PPM" NOT_READ, 0, "P6\n", 3, NULL, NULL, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE},
    {"netpbm", "a PAM" NOT_READ, 0, "P7\n", 3, NULL, NULL, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE},
    {"nifti", "a NIfTI volume" NOT_READ, 344, "n+1\0", 4, NULL, NULL, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE},
    {"nifti", "a NIfTI volume" NOT_READ, 344, "ni1\0", 4, NULL, NULL, NULL, PNEUMOSCOPE_UNSUPPORTED_IMAGE},
    {"zip", "a ZIP archive" UNPACK, 0, "PK\3\4", 4, NULL, NULL, NULL, PNEUMOSCOPE_BAD_IMAGE},
    {"zip", "an empty ZIP archive" UNPACK, 0, "PK\5\6", 4, NULL, NULL, NULL, PNEUMOSCOPE_BAD_IMAGE},
    {"gzip", "a gzip archive" UNPACK, 0, "\x1f\x8b", 2, NULL, NULL, NULL, PNEUMOSCOPE_BAD_IMAGE},
    {"7z", "a 7z archive" UNPACK, 0, "7z\xbc\xaf'\x1c", 6, NULL, NULL, NULL, PNEUMOSCOPE_BAD_IMAGE},
    {"rar", "a RAR archive" UNPACK, 0, "Rar!", 4, NULL, NULL, NULL, PNEUMOSCOPE_BAD_IMAGE},
    {"xz", "an xz archive" UNPACK, 1, "7zXZ", 4, NULL, NULL, NULL, PNEUMOSCOPE_BAD_IMAGE},
    {"bzip2", "a bzip2 archive" UNPACK, 0, "BZh", 3, NULL, NULL, NULL, PNEUMOSCOPE_BAD_IMAGE},
    {"zstd", "a zstd archive" UNPACK, 0, "\x28\xb5\x2f\xfd", 4, NULL, NULL, NULL, PNEUMOSCOPE_BAD_IMAGE},
    {"tar", "a tar archive" UNPACK, 257, "ustar", 5, NULL, NULL, NULL, PNEUMOSCOPE_BAD_IMAGE},
    {"video", "a video" NO_IMAGE, 4, "ftyp", 4, NULL, NULL, NULL, PNEUMOSCOPE_BAD_IMAGE},
    {"pdf", "a PDF document" NO_IMAGE, 0, "%PDF", 4, NULL, NULL, NULL, PNEUMOSCOPE_BAD_IMAGE},
    {"html", "a web page" NO_IMAGE, 0, "<!", 2, NULL, NULL, NULL, PNEUMOSCOPE_BAD_IMAGE},
    {"html", "a web page" NO_IMAGE, 0, "<html", 5, NULL, NULL, NULL, PNEUMOSCOPE_BAD_IMAGE},
};

/* A DICOM data set without preamble has no magic. It is tried after all other formats. */
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
        return status_refuse(why, PNEUMOSCOPE_BAD_IMAGE, PNEUMOSCOPE_REASON_EMPTY,
                             "The file is empty; DICOM, JPEG, PNG and BMP are read.");
    const format *f = *kind = format_of(file, nbytes);
    if (!f)
        return status_refuse(why, PNEUMOSCOPE_BAD_IMAGE, PNEUMOSCOPE_REASON_NOT_AN_IMAGE,
                             "The file is not an image of a known format; DICOM, JPEG, PNG and BMP are read.");
    if (!f->probe)
        return status_refuse(why, f->refusal, status_reason_named(f->kind), "The file is %s.", f->name);
    out->orientation = 1;
    pneumoscope_status status = f->probe(out, file, nbytes, why);
    if (!status && (out->width == 0 || out->height == 0)) {
        format_close(f, out);
        return status_refuse(why, PNEUMOSCOPE_BAD_IMAGE, PNEUMOSCOPE_REASON_CORRUPT,
                             "The file is %s without pixels: %u x %u.", f->name, out->width, out->height);
    }
    return status;
}

void format_close(const format *kind, header *opened) {
    if (kind->close)
        kind->close(opened);
}

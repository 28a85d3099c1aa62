#include "probe.h"

#include <string.h>

static uint32_t be16(const uint8_t *p) { return (uint32_t)p[0] << 8 | p[1]; }
static uint32_t be32(const uint8_t *p) { return be16(p) << 16 | be16(p + 2); }
static uint32_t le16(const uint8_t *p) { return (uint32_t)p[1] << 8 | p[0]; }
static uint32_t le32(const uint8_t *p) { return le16(p + 2) << 16 | le16(p); }

uint32_t probe_exif_orientation(const uint8_t *tiff, size_t nbytes) {
    if (nbytes < 8 || (memcmp(tiff, "II*\0", 4) != 0 && memcmp(tiff, "MM\0*", 4) != 0))
        return 1;
    uint32_t (*get16)(const uint8_t *) = tiff[0] == 'I' ? le16 : be16;
    uint32_t (*get32)(const uint8_t *) = tiff[0] == 'I' ? le32 : be32;
    size_t directory = get32(tiff + 4);
    if (directory > nbytes - 2)
        return 1;
    uint32_t nentries = get16(tiff + directory);
    const uint8_t *entry = tiff + directory + 2;
    for (uint32_t i = 0; i < nentries && (size_t)(tiff + nbytes - entry) >= 12; i++, entry += 12) {
        uint32_t value = get16(entry + 8);
        if (get16(entry) == 0x0112 && get16(entry + 2) == 3 && get32(entry + 4) == 1 && value >= 1 && value <= 8)
            return value;
    }
    return 1;
}

/* ---- JPEG: a list of marker segments; after each start of scan, entropy-coded bytes up to the next marker ---- */

static pneumoscope_status jpeg_frame(probe *out, unsigned marker, const uint8_t *body, size_t nbytes, detail *why) {
    if (nbytes < 6)
        return status_fail(why, PNEUMOSCOPE_BAD_IMAGE, "The JPEG's frame header is cut short.");
    if (marker != 0xc0 && marker != 0xc1 && marker != 0xc2)
        return status_fail(why, PNEUMOSCOPE_UNSUPPORTED_IMAGE,
                           "The JPEG is lossless, hierarchical or arithmetic-coded (frame type %u); baseline and "
                           "progressive JPEG are read.",
                           marker - 0xc0);
    if (body[0] != 8)
        return status_fail(why, PNEUMOSCOPE_UNSUPPORTED_IMAGE,
                           "The JPEG has %u bits a sample; 8 are read. A 16-bit PNG would keep the film's depth.",
                           (unsigned)body[0]);
    if (body[5] == 4)
        return status_fail(why, PNEUMOSCOPE_UNSUPPORTED_IMAGE,
                           "The JPEG has four colour channels (CMYK, for printing); grey or RGB would be read.");
    out->bits = 8;
    out->height = be16(body + 1);
    out->width = be16(body + 3);
    return PNEUMOSCOPE_OK;
}

static size_t jpeg_skip_scan(const uint8_t *file, size_t at, size_t nbytes) {
    for (; at + 1 < nbytes; at++) {
        const uint8_t *next = memchr(file + at, 0xff, nbytes - 1 - at);
        if (!next)
            return nbytes;
        at = (size_t)(next - file);
        int stuffed_or_restart = next[1] == 0x00 || next[1] == 0xff || (next[1] >= 0xd0 && next[1] <= 0xd7);
        if (!stuffed_or_restart)
            return at;
    }
    return nbytes;
}

static int is_start_of_frame(unsigned marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

/* How many channels begin in a scan: all of them in a baseline one, those that it refines not in a progressive one. */
static unsigned jpeg_channels_begun(const uint8_t *scan, size_t nbytes) {
    unsigned nchannels = nbytes > 0 ? scan[0] : 0;
    if (nbytes != 4 + 2 * (size_t)nchannels)
        return 0;
    const uint8_t *spectrum = scan + 1 + 2 * nchannels; /* first and last coefficient; bits before and after */
    return spectrum[0] == 0 && spectrum[2] >> 4 == 0 ? nchannels : 0;
}

static pneumoscope_status probe_jpeg(probe *out, const uint8_t *file, size_t nbytes, detail *why) {
    size_t at = 2;
    unsigned nchannels = 0, nbegun = 0;
    while (at + 4 <= nbytes || (at + 2 <= nbytes && file[at + 1] == 0xd9)) {
        if (file[at] != 0xff)
            return status_fail(why, PNEUMOSCOPE_BAD_IMAGE, "The JPEG is damaged: no marker at byte %zu.", at);
        unsigned marker = file[at + 1];
        if (marker == 0xff || (marker >= 0xd0 && marker <= 0xd7)) { /* fill byte; stray restart */
            at += marker == 0xff ? 1 : 2;
            continue;
        }
        if (marker == 0xd9) {
            if (nbegun < nchannels)
                return status_fail(why, PNEUMOSCOPE_BAD_IMAGE,
                                   "The JPEG is damaged: it ends with %u of its %u channels.", nbegun, nchannels);
            return PNEUMOSCOPE_OK;
        }
        size_t length = be16(file + at + 2);
        if (length < 2 || length > nbytes - at - 2)
            break;
        const uint8_t *body = file + at + 4;
        if (is_start_of_frame(marker)) {
            if (out->bits)
                return status_fail(why, PNEUMOSCOPE_BAD_IMAGE, "The JPEG is damaged: it has two frame headers.");
            pneumoscope_status status = jpeg_frame(out, marker, body, length - 2, why);
            if (status)
                return status;
            nchannels = body[5];
        }
        if (marker == 0xe1 && length >= 8 && memcmp(body, "Exif\0\0", 6) == 0)
            out->orientation = probe_exif_orientation(body + 6, length - 8);
        at += 2 + length;
        if (marker == 0xda) {
            nbegun += jpeg_channels_begun(body, length - 2);
            at = jpeg_skip_scan(file, at, nbytes);
        }
    }
    return status_fail(why, PNEUMOSCOPE_BAD_IMAGE,
                       "The JPEG is cut short: its %zu bytes end before the end-of-image marker.", nbytes);
}

/* ---- PNG: chunks of length, type, data, CRC-32 ---- */

static void crc32_table(uint32_t table[256]) {
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t c = i;
        for (int bit = 0; bit < 8; bit++)
            c = (c & 1) ? 0xedb88320u ^ (c >> 1) : c >> 1;
        table[i] = c;
    }
}

static uint32_t crc32(const uint32_t table[256], const uint8_t *data, size_t nbytes) {
    uint32_t c = 0xffffffffu;
    for (size_t i = 0; i < nbytes; i++)
        c = table[(c ^ data[i]) & 0xff] ^ (c >> 8);
    return c ^ 0xffffffffu;
}

static pneumoscope_status probe_png(probe *out, const uint8_t *file, size_t nbytes, detail *why) {
    uint32_t table[256];
    crc32_table(table);
    for (size_t at = 8; nbytes - at >= 12;) {
        size_t length = be32(file + at);
        if (length > nbytes - at - 12)
            break;
        const uint8_t *type = file + at + 4, *body = file + at + 8;
        if (crc32(table, type, length + 4) != be32(body + length))
            return status_fail(why, PNEUMOSCOPE_BAD_IMAGE,
                               "The PNG is damaged: its %.4s chunk at byte %zu has a wrong "
                               "checksum.",
                               (const char *)type, at);
        if (at == 8) {
            if (memcmp(type, "IHDR", 4) != 0 || length != 13)
                return status_fail(why, PNEUMOSCOPE_BAD_IMAGE, "The PNG is damaged: it does not begin with IHDR.");
            out->width = be32(body);
            out->height = be32(body + 4);
            out->bits = body[8];
        } else if (memcmp(type, "eXIf", 4) == 0) {
            out->orientation = probe_exif_orientation(body, length);
        } else if (memcmp(type, "IEND", 4) == 0) {
            return PNEUMOSCOPE_OK;
        }
        at += length + 12;
    }
    return status_fail(why, PNEUMOSCOPE_BAD_IMAGE, "The PNG is cut short: its %zu bytes end before the IEND chunk.",
                       nbytes);
}

/* ---- BMP: a fixed header, then rows padded to four bytes ---- */

typedef struct bmp {
    uint32_t header, width, height, depth, compression, pixels_at;
} bmp;

/* The largest palette index of the pixels, `depth` 1, 4 or 8. */
static uint32_t bmp_largest_index(const bmp *b, const uint8_t *pixels, size_t row_nbytes) {
    uint32_t largest = 0, mask = (1u << b->depth) - 1;
    for (uint32_t y = 0; y < b->height; y++)
        for (uint32_t x = 0; x < b->width; x++) {
            size_t bit = (size_t)x * b->depth;
            uint32_t index = pixels[y * row_nbytes + bit / 8] >> (8 - b->depth - bit % 8) & mask;
            largest = index > largest ? index : largest;
        }
    return largest;
}

/* What stb_image gets wrong: it skips a gap twice, fills up a short palette with whatever the stack holds and cuts four
 * colours off OS/2's. */
static pneumoscope_status bmp_layout(const bmp *b, const uint8_t *file, size_t row_nbytes, detail *why) {
    uint32_t header_end = 14 + b->header + (b->header == 40 && b->compression == 3 ? 12 : 0); /* three masks */
    if (b->pixels_at < header_end)
        return status_fail(why, PNEUMOSCOPE_BAD_IMAGE,
                           "The BMP is damaged: its pixels begin at byte %u, inside its "
                           "header.",
                           b->pixels_at);
    if (b->depth > 8)
        return b->pixels_at == header_end ? PNEUMOSCOPE_OK
                                          : status_fail(why, PNEUMOSCOPE_UNSUPPORTED_IMAGE,
                                                        "The BMP has %u bytes between its header and its "
                                                        "pixels; one without them would be read.",
                                                        b->pixels_at - header_end);
    if (b->header == 12)
        return status_fail(why, PNEUMOSCOPE_UNSUPPORTED_IMAGE,
                           "The BMP has a palette of OS/2's; a newer BMP would be "
                           "read.");
    uint32_t ncolours = (b->pixels_at - header_end) / 4, largest = 0;
    if (b->depth == 1 || b->depth == 4 || b->depth == 8)
        largest = bmp_largest_index(b, file + b->pixels_at, row_nbytes);
    return largest < ncolours
               ? PNEUMOSCOPE_OK
               : status_fail(why, PNEUMOSCOPE_BAD_IMAGE,
                             "The BMP is damaged: a pixel has colour %u of a palette of %u.", largest, ncolours);
}

static bmp bmp_fields(const uint8_t *file, uint32_t header) {
    if (header == 12)
        return (bmp){header, le16(file + 18), le16(file + 20), le16(file + 24), 0, le32(file + 10)};
    uint32_t height = le32(file + 22);
    if (height > INT32_MAX) /* negative: rows run from the top */
        height = 0u - height;
    return (bmp){header, le32(file + 18), height, le16(file + 28), le32(file + 30), le32(file + 10)};
}

static pneumoscope_status probe_bmp(probe *out, const uint8_t *file, size_t nbytes, detail *why) {
    if (nbytes < 26)
        return status_fail(why, PNEUMOSCOPE_BAD_IMAGE, "The BMP is cut short: its header is incomplete.");
    uint32_t header = le32(file + 14);
    if (header != 12 && (header < 40 || header > 1024 || nbytes < 54))
        return status_fail(why, PNEUMOSCOPE_BAD_IMAGE, "The BMP is damaged: its header states %u bytes.", header);
    bmp b = bmp_fields(file, header);
    *out = (probe){.width = b.width, .height = b.height, .bits = 8, .orientation = 1};
    if (b.compression != 0 && b.compression != 3)
        return status_fail(why, PNEUMOSCOPE_UNSUPPORTED_IMAGE,
                           "The BMP is compressed (method %u); an uncompressed one "
                           "would be read.",
                           b.compression);
    if (b.width > 65535 || b.height > 65535) /* refused for that */
        return PNEUMOSCOPE_OK;
    size_t row_nbytes = (size_t)(((uint64_t)b.width * b.depth + 31) / 32 * 4);
    if (b.pixels_at + (uint64_t)row_nbytes * b.height > nbytes)
        return status_fail(why, PNEUMOSCOPE_BAD_IMAGE,
                           "The BMP is cut short: %u x %u pixels of %u bits do not fit its %zu bytes.", b.width,
                           b.height, b.depth, nbytes);
    return bmp_layout(&b, file, row_nbytes, why);
}

/* ---- which kind a file is ---- */

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

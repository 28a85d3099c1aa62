#include "image/png/png.h"

#include "bytes.h"
#include "image/exif.h"

#include <string.h>

/* A PNG is a list of chunks: length, type, data, CRC-32. */

enum { PALETTE = 3 }; /* a colour type */

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

static bool is_word(const uint8_t *type) {
    for (int i = 0; i < 4; i++)
        if ((type[i] | 0x20) < 'a' || (type[i] | 0x20) > 'z')
            return false;
    return true;
}

pneumoscope_status png_probe(header *out, const uint8_t *file, size_t nbytes, detail *why) {
    uint32_t table[256];
    bool has_rows = false; /* the file is cut; the decoder counts its missing rows */
    crc32_table(table);
    for (size_t at = 8; nbytes - at >= 12;) {
        size_t length = be32(file + at);
        has_rows |= at > 8 && memcmp(file + at + 4, "IDAT", 4) == 0;
        if (length > nbytes - at - 12)
            break;
        const uint8_t *type = file + at + 4, *body = file + at + 8;
        if (!is_word(type))
            return status_refuse(why, PNEUMOSCOPE_BAD_IMAGE, PNEUMOSCOPE_REASON_CORRUPT,
                                 "The PNG is damaged: no chunk begins at byte %zu.", at);
        bool is_needed = !(type[0] & 0x20); /* of the optional chunks, only those that are read here count */
        bool is_read = is_needed || memcmp(type, "sBIT", 4) == 0 || memcmp(type, "eXIf", 4) == 0;
        if (is_read && crc32(table, type, length + 4) != be32(body + length))
            return status_refuse(why, PNEUMOSCOPE_BAD_IMAGE, PNEUMOSCOPE_REASON_CORRUPT,
                                 "The PNG is damaged: its %.4s chunk at byte %zu has a wrong checksum.",
                                 (const char *)type, at);
        if (at == 8) {
            if (memcmp(type, "IHDR", 4) != 0 || length != 13)
                return status_refuse(why, PNEUMOSCOPE_BAD_IMAGE, PNEUMOSCOPE_REASON_CORRUPT,
                                     "The PNG is damaged: it does not begin with IHDR.");
            out->width = be32(body);
            out->height = be32(body + 4);
            out->bits = body[9] == PALETTE ? 8 : body[8];
        } else if (memcmp(type, "sBIT", 4) == 0 && length > 0 && body[0] > 0 && body[0] < out->bits) {
            out->bits = body[0]; /* the depth of the device; its samples were scaled up to the file's depth */
        } else if (memcmp(type, "eXIf", 4) == 0) {
            out->orientation = exif_orientation(body, length);
        } else if (memcmp(type, "IEND", 4) == 0) {
            return PNEUMOSCOPE_OK;
        }
        at += length + 12;
    }
    return has_rows ? PNEUMOSCOPE_OK
                    : status_refuse(why, PNEUMOSCOPE_BAD_IMAGE, PNEUMOSCOPE_REASON_INCOMPLETE,
                                    "The PNG is cut short: its %zu bytes end before its picture begins.", nbytes);
}

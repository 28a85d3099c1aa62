#include "image/jpeg/jpeg.h"

#include "bytes.h"
#include "image/exif.h"

#include <string.h>

/* A JPEG is a list of segments, each with a marker. After a start of scan follow entropy-coded bytes, up to the next
 * marker. */

enum {
    MAX_SCANS = 100
}; /* a scan is a pass over the picture, and a small file could have so many that they take hours */

static pneumoscope_status jpeg_frame(header *out, unsigned marker, const uint8_t *body, size_t nbytes, detail *why) {
    if (nbytes < 6)
        return status_refuse(why, PNEUMOSCOPE_BAD_IMAGE, PNEUMOSCOPE_REASON_CORRUPT,
                             "The JPEG's frame header is cut short.");
    if (marker == 0xf7)
        return status_refuse(why, PNEUMOSCOPE_UNSUPPORTED_IMAGE, PNEUMOSCOPE_REASON_UNSUPPORTED_SYNTAX,
                             "The file is a JPEG-LS, which is read only inside DICOM; save it as PNG.");
    if (be16(body + 1) == 0)
        return status_refuse(
            why, PNEUMOSCOPE_UNSUPPORTED_IMAGE, PNEUMOSCOPE_REASON_UNSUPPORTED_SYNTAX,
            "The JPEG tells its height only after its picture (DNL), which is not read; save it as PNG.");
    if (marker != 0xc0 && marker != 0xc1 && marker != 0xc2)
        return status_refuse(why, PNEUMOSCOPE_UNSUPPORTED_IMAGE, PNEUMOSCOPE_REASON_UNSUPPORTED_SYNTAX,
                             "The JPEG is lossless, hierarchical or arithmetic-coded (frame type %u); baseline and "
                             "progressive JPEG are read.",
                             marker - 0xc0);
    if (body[0] != 8)
        return status_refuse(why, PNEUMOSCOPE_UNSUPPORTED_IMAGE, PNEUMOSCOPE_REASON_BITS,
                             "The JPEG has %u bits a sample; 8 are read. A 16-bit PNG would keep the film's depth.",
                             (unsigned)body[0]);
    if (body[5] == 4)
        return status_refuse(why, PNEUMOSCOPE_UNSUPPORTED_IMAGE, PNEUMOSCOPE_REASON_COLOUR,
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
    return marker == 0xf7 || (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc);
}

/* How many channels begin in a scan: all its channels, except those that a progressive scan refines. */
static unsigned jpeg_channels_begun(const uint8_t *scan, size_t nbytes) {
    unsigned nchannels = nbytes > 0 ? scan[0] : 0;
    if (nbytes != 4 + 2 * (size_t)nchannels)
        return 0;
    const uint8_t *spectrum = scan + 1 + 2 * (size_t)nchannels; /* first and last coefficient; bits before and after */
    return spectrum[0] == 0 && spectrum[2] >> 4 == 0 ? nchannels : 0;
}

/* What the walk over the segments has seen so far. */
typedef struct jpeg {
    unsigned nchannels, nbegun, nscans;
    bool has_exif;                 /* of several blocks the first counts */
    uint32_t coarseness[4], table; /* of each quantisation table; which of them the first channel has */
} jpeg;

/* How coarse a table is: the sum of its six lowest frequencies, which matter most in a film. */
enum { COARSE = 107, VERY_COARSE = 190 }; /* the usual table at qualities of 35 and of 20 */

static void jpeg_tables(jpeg *seen, const uint8_t *body, size_t nbytes) {
    for (size_t at = 0; at < nbytes;) {
        const size_t width = body[at] >> 4 ? 2 : 1, table = body[at] & 3;
        at++;
        if (nbytes - at < 64 * width)
            return;
        seen->coarseness[table] = 0;
        for (size_t i = 0; i < 6; i++)
            seen->coarseness[table] += width == 2 ? be16(body + at + 2 * i) : body[at + i];
        at += 64 * width;
    }
}

static void jpeg_judge_tables(const jpeg *seen, header *out) {
    const uint32_t coarseness = seen->coarseness[seen->table];
    if (coarseness > VERY_COARSE)
        out->scope_reasons |= PNEUMOSCOPE_SCOPE_COMPRESSED;
    else if (coarseness > COARSE)
        out->warnings |= PNEUMOSCOPE_WARNING_COMPRESSED;
}

/* Reads the segments that matter here. Others are skipped. */
static pneumoscope_status jpeg_segment(jpeg *seen, header *out, unsigned marker, const uint8_t *body, size_t nbytes,
                                       detail *why) {
    if (is_start_of_frame(marker)) {
        if (out->bits)
            return status_refuse(why, PNEUMOSCOPE_BAD_IMAGE, PNEUMOSCOPE_REASON_CORRUPT,
                                 "The JPEG is damaged: it has two frame headers.");
        pneumoscope_status status = jpeg_frame(out, marker, body, nbytes, why);
        if (status)
            return status;
        seen->nchannels = body[5];
        seen->table = nbytes >= 9 ? body[8] & 3u : 0;
    }
    if (marker == 0xda) {
        seen->nbegun += jpeg_channels_begun(body, nbytes);
        if (++seen->nscans > MAX_SCANS)
            return status_refuse(why, PNEUMOSCOPE_UNSUPPORTED_IMAGE, PNEUMOSCOPE_REASON_UNSUPPORTED_SYNTAX,
                                 "The JPEG has more than %d scans; cameras and converters write about ten.", MAX_SCANS);
    }
    if (marker == 0xdb)
        jpeg_tables(seen, body, nbytes);
    if (marker == 0xe1 && nbytes >= 6 && memcmp(body, "Exif\0\0", 6) == 0 && !seen->has_exif) {
        seen->has_exif = true;
        out->orientation = exif_orientation(body + 6, nbytes - 6);
    }
    return PNEUMOSCOPE_OK;
}

static pneumoscope_status jpeg_end(const jpeg *seen, detail *why) {
    if (seen->nbegun >= seen->nchannels)
        return PNEUMOSCOPE_OK;
    return status_refuse(why, PNEUMOSCOPE_BAD_IMAGE, PNEUMOSCOPE_REASON_INCOMPLETE,
                         "The JPEG is damaged: it ends with %u of its %u channels.", seen->nbegun, seen->nchannels);
}

pneumoscope_status jpeg_probe(header *out, const uint8_t *file, size_t nbytes, detail *why) {
    jpeg seen = {0};
    size_t at = 2;
    while (at + 2 <= nbytes) {
        if (file[at] != 0xff) { /* bytes between segments that belong to none */
            const uint8_t *next = memchr(file + at, 0xff, nbytes - at);
            at = next ? (size_t)(next - file) : nbytes;
            continue;
        }
        unsigned marker = file[at + 1];
        if (marker == 0xd9) {
            jpeg_judge_tables(&seen, out);
            return jpeg_end(&seen, why);
        }
        if (marker == 0x00) {
            at += 2;
            continue;
        }
        if (marker == 0xff || (marker >= 0xd0 && marker <= 0xd7)) { /* fill byte; stray restart */
            at += marker == 0xff ? 1 : 2;
            continue;
        }
        size_t length = nbytes - at >= 4 ? be16(file + at + 2) : 0;
        if (length < 2 || length > nbytes - at - 2)
            break;
        pneumoscope_status status = jpeg_segment(&seen, out, marker, file + at + 4, length - 2, why);
        if (status)
            return status;
        at += 2 + length;
        if (marker == 0xda)
            at = jpeg_skip_scan(file, at, nbytes);
    }
    if (seen.nchannels == 0 || seen.nbegun < seen.nchannels)
        return status_refuse(why, PNEUMOSCOPE_BAD_IMAGE, PNEUMOSCOPE_REASON_TRUNCATED,
                             "The JPEG is cut short: its %zu bytes end before its picture.", nbytes);
    jpeg_judge_tables(&seen, out);
    out->cut_at = at < nbytes ? at : nbytes; /* the decoder tells how much of the picture is missing */
    return PNEUMOSCOPE_OK;
}
